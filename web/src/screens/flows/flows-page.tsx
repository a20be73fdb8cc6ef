import { Anchor, Button } from "@mantine/core";
import { IconRoute, IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, Figure, Figures, Page, StateBadge, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { useSentence } from "./flow-starts";
import { ImportDialog } from "./import-dialog";
import { ReadyMade } from "./ready-made";

type Flow = Schemas["FlowItem"];

/** The flows with what they are doing. */
export function FlowsPage() {
  const { t } = useTranslation("flows");
  const { can } = useSession();
  const { number } = useFormat();
  const url = useUrlState("import");
  const columns = useColumns();
  const { data, error, isPending, refetch } = queries.useQuery("get", "/api/v1/flows", {});
  const items = data?.items ?? [];
  const sum = (of: (flow: Flow) => number) => items.reduce((all, flow) => all + of(flow), 0);
  const incidents = sum(({ figures }) => figures.incidents);
  const importButton = can("flows:write") && (
    <Button leftSection={<IconUpload size={16} />} variant="default" onClick={() => url.set({ import: "1" })}>
      {t("import.action")}
    </Button>
  );
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <Button component={AppLink} to={paths.journeys()} variant="default">
            {t("journeys.all")}
          </Button>
          {importButton}
        </>
      }
    >
      {items.length > 0 && (
        <Figures>
          <Figure label={t("figures.on")} value={number(items.filter((flow) => flow.is_enabled).length)} hint={t("figures.ofAll", { count: items.length })} />
          <Figure label={t("figures.waiting")} value={number(sum(({ figures }) => figures.waiting))} />
          <Figure label={t("figures.incidents")} value={number(incidents)} to={incidents > 0 ? <Anchor component={AppLink} to={paths.journeys({ state: "incident" })} size="sm">{t("figures.look")}</Anchor> : undefined} />
          <Figure label={t("figures.ended")} value={number(sum(({ figures }) => figures.ended))} />
        </Figures>
      )}
      <DataList
        label={t("title")}
        columns={columns}
        list={{ items, isLoading: isPending, problem: error ? asProblem(error) : null, retry: () => void refetch() }}
        idOf={({ id }) => id}
        hrefOf={({ id }) => paths.flow(id)}
        empty={
          <EmptyState icon={IconRoute} title={t("empty.title")} action={importButton}>
            {t("empty.text")}
          </EmptyState>
        }
      />
      {data && can("flows:write") && <ReadyMade />}
      <ImportDialog isOpen={url.values.import !== ""} onClose={() => url.clear()} />
    </Page>
  );
}

function useColumns(): Column<Flow>[] {
  const { t } = useTranslation("flows");
  const { number, duration } = useFormat();
  const sentence = useSentence();
  return [
    { key: "name", label: t("columns.name"), render: ({ name, id }) => name || id },
    { key: "state", label: t("columns.state"), width: "8rem", card: "aside", render: ({ is_enabled }) => <StateBadge of="flow" state={is_enabled ? "on" : "off"} /> },
    { key: "idle", label: t("columns.idle"), wideOnly: true, render: ({ idle_hours, starts }) => (typeof idle_hours === "number" ? t("startsAfter", { time: duration(idle_hours * 3_600_000) }) : starts.map(sentence).join(" ") || "–") },
    { key: "waiting", label: t("figures.waiting"), align: "right", render: ({ figures }) => number(figures.waiting) },
    { key: "incidents", label: t("figures.incidents"), align: "right", render: ({ figures }) => <span data-bad={figures.incidents > 0 || undefined} style={figures.incidents > 0 ? { color: "var(--r-bad)", fontWeight: 620 } : undefined}>{number(figures.incidents)}</span> },
    { key: "ended", label: t("figures.ended"), align: "right", render: ({ figures }) => number(figures.ended) },
    { key: "version", label: t("columns.version"), align: "right", wideOnly: true, render: ({ newest_version }) => number(newest_version) },
  ];
}
