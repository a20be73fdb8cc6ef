import { Anchor, Button, Text, Timeline } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { below } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, Facts, Note, Page, PageSkeleton, ProblemView, Reason, Section, StateBadge, When, Why, toast, toastProblem } from "../../design";
import { Diagram, type DiagramMark } from "../../design/diagram";

type Standing = Schemas["JourneyPlace"];
type Journey = Schemas["JourneyPage"];

/** One journey: the way it came, where it stands, and why. */
export function JourneyPage() {
  const { journey: id } = useParams({ strict: false }) as { journey: string };
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/journeys/{id}", { params: { path: { id } } });
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} page />;
  if (!data) return <PageSkeleton />;
  return <Loaded journey={data} />;
}

function Loaded({ journey }: { journey: Journey }) {
  const { t } = useTranslation(["flows", "common"]);
  const { can } = useSession();
  const name = journey.customer.name || journey.customer.email || t("common:search.unnamed");
  const { places } = journey;
  const stopped = places.filter(({ waits_for }) => waits_for === "incident");
  return (
    <Page
      title={name}
      documentTitle={t("journey.of", { name })}
      crumbs={[
        { label: t("title"), to: paths.flows() },
        { label: journey.flow_name, to: paths.flow(journey.flow) },
        { label: t("tabs.journeys"), to: paths.flow(journey.flow, { tab: "journeys" }) },
      ]}
      aside={<StateBadge of="journey" state={journey.state} />}
      lead={t("journey.lead", { flow: journey.flow_name })}
    >
      {stopped.map((place) => (
        <Note key={place.token} tone="bad" role="alert" title={t("journey.stopped", { name: place.name || place.at })} actions={can("flows:write") ? <Retry journey={journey.id} token={place.token} /> : undefined}>
          <Reason of="incident" said={place.said} text={place.detail} />
          {t("journey.mend")}
        </Note>
      ))}
      <JourneyDiagram journey={journey} places={places} />
      <Section title={t("journey.facts")}>
        <Facts
          columns={2}
          facts={[
            { label: t("journeys.customer"), value: <Anchor component={AppLink} to={paths.customer(journey.customer.id)}>{name}</Anchor> },
            { label: t("journey.cart"), value: journey.cart ? <Anchor component={AppLink} to={paths.cart(journey.cart)}>{t("journey.openCart")}</Anchor> : null },
            { label: t("journeys.flow"), value: <Anchor component={AppLink} to={paths.flow(journey.flow)}>{`${journey.flow_name} · ${t("versions.name", { number: journey.version })}`}</Anchor> },
            { label: t("journeys.started"), value: <When at={journey.started_at} /> },
            ...(journey.ended_at ? [{ label: t("journey.ended"), value: <><When at={journey.ended_at} />{journey.why && <> · <Why why={journey.why} /></>}</> }] : places.map((place) => ({ label: place.name || place.at, value: <Waits place={place} /> }))),
          ]}
        />
      </Section>
      <Section title={t("common:why")} lead={t("journey.whyLead")}>
        <Path path={journey.path} />
      </Section>
    </Page>
  );
}

function Waits({ place }: { place: Standing }) {
  const { t } = useTranslation("flows");
  if (place.waits_for === "incident") return <Reason of="incident" said={place.said} text={place.detail} brief />;
  return (
    <>
      {t(`waits.${place.waits_for}`, { detail: place.detail ?? "" })} {place.due_at && <When at={place.due_at} />}
    </>
  );
}

function Path({ path }: { path: Schemas["Decision"][] }) {
  const { t } = useTranslation("flows");
  if (path.length === 0) return <Text c="dimmed">{t("journey.noPath")}</Text>;
  return (
    <Timeline bulletSize={14} lineWidth={2} active={path.length}>
      {path.map((decision, index) => (
        <Timeline.Item key={`${decision.position}-${index}`} color={decision.code === "incident" ? "brick" : undefined}>
          <Text style={{ overflowWrap: "anywhere" }}>
            <Why why={decision.why} />
          </Text>
          <Text size="sm" c="dimmed">
            <When at={decision.at} />
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

/** The diagram with the way that was taken, and where the journey stands. */
function JourneyDiagram({ journey, places }: { journey: Journey; places: Standing[] }) {
  const { t } = useTranslation("flows");
  const { data: flow } = queries.useQuery("get", "/api/v1/flows/{id}", { params: { path: { id: journey.flow } } });
  const marks = useMemo(() => {
    const made: Record<string, DiagramMark> = {};
    for (const id of passed(journey.path)) made[id] = { tone: "good" };
    for (const { at, waits_for } of places) made[at] = { tone: waits_for === "incident" ? "bad" : "info" };
    return made;
  }, [journey.path, places]);
  if (!flow) return null;
  return (
    <div>
      <Diagram xml={flow.xml} marks={marks} label={t("journey.diagram", { flow: journey.flow_name })} height={320} />
      {flow.newest_version !== journey.version && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("journey.otherVersion", { version: journey.version, newest: flow.newest_version })}
        </Text>
      )}
    </div>
  );
}

/** The elements and arrows that the decisions say were passed. */
function passed(path: Schemas["Decision"][]): Set<string> {
  const ids = new Set<string>();
  for (const { data } of path) {
    const steps = (data as Record<string, unknown>)["path"];
    if (!Array.isArray(steps)) continue;
    for (const step of steps as Record<string, unknown>[]) {
      for (const key of ["at", "from", "took"]) if (typeof step[key] === "string") ids.add(step[key]);
    }
  }
  return ids;
}

function Retry({ journey, token }: { journey: string; token: number }) {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      const { places } = await take(api.POST("/api/v1/journeys/{id}/retry", { params: { path: { id: journey } }, body: { token } }));
      const isStopped = places.some((place) => place.waits_for === "incident");
      await client.invalidateQueries(below("/api/v1/journeys", "/api/v1/flows"));
      toast(t(isStopped ? "journey.stillStopped" : "journey.goesOn"), { tone: isStopped ? "bad" : "good" });
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={15} />} loading={isBusy} onClick={() => void retry()}>
      {t("journey.retry")}
    </Button>
  );
}
