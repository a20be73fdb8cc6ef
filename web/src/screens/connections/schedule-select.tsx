import { Select } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { useSession } from "../../app/session";
import { toast, toastProblem } from "../../design";
import { refresh, type Connection } from "./queries";
import { EVERY_MINUTES, useWords } from "./texts";

/** How often the shop is compared. A choice counts at once, and can be taken back. */
export function ScheduleSelect({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { can } = useSession();
  const words = useWords();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const { source, reconcile_minutes: minutes } = connection;
  const change = async (to: number) => {
    await take(api.PATCH("/api/v1/connections/{source}", { params: { path: { source } }, body: { reconcile_minutes: to } }));
    await refresh(client);
  };
  const choose = async (to: number) => {
    setBusy(true);
    try {
      await change(to);
      toast(t("settings.saved"), { undo: () => change(minutes) });
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const choices = EVERY_MINUTES.includes(minutes) ? EVERY_MINUTES : [minutes, ...EVERY_MINUTES];
  return <Select label={t("settings.every")} description={t("settings.everyHint")} maw={320} allowDeselect={false} disabled={isBusy || !can("sources:write")} value={String(minutes)} onChange={(value) => void choose(Number(value))} data={choices.map((value) => ({ value: String(value), label: words.every(value) }))} />;
}
