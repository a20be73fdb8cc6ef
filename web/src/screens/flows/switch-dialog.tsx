import { Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../../api/client";
import { below } from "../../api/queries";
import { ConfirmWithReason, Facts, Moneys, Note, ProblemView, TextSkeleton, toast } from "../../design";
import { useFormat } from "../../format/react";
import { FlowStarts } from "./flow-starts";

const HOUR_MS = 3_600_000;

interface SwitchDialogProps {
  flow: Schemas["FlowPage"];
  isOpen: boolean;
  onClose: () => void;
}

/** Switches a flow on or off, and says first what that does, and to whom. */
export function SwitchDialog({ flow, isOpen, onClose }: SwitchDialogProps) {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const name = flow.name || flow.id;
  const params = { path: { id: flow.id } };
  const turn = async (isOn: boolean) => {
    if (isOn) await api.POST("/api/v1/flows/{id}/enable", { params, body: {} });
    else await api.POST("/api/v1/flows/{id}/disable", { params });
    await client.invalidateQueries(below("/api/v1/flows", "/api/v1/journeys"));
  };
  const confirm = async () => {
    const isOn = !flow.is_enabled;
    await turn(isOn);
    // What was on in an older version would come back in the newest one: that is no way back.
    const isWayBack = isOn || flow.enabled_version === flow.newest_version;
    toast(t(isOn ? "switch.isOn" : "switch.isOff", { name }), isWayBack ? { undo: () => turn(!isOn) } : {});
  };
  return (
    <ConfirmWithReason isOpen={isOpen} onClose={onClose} title={t(flow.is_enabled ? "switch.offTitle" : "switch.onTitle", { name })} action={t(flow.is_enabled ? "switch.off" : "switch.on")} isDangerous={flow.is_enabled} onConfirm={confirm}>
      {flow.is_enabled ? t("switch.offText", { count: flow.figures.waiting }) : typeof flow.idle_hours === "number" ? <Preview id={flow.id} version={flow.newest_version} /> : <Begins flow={flow} />}
    </ConfirmWithReason>
  );
}

/** For a flow that begins by something else than idle carts. */
function Begins({ flow }: { flow: Schemas["FlowPage"] }) {
  const { t } = useTranslation("flows");
  return (
    <>
      <Text my="sm">{t("switch.onOther", { version: flow.newest_version })}</Text>
      <FlowStarts starts={flow.starts} />
    </>
  );
}

function Preview({ id, version }: { id: string; version: number }) {
  const { t } = useTranslation("flows");
  const { number, duration } = useFormat();
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/flows/{id}/preview-of-enabling", { params: { path: { id } } }, { staleTime: 0 });
  if (error) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!data) return <TextSkeleton />;
  return (
    <>
      {data.is_wait_beyond_max_age && (
        <Note tone="wait" role="alert" title={t("switch.beyond")}>
          {t("switch.beyondText", { wait: duration(data.idle_hours * HOUR_MS), age: duration(data.max_age_hours * HOUR_MS) })}
        </Note>
      )}
      <Text my="sm">{t("switch.onText", { count: data.carts, version })}</Text>
      <Facts
        facts={[
          { label: t("switch.carts"), value: number(data.carts) },
          { label: t("switch.worth"), value: <Moneys amounts={data.totals} /> },
          { label: t("switch.idle"), value: duration(data.idle_hours * HOUR_MS) },
          { label: t("switch.tooOld"), value: t("switch.tooOldValue", { count: data.carts_too_old, time: duration((data.idle_hours + data.max_age_hours) * HOUR_MS) }) },
        ]}
      />
    </>
  );
}
