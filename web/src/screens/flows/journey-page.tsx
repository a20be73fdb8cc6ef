import { Anchor, Button, Group, Text, Timeline } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../../api/client";
import { below } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, ConfirmWithReason, Facts, Page, PageSkeleton, ProblemView, Reason, Section, StateBadge, When, Why, toast } from "../../design";
import { Diagram, type DiagramMark } from "../../design/diagram";
import { namesOf } from "./flow-diagram";
import { IncidentNote } from "./incident-note";
import { VariablesSection } from "./variables-section";

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
  const [chosen, setChosen] = useState<string | null>(null);
  const diagram = useRef<HTMLDivElement>(null);
  const name = journey.customer.name || journey.customer.email || t("common:search.unnamed");
  const { places } = journey;
  // A version never changes.
  const { data: version } = queries.useQuery("get", "/api/v1/flows/{id}/versions/{number}", { params: { path: { id: journey.flow, number: journey.version } } }, { staleTime: Infinity });
  const names = useMemo(() => (version ? namesOf(version.xml) : {}), [version]);
  const stopped = places.filter(({ waits_for }) => waits_for === "incident");
  const show = (at: string) => {
    setChosen(at);
    diagram.current?.scrollIntoView({ block: "center" });
  };
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
      actions={can("flows:write") && journey.state !== "ended" ? <EndButton journey={journey} name={name} /> : undefined}
    >
      {stopped.map((place) => (
        <IncidentNote key={place.token} journey={journey.id} place={place} onShow={() => show(place.at)} />
      ))}
      <div ref={diagram}>
        <JourneyDiagram journey={journey} xml={version?.xml} names={names} chosen={chosen} onElement={setChosen} />
      </div>
      <Section title={t("journey.facts")}>
        <Facts
          columns={2}
          facts={[
            { label: t("journeys.customer"), value: <Anchor component={AppLink} to={paths.customer(journey.customer.id)}>{name}</Anchor> },
            { label: t("journey.cart"), value: journey.cart ? <Anchor component={AppLink} to={paths.cart(journey.cart)}>{t("journey.openCart")}</Anchor> : null },
            { label: t("journeys.flow"), value: <Anchor component={AppLink} to={paths.flow(journey.flow)}>{`${journey.flow_name} · ${t("versions.name", { number: journey.version })}`}</Anchor> },
            { label: t("journeys.started"), value: <When at={journey.started_at} /> },
            ...(journey.caller ? [{ label: t("journey.caller"), value: <Anchor component={AppLink} to={paths.journey(journey.caller)}>{t("journey.openCaller")}</Anchor> }] : []),
            ...(journey.ended_at ? [{ label: t("journey.ended"), value: <><When at={journey.ended_at} />{journey.why && <> · <Why why={journey.why} /></>}</> }] : places.map((place) => ({ label: place.name || place.at, value: <Waits place={place} /> }))),
          ]}
        />
      </Section>
      <VariablesSection journey={journey} />
      <Section title={t("common:why")} lead={t("journey.whyLead")}>
        <Path path={journey.path} names={names} />
      </Section>
    </Page>
  );
}

function Waits({ place }: { place: Standing }) {
  const { t } = useTranslation("flows");
  if (place.waits_for === "incident") return <Reason of="incident" said={place.said} text={place.detail} brief />;
  const link = place.task ? { to: paths.task(place.task), text: t("waits.openTask") } : place.called ? { to: paths.journey(place.called), text: t("waits.openCalled") } : null;
  return (
    <>
      {t(`waits.${place.waits_for}`, { detail: place.detail ?? "" })} {place.due_at && (place.waits_for === "person" ? <>{t("waits.until")} <When at={place.due_at} /></> : <When at={place.due_at} />)}
      {link && (
        <>
          {" · "}
          <Anchor component={AppLink} to={link.to} underline="always">
            {link.text}
          </Anchor>
        </>
      )}
    </>
  );
}

/** That it stopped, in the reader's language where the reason is one that we know. */
function StoppedAt({ decision, names }: { decision: Schemas["Decision"]; names: Record<string, string> }) {
  const { t } = useTranslation("flows");
  const { at, reason, said } = decision.data as { at?: string; reason?: string; said?: { code: string; values: Record<string, string> } };
  if (!said || !at) return <Why why={decision.why} />;
  return (
    <>
      {t("journey.stopped", { name: names[at] || at })}: <Reason of="incident" said={said} text={reason ?? null} brief />
    </>
  );
}

function Path({ path, names }: { path: Schemas["Decision"][]; names: Record<string, string> }) {
  const { t } = useTranslation("flows");
  if (path.length === 0) return <Text c="dimmed">{t("journey.noPath")}</Text>;
  return (
    <Timeline bulletSize={14} lineWidth={2} active={path.length}>
      {path.map((decision, index) => (
        <Timeline.Item key={`${decision.position}-${index}`} color={decision.code === "incident" ? "brick" : undefined}>
          <Text style={{ overflowWrap: "anywhere" }} component="div">
            {decision.code === "incident" ? <StoppedAt decision={decision} names={names} /> : <Why why={decision.why} />}
          </Text>
          <Text size="sm" c="dimmed">
            <When at={decision.at} />
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

interface JourneyDiagramProps {
  journey: Journey;
  xml: string | undefined;
  names: Record<string, string>;
  chosen: string | null;
  onElement: (id: string | null) => void;
}

/** The diagram of the journey's own version, with the way that was taken, and where the journey stands. */
function JourneyDiagram({ journey, xml, names, chosen, onElement }: JourneyDiagramProps) {
  const { t } = useTranslation("flows");
  const { places } = journey;
  const marks = useMemo(() => {
    const made: Record<string, DiagramMark> = {};
    for (const id of passed(journey.path)) made[id] = { tone: "good" };
    for (const { at, waits_for } of places) made[at] = { tone: waits_for === "incident" ? "bad" : "info" };
    return made;
  }, [journey.path, places]);
  if (!xml) return null;
  const here = places.find(({ at }) => at === chosen);
  return (
    <div>
      <Diagram xml={xml} marks={marks} label={t("journey.diagram", { flow: journey.flow_name })} height={320} chosen={chosen} onElement={onElement} />
      <Group justify="space-between" mt="xs" gap="xs">
        <Text size="sm" c="dimmed" aria-live="polite">
          {chosen ? `${names[chosen] || chosen}: ${here ? t(here.waits_for === "incident" ? "journey.hereStopped" : "journey.hereWaits") : marks[chosen] ? t("journey.herePassed") : t("journey.hereNever")}` : t("journey.legend")}
        </Text>
      </Group>
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

/** Calls a journey off, once a person has said that they mean it: there is no way back. */
function EndButton({ journey, name }: { journey: Journey; name: string }) {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const end = async () => {
    await api.POST("/api/v1/journeys/{id}/cancel", { params: { path: { id: journey.id } } });
    await client.invalidateQueries(below("/api/v1/journeys", "/api/v1/flows", "/api/v1/tasks"));
    toast(t("journey.wasEnded"));
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPlayerStop size={16} />} onClick={() => setAsking(true)}>
        {t("journey.end")}
      </Button>
      <ConfirmWithReason isOpen={isAsking} onClose={() => setAsking(false)} title={t("journey.endTitle", { name })} action={t("journey.end")} isDangerous onConfirm={end}>
        {t("journey.endText")}
      </ConfirmWithReason>
    </>
  );
}
