import { Text } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { DataList, EmptyState, FilterBar, FilterChoice, FilterSelect, Reason, StateBadge, When, Why, useUrlState, type Column } from "../../design";
import { useFlowOptions } from "./use-flow-options";

type Journey = Schemas["JourneyItem"];
const STATES = ["waiting", "incident", "ended"] as const;

/** Journeys, newest first; of one flow where it is said, else of all with a filter. */
export function JourneysList({ flow }: { flow?: string }) {
  const { t } = useTranslation(["flows", "common"]);
  const url = useUrlState("state", "flow");
  const flows = useFlowOptions();
  const wanted = flow ?? url.values.flow;
  const list = usePages("/api/v1/journeys", { flow: wanted || undefined, state: url.values.state || undefined }, (query) => take(api.GET("/api/v1/journeys", { params: { query } })));
  const columns: Column<Journey>[] = [
    { key: "customer", label: t("journeys.customer"), render: ({ customer }) => customer.name || customer.email || t("common:search.unnamed") },
    { key: "state", label: t("columns.state"), width: "9rem", card: "aside", render: ({ state }) => <StateBadge of="journey" state={state} /> },
    ...(flow ? [] : [{ key: "flow", label: t("journeys.flow"), render: ({ flow_name }: Journey) => flow_name } satisfies Column<Journey>]),
    { key: "at", label: t("journeys.at"), wideOnly: url.values.state !== "incident", render: (journey) => <Standing journey={journey} names={flows.namesOf(journey.flow)} /> },
    { key: "started", label: t("journeys.started"), render: ({ started_at }) => <When at={started_at} /> },
    { key: "due", label: t("journeys.next"), render: ({ due_at, ended_at }) => (ended_at ? <>{t("journeys.endedAt")} <When at={ended_at} /></> : <When at={due_at} />) },
  ];
  return (
    <>
      <div style={{ marginBottom: "var(--mantine-spacing-md)" }}>
        <FilterBar clear={url.clear} isAny={url.isAny}>
          <FilterChoice label={t("columns.state")} any={t("common:all")} value={url.values.state} onChange={(state) => url.set({ state })} options={STATES.map((value) => ({ value, label: t(`common:states.journey.${value}`) }))} />
          {!flow && <FilterSelect label={t("journeys.flow")} any={t("journeys.anyFlow")} value={url.values.flow} onChange={(value) => url.set({ flow: value })} options={flows.options} />}
        </FilterBar>
      </div>
      <DataList
        label={t("tabs.journeys")}
        columns={columns}
        list={list}
        idOf={({ id }) => id}
        hrefOf={({ id }) => paths.journey(id)}
        empty={
          <EmptyState icon={IconRoute} title={t(url.isAny ? "journeys.noneSuch" : "journeys.none")}>
            {t("journeys.noneText")}
          </EmptyState>
        }
      />
    </>
  );
}

function Standing({ journey, names }: { journey: Journey; names: Record<string, string> }) {
  if (journey.state === "ended") {
    return (
      <Text size="sm" c="dimmed" component="span">
        {journey.why ? <Why why={journey.why} /> : "–"}
      </Text>
    );
  }
  if (journey.stopped) {
    return (
      <>
        <span>{journey.at.map((id) => names[id] || id).join(", ")}</span>
        <Text size="sm" c="dimmed" component="div" lineClamp={2}>
          <Reason of="incident" said={journey.stopped.said} text={journey.stopped.reason} brief />
        </Text>
      </>
    );
  }
  return <span>{journey.at.map((id) => names[id] || id).join(", ")}</span>;
}
