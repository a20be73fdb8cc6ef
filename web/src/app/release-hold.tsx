import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "../api/client";
import { below } from "../api/queries";
import { ConfirmWithReason } from "../design/dialogs";
import { toast } from "../design/toasts";

/** Lets sending go on, after saying what that does. */
export function ReleaseHold({ held }: { held: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const release = async () => {
    const { released } = await take(api.POST("/api/v1/hold/release"));
    await client.invalidateQueries(below("/api/v1/hold", "/api/v1/messages"));
    toast(t("hold.released", { count: released }));
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open}>
        {t("hold.release")}
      </Button>
      <ConfirmWithReason isOpen={isOpen} onClose={close} title={t("hold.confirmTitle")} action={t("hold.release")} onConfirm={release}>
        {t("hold.confirm", { count: held })}
      </ConfirmWithReason>
    </>
  );
}
