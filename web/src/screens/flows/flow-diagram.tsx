import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { AppLink } from "../../design";
import { Diagram, type DiagramMark } from "../../design/diagram";
import { useFormat } from "../../format/react";

/** So many journeys are counted on the diagram; beyond it, the newest ones. */
const PAGES_MAX = 5;
const PAGE = 200;

interface Counts {
  waiting: Record<string, number>;
  incident: Record<string, number>;
  isAll: boolean;
}

/** The diagram of a flow with the journeys that stand at each of its elements now. */
export function FlowDiagram({ flow }: { flow: Schemas["FlowPage"] }) {
  const { t } = useTranslation("flows");
  const { number } = useFormat();
  const [chosen, setChosen] = useState<string | null>(null);
  const { data } = useQuery({ queryKey: ["get", "/api/v1/journeys", flow.id, "where"], queryFn: () => countPlaces(flow.id) });
  const marks = useMemo(() => {
    const made: Record<string, DiagramMark> = {};
    for (const [id, count] of Object.entries(data?.waiting ?? {})) made[id] = { tone: "info", count, label: t("diagram.waiting", { count }) };
    for (const [id, count] of Object.entries(data?.incident ?? {})) made[id] = { tone: "bad", count: count + (data?.waiting[id] ?? 0), label: t("diagram.incident", { count }) };
    return made;
  }, [data, t]);
  const names = useMemo(() => namesOf(flow.xml), [flow.xml]);
  const standing = Object.keys(marks);
  return (
    <div>
      <Diagram xml={flow.xml} marks={marks} label={t("diagram.label", { name: flow.name || flow.id })} chosen={chosen} onElement={setChosen} height={360} />
      <Group justify="space-between" mt="xs" gap="xs">
        <Text size="sm" c="dimmed" aria-live="polite">
          {chosen
            ? t("diagram.at", { name: names[chosen] || chosen, waiting: number(data?.waiting[chosen] ?? 0), incidents: number(data?.incident[chosen] ?? 0) })
            : data && !data.isAll
              ? t("diagram.newest", { count: PAGES_MAX * PAGE })
              : t("diagram.hint")}
        </Text>
        {(data?.incident[chosen ?? ""] ?? 0) > 0 && (
          <Button component={AppLink} to={paths.journeys({ flow: flow.id, state: "incident" })} size="compact-sm" variant="default">
            {t("figures.look")}
          </Button>
        )}
      </Group>
      <ul className="r-hidden">
        {standing.map((id) => (
          <li key={id}>{`${names[id] || id}: ${marks[id]?.label ?? ""}`}</li>
        ))}
      </ul>
    </div>
  );
}

async function countPlaces(flow: string): Promise<Counts> {
  const [waiting, incident] = await Promise.all([countState(flow, "waiting"), countState(flow, "incident")]);
  return { waiting: waiting.at, incident: incident.at, isAll: waiting.isAll && incident.isAll };
}

async function countState(flow: string, state: string): Promise<{ at: Record<string, number>; isAll: boolean }> {
  const at: Record<string, number> = {};
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await take(api.GET("/api/v1/journeys", { params: { query: { flow, state, limit: PAGE, cursor } } }));
    for (const place of answer.items.flatMap((journey) => journey.at)) at[place] = (at[place] ?? 0) + 1;
    if (!answer.next) return { at, isAll: true };
    cursor = answer.next;
  }
  return { at, isAll: false };
}

/** Names of the file's elements by id. */
export function namesOf(xml: string): Record<string, string> {
  const file = new DOMParser().parseFromString(xml, "application/xml");
  const named = [...file.querySelectorAll("[id][name]")];
  return Object.fromEntries(named.map((element) => [element.id, element.getAttribute("name") ?? ""]));
}
