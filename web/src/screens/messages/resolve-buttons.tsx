import { Button, Group } from "@mantine/core";
import { IconSend, IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { below } from "../../api/queries";
import { ConfirmWithReason, toast } from "../../design";

/** A person's word on a message of which nobody knows whether it arrived: send it again, or leave it. */
export function ResolveButtons({ id }: { id: string }) {
  const { t } = useTranslation("messages");
  const client = useQueryClient();
  const [asking, setAsking] = useState<"again" | "leave" | null>(null);
  const resolve = async () => {
    const again = asking === "again";
    await api.POST("/api/v1/messages/{id}/resolve", { params: { path: { id } }, body: { again } });
    await client.invalidateQueries(below("/api/v1/messages"));
    toast(t(again ? "inDoubt.sentAgain" : "inDoubt.left"));
  };
  return (
    <>
      <Group gap={6}>
        <Button size="compact-sm" variant="default" leftSection={<IconSend size={14} />} onClick={() => setAsking("again")}>
          {t("inDoubt.again")}
        </Button>
        <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconX size={14} />} onClick={() => setAsking("leave")}>
          {t("inDoubt.leave")}
        </Button>
      </Group>
      <ConfirmWithReason isOpen={asking === "again"} onClose={() => setAsking(null)} title={t("inDoubt.againTitle")} action={t("inDoubt.again")} onConfirm={resolve}>
        {t("inDoubt.againText")}
      </ConfirmWithReason>
      <ConfirmWithReason isOpen={asking === "leave"} onClose={() => setAsking(null)} title={t("inDoubt.leaveTitle")} action={t("inDoubt.leave")} onConfirm={resolve}>
        {t("inDoubt.leaveText")}
      </ConfirmWithReason>
    </>
  );
}
