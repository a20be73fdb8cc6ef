import { Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconPower } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, Facts, Figure, Figures, Moneys, Note, Page, PageSkeleton, ProblemView, Section, StateBadge, UrlTabs } from "../../design";
import { useFormat } from "../../format/react";
import { download } from "../../app/download";
import { DecisionsTab } from "./decisions-tab";
import { FlowDiagram } from "./flow-diagram";
import { FlowStarts, useSentence } from "./flow-starts";
import { IncidentGroups } from "./incident-groups";
import { JourneysList } from "./journeys-list";
import { ParametersForm } from "./parameters-form";
import { SwitchDialog } from "./switch-dialog";
import { Versions } from "./versions";

/** One flow: what it does, how it is set, and who is on it. */
export function FlowPage() {
  const { flow: id } = useParams({ strict: false }) as { flow: string };
  const { data: flow, error, refetch } = queries.useQuery("get", "/api/v1/flows/{id}", { params: { path: { id } } });
  if (error && !flow) return <ProblemView error={error} retry={() => void refetch()} page />;
  if (!flow) return <PageSkeleton />;
  return <Loaded flow={flow} />;
}

function Loaded({ flow }: { flow: Schemas["FlowPage"] }) {
  const { t } = useTranslation(["flows", "common"]);
  const { can } = useSession();
  const { number } = useFormat();
  const sentence = useSentence();
  const [isSwitching, { open, close }] = useDisclosure(false);
  const { figures } = flow;
  return (
    <Page
      title={flow.name || flow.id}
      crumbs={[{ label: t("title"), to: paths.flows() }]}
      aside={<StateBadge of="flow" state={flow.is_enabled ? "on" : "off"} />}
      lead={flow.starts.length === 1 && flow.starts[0] ? sentence(flow.starts[0]) : undefined}
      actions={
        <Group gap="xs">
          <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => download(`${flow.id}.bpmn`, flow.xml, "application/xml")}>
            {t("export")}
          </Button>
          {can("flows:write") && (
            <Button leftSection={<IconPower size={16} />} variant={flow.is_enabled ? "default" : "filled"} onClick={open}>
              {flow.is_enabled ? t("switch.off") : t("switch.on")}
            </Button>
          )}
        </Group>
      }
    >
      {figures.incidents > 0 && (
        <Note tone="bad" title={t("incidentNote", { count: figures.incidents })} actions={<Button component={AppLink} to={paths.journeys({ flow: flow.id, state: "incident" })} size="compact-sm" variant="default">{t("figures.look")}</Button>}>
          {t("incidentText")}
        </Note>
      )}
      {flow.is_enabled && flow.enabled_version !== flow.newest_version && <Note tone="wait">{t("olderOn", { on: flow.enabled_version, newest: flow.newest_version })}</Note>}
      <UrlTabs
        label={t("tabs.label")}
        tabs={[
          { value: "overview", label: t("tabs.overview"), content: <Overview flow={flow} /> },
          { value: "parameters", label: t("tabs.parameters"), content: <ParametersForm key={flow.newest_version} flow={flow} /> },
          ...(Object.keys(flow.decisions).length > 0 ? [{ value: "decisions", label: t("tabs.decisions"), content: <DecisionsTab key={flow.newest_version} flow={flow} /> }] : []),
          { value: "journeys", label: `${t("tabs.journeys")} · ${number(figures.waiting + figures.incidents)}`, content: <JourneysList flow={flow.id} /> },
          { value: "versions", label: t("tabs.versions"), content: <Versions flow={flow} /> },
        ]}
      />
      <SwitchDialog flow={flow} isOpen={isSwitching} onClose={close} />
    </Page>
  );
}

function Overview({ flow }: { flow: Schemas["FlowPage"] }) {
  const { t } = useTranslation("flows");
  const { number, share, duration, language } = useFormat();
  const about = aboutOf(flow.xml);
  return (
    <Stack gap="lg">
      <FlowDiagram flow={flow} />
      {flow.figures.incidents > 0 && <IncidentGroups flow={flow.id} />}
      <Figures>
        <Figure label={t("goal.started")} value={number(flow.figures.started)} />
        <Figure label={t("figures.waiting")} value={number(flow.figures.waiting)} />
        <Figure label={t("figures.incidents")} value={number(flow.figures.incidents)} />
        <Figure label={t("figures.ended")} value={number(flow.figures.ended)} />
        {flow.goal && (
          <Figure
            label={t("goal.reached")}
            value={typeof flow.figures.reached_percent === "number" ? share(flow.figures.reached_percent / 100) : "–"}
            hint={t("goal.hint", { reached: number(flow.figures.reached), all: number(flow.figures.with_goal) })}
          />
        )}
        {flow.figures.reached_worth.length > 0 && <Figure label={t("goal.worth")} value={<Moneys amounts={flow.figures.reached_worth} />} />}
      </Figures>
      <Section title={t("starts.title")} lead={t("starts.lead")}>
        <FlowStarts starts={flow.starts} />
      </Section>
      <Section title={t("about.title")}>
        {about && <p style={{ marginTop: 0, maxWidth: "44rem" }} dir="auto">{about}</p>}
        <Facts
          columns={2}
          facts={[
            ...(flow.goal ? [{ label: t("goal.is"), value: t("goal.text", { event: flow.goal.event, time: duration(flow.goal.within_hours * 3_600_000) }) }] : []),
            { label: t("about.id"), value: <code>{flow.id}</code> },
            { label: t("about.version"), value: flow.enabled_version ? number(flow.enabled_version) : t("about.none") },
            { label: t("about.newest"), value: number(flow.newest_version) },
            { label: t("about.templates"), value: new Intl.ListFormat(language).format(Object.keys(flow.templates).filter((name) => !name.startsWith("_"))) },
          ]}
        />
      </Section>
    </Stack>
  );
}

/** What the file says of itself. */
function aboutOf(xml: string): string {
  const process = new DOMParser().parseFromString(xml, "application/xml").getElementsByTagNameNS("*", "process")[0];
  return [...(process?.children ?? [])].find(({ localName }) => localName === "documentation")?.textContent?.trim() ?? "";
}
