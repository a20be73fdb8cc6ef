import { Stack, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { usePages } from "../../api/queries";
import { DataList, EmptyState, FilterBar, FilterChoice, StateBadge, When, useUrlState, type Column } from "../../design";
import type { Connection, Rejected } from "./queries";
import { RejectedDrawer } from "./rejected-drawer";
import { Refusal } from "./trouble";

const STATES = ["open", "replayed", "dropped"] as const;

/** What the shop sent and nobody understood. */
export function RejectedTab({ connection }: { connection: Connection }) {
  const { t } = useTranslation(["connections", "common"]);
  const url = useUrlState("state", "body");
  const state = STATES.find((each) => each === url.values.state);
  const { source } = connection;
  const list = usePages(`/api/v1/connections/${source}/rejected`, { state }, ({ state: wanted, ...paging }) => take(api.GET("/api/v1/connections/{source}/rejected", { params: { path: { source }, query: { ...paging, ...(wanted ? { state: wanted } : {}) } } })));
  const columns: Column<Rejected>[] = [
    { key: "topic", label: t("rejected.topic"), width: "12rem", render: ({ topic }) => (topic ? <code>{topic}</code> : t("rejected.noTopic")) },
    { key: "state", label: t("rejected.state"), width: "8rem", card: "aside", render: (body) => <StateBadge of="quarantine" state={body.state} /> },
    { key: "reason", label: t("rejected.reason"), render: (body) => <Refusal body={body} brief /> },
    { key: "when", label: t("rejected.received"), width: "11rem", render: ({ received_at, times }) => <Came at={received_at} times={times} /> },
  ];
  return (
    <Stack gap="md">
      <Text c="dimmed">{t("rejected.lead")}</Text>
      <FilterBar clear={() => url.set({ state: "" })} isAny={url.values.state !== ""}>
        <FilterChoice label={t("rejected.state")} any={t("common:all")} value={state ?? ""} onChange={(value) => url.set({ state: value })} options={STATES.map((value) => ({ value, label: t(`common:states.quarantine.${value}`) }))} />
      </FilterBar>
      <DataList
        label={t("page.tabs.rejected")}
        columns={columns}
        list={list}
        idOf={({ id }) => id}
        onOpen={({ id }) => url.set({ body: id })}
        empty={
          <EmptyState icon={IconShieldCheck} title={t(state ? "rejected.noneSuch" : "rejected.none")}>
            {t("rejected.noneText")}
          </EmptyState>
        }
      />
      <RejectedDrawer connection={connection} id={url.values.body || null} onClose={() => url.set({ body: "" })} />
    </Stack>
  );
}

function Came({ at, times }: { at: string; times: number }) {
  const { t } = useTranslation("connections");
  return (
    <>
      <When at={at} />
      {times > 1 && (
        <Text component="span" size="sm" c="dimmed" display="block">
          {t("rejected.times", { count: times })}
        </Text>
      )}
    </>
  );
}
