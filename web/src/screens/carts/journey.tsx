import { Anchor, Button } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { AppLink, EmptyState, FilterSelect, ListSkeleton, Mark, ProblemView, Section, StateBadge, When, Why, useUrlState } from "../../design";
import { Diagram, type DiagramMark, type DiagramMarks } from "../../design/diagram";
import { useFormat } from "../../format/react";
import { Places } from "../customers/journeys-under-way";
import { useDecisions, type Decision } from "../customers/queries";
import classes from "./carts.module.css";

/** The journeys of a cart on the diagrams of their flows, the newest first. */
export function CartJourney({ cart, customer }: { cart: string; customer: string }) {
  const { t } = useTranslation("carts");
  const { values, set } = useUrlState("journey");
  const { date } = useFormat();
  const list = useDecisions(customer);
  const journeys = journeysOf(list.items, cart);
  const chosen = journeys.find(({ id }) => id === values.journey) ?? journeys[0];
  if (list.problem && list.items.length === 0) return <ProblemView error={list.problem} retry={list.retry} compact />;
  if (list.isLoading) return <ListSkeleton rows={4} />;
  if (!chosen) {
    return (
      <EmptyState
        icon={IconRoute}
        title={t("journey.none")}
        action={
          <Button variant="default" component={AppLink} to={paths.flows()}>
            {t("journey.toFlows")}
          </Button>
        }
      >
        {t("journey.noneText")}
      </EmptyState>
    );
  }
  return (
    <div className={classes.journey}>
      {journeys.length > 1 && <FilterSelect label={t("journey.pick")} any={t("journey.pick")} value={chosen.id} onChange={(journey) => set({ journey })} options={journeys.map(({ id, flow, at }) => ({ value: id, label: `${flow}, ${date(at, "minute")}` }))} />}
      <JourneyView id={chosen.id} />
    </div>
  );
}

function journeysOf(decisions: Decision[], cart: string): { id: string; flow: string; at: string }[] {
  const found = new Map<string, { id: string; flow: string; at: string }>();
  for (const { journey, flow, at, cart: of } of decisions) if (journey && of === cart && !found.has(journey)) found.set(journey, { id: journey, flow, at });
  return [...found.values()];
}

function JourneyView({ id }: { id: string }) {
  const { t } = useTranslation("carts");
  const { data: journey, error, refetch } = queries.useQuery("get", "/api/v1/journeys/{id}", { params: { path: { id } } });
  if (!journey && error) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!journey) return <ListSkeleton rows={4} />;
  const places = journey.places;
  return (
    <>
      <div className={classes.journeyHead}>
        <Anchor component={AppLink} to={paths.journey(id)} fw={560}>
          <bdi>{journey.flow_name}</bdi>
        </Anchor>
        <StateBadge of="journey" state={journey.state} />
      </div>
      <OnDiagram journey={journey} />
      <Section title={t("journey.places")}>
        {places.length > 0 ? (
          <Places places={places} />
        ) : (
          <span>
            {t("journey.ended")} {journey.why && <Why why={journey.why} />}
          </span>
        )}
      </Section>
      <Section title={t("journey.path")}>
        <ol className={classes.path}>
          {journey.path.map((decision, index) => (
            <li key={`${decision.position}-${index}`}>
              <span dir="auto">
                <Why why={decision.why} />
              </span>
              <When at={decision.at} />
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

function OnDiagram({ journey }: { journey: Schemas["JourneyPage"] }) {
  const { t } = useTranslation("carts");
  const { data: flow, error, refetch } = queries.useQuery("get", "/api/v1/flows/{id}", { params: { path: { id: journey.flow } } });
  const key = JSON.stringify([journey.path.map(({ data }) => (data as Path).path), journey.at, journey.state]);
  // By what is said, not by the object that says it: a page that is read anew draws nothing anew.
  const marks = useMemo(() => marksOf(journey, t("journey.standing")), [key, t]);
  if (error && !flow) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!flow) return <ListSkeleton rows={6} />;
  return (
    <div>
      <Diagram xml={flow.xml} marks={marks} label={t("journey.diagram", { flow: journey.flow_name })} height={320} />
      <div className={classes.legend}>
        <Mark tone="good">{t("journey.visited")}</Mark>
        {journey.state === "incident" ? <Mark tone="bad">{t("journey.stopped")}</Mark> : journey.at.length > 0 && <Mark tone="info">{t("journey.standing")}</Mark>}
      </div>
    </div>
  );
}

interface Path {
  path?: { at?: string; from?: string; took?: string }[];
}

/** Passed elements and edges, and over them where it stands. */
function marksOf(journey: Schemas["JourneyPage"], standing: string): DiagramMarks {
  const marks: Record<string, DiagramMark> = {};
  for (const { data } of journey.path) {
    for (const { at, from, took } of (data as Path).path ?? []) {
      for (const id of [at, from, took]) if (id) marks[id] = { tone: "good" };
    }
  }
  const stopped = journey.places.filter(({ waits_for }) => waits_for === "incident");
  for (const id of journey.at) marks[id] = { tone: stopped.some(({ at }) => at === id) ? "bad" : "info", label: standing };
  return marks;
}
