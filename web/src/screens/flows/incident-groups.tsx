import { Button, Group, Progress, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { ConfirmWithReason, Reason, Section, toast, toastProblem } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./flows.module.css";

type Kind = Schemas["IncidentGroup"];

/** Where the journeys of a flow have stopped, by reason; those of one kind can be tried again as one. */
export function IncidentGroups({ flow }: { flow: string }) {
  const { t } = useTranslation("flows");
  const { data } = queries.useQuery("get", "/api/v1/flows/{id}/incidents", { params: { path: { id: flow } } });
  if (!data || data.groups.length === 0) return null;
  return (
    <Section title={t("stopped.title")} lead={t("stopped.lead")}>
      <ul className={classes.groups}>
        {data.groups.map((group) => (
          <Row key={`${group.at} ${group.code}`} flow={flow} group={group} />
        ))}
      </ul>
    </Section>
  );
}

interface Progressed {
  done: number;
  again: number;
  all: number;
}

function Row({ flow, group }: { flow: string; group: Kind }) {
  const { t } = useTranslation("flows");
  const { can } = useSession();
  const { number } = useFormat();
  const [isAsking, setAsking] = useState(false);
  const retry = useRetryAll(flow, group);
  const count = group.journeys;
  return (
    <li className={classes.group}>
      <div className={classes.groupText}>
        <Text fw={560}>{t("stopped.at", { count, name: group.name })}</Text>
        <Text size="sm" c="dimmed" component="div">
          <Reason of="incident" said={group.stopped.said} text={group.stopped.reason} brief />
        </Text>
        {retry.progress && (
          <div role="status" className={classes.progress}>
            <Progress value={(retry.progress.done / Math.max(1, retry.progress.all)) * 100} size="sm" aria-label={t("stopped.title")} />
            <Text size="sm">{t("stopped.progress", { done: number(retry.progress.done), all: number(retry.progress.all), again: number(retry.progress.again) })}</Text>
          </div>
        )}
      </div>
      {can("flows:write") &&
        (retry.progress ? (
          <Button size="compact-sm" variant="default" onClick={retry.stop}>
            {t("stopped.stop")}
          </Button>
        ) : (
          <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={15} />} onClick={() => setAsking(true)}>
            {t("stopped.retry", { count })}
          </Button>
        ))}
      <ConfirmWithReason
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t("stopped.confirm", { count })}
        action={t("stopped.retry", { count })}
        onConfirm={async () => {
          void retry.run();
        }}
      >
        <Group gap={4}>{t("stopped.confirmText")}</Group>
      </ConfirmWithReason>
    </li>
  );
}

/** Tries all of a kind again, a slice at a time, until there are none or a person says stop. */
function useRetryAll(flow: string, { at, code, journeys }: Kind) {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progressed | null>(null);
  const isStopped = useRef(false);
  const run = async () => {
    isStopped.current = false;
    let [done, again] = [0, 0];
    let cursor: string | null = null;
    setProgress({ done, again, all: journeys });
    try {
      do {
        const slice: Schemas["RetriedIncidents"] = await take(api.POST("/api/v1/flows/{id}/incidents/retry", { params: { path: { id: flow } }, body: { at, code, cursor } }));
        done += slice.retried;
        again += slice.stopped_again;
        cursor = slice.next ?? null;
        setProgress({ done, again, all: Math.max(journeys, done) });
      } while (cursor && !isStopped.current);
      toast(again > 0 ? t("stopped.someAgain", { count: again, done }) : t("stopped.done", { count: done }), { tone: again > 0 ? "wait" : "good" });
    } catch (error) {
      toastProblem(error);
    } finally {
      setProgress(null);
      await client.invalidateQueries(below("/api/v1/flows", "/api/v1/journeys"));
    }
  };
  return { progress, run, stop: () => void (isStopped.current = true) };
}
