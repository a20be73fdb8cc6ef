import { Anchor, Button, Group, Progress, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, ConfirmWithReason, Facts, Note, When, toastProblem } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./connections.module.css";
import { refresh, type Job } from "./queries";
import { JobMark } from "./state-mark";
import { useWords } from "./texts";
import { Trouble } from "./trouble";
import { verdictOf } from "./verdict";

/** A backfill or a comparison: how far it is, what it found, and what can be done with it. */
export function JobCard({ job, isBrief = false }: { job: Job; isBrief?: boolean }) {
  const { t } = useTranslation("connections");
  const { number, relative, date } = useFormat();
  const words = useWords();
  const kinds = job.kinds.map(words.kind).join(", ");
  const isComparison = job.purpose === "reconcile";
  return (
    <article className={classes.job} aria-label={`${t(`job.title.${job.purpose}`)}: ${kinds}`}>
      <header className={classes.jobHead}>
        <div>
          <Title order={3}>{isComparison ? t("job.title.reconcile") : kinds}</Title>
          {!isBrief && (
            <p className={classes.soft}>
              {t("job.started", { when: relative(job.created_at), by: t(`job.by.${byOf(job.asked_by)}`) })}
              {job.since ? ` · ${t("job.since", { date: date(job.since, "minute") })}` : ` · ${t("job.everything")}`}
            </p>
          )}
        </div>
        <JobMark state={job.state} />
      </header>
      <JobProgress job={job} />
      {isComparison && job.state === "done" && <p className={classes.verdict} data-tone={job.missing + job.differing > job.repaired ? "bad" : undefined}>{verdictOf(job, t)}</p>}
      {isComparison && (
        <Facts
          columns={2}
          facts={[
            { label: t("job.checked"), value: number(job.objects) },
            { label: t("job.missing"), value: number(job.missing) },
            { label: t("job.differing"), value: number(job.differing) },
            { label: t("job.repaired"), value: number(job.repaired) },
          ]}
        />
      )}
      {job.error && (
        <Note tone={job.state === "stopped" ? "bad" : "wait"}>
          <Trouble text={job.error} />
          {job.next_at && job.state === "waiting" && (
            <div>
              {t("job.next", { when: relative(job.next_at) })}
            </div>
          )}
        </Note>
      )}
      {job.note && <p className={classes.soft}>{t("job.note")}: <span lang="en">{job.note}</span></p>}
      {job.found.length > 0 && <Found job={job} />}
      <JobSteering job={job} />
    </article>
  );
}

/** `person:01…` → `person`. */
function byOf(askedBy: string): "schedule" | "night" | "person" | "key" | "command" {
  if (askedBy === "schedule" || askedBy === "night") return askedBy;
  return askedBy.startsWith("person") ? "person" : askedBy.startsWith("key") ? "key" : "command";
}

function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation("connections");
  const { number, relative } = useFormat();
  const words = useWords();
  const isOver = job.state === "done" || job.state === "cancelled";
  const share = job.state === "done" ? 100 : job.total && job.total > 0 && job.kinds.length === 1 ? Math.min(99, (job.objects / job.total) * 100) : null;
  const said = [
    job.total && job.kinds.length === 1 && !isOver ? t("job.of", { objects: number(job.objects), total: number(job.total) }) : t("job.read", { count: job.objects }),
    t("job.events", { count: job.events }),
    ...(job.refused > 0 ? [t("job.refused", { count: job.refused })] : []),
    ...(job.finished_at ? [t("job.finished", { when: relative(job.finished_at) })] : []),
    ...(job.kinds.length > 1 && job.state === "running" ? [t("job.now", { kind: words.kind(job.kind) })] : []),
  ];
  return (
    <div>
      {job.state !== "cancelled" && (
        <Progress value={share ?? 100} size="sm" animated={share === null && job.state === "running"} striped={share === null && job.state === "running"} color={job.state === "stopped" ? "brick" : job.state === "paused" || job.state === "waiting" ? "gray" : undefined} aria-label={t("job.progress", { kind: words.kind(job.kind) })} />
      )}
      <p className={classes.counts}>{said.join(" · ")}</p>
    </div>
  );
}

/** What differed, by name, each leading to where it is now. */
function Found({ job }: { job: Job }) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const ownerOf = useOwners(job.found.some(({ kind }) => kind === "orders"));
  const what = (word: string) => (word === "missing" || word === "total" || word === "cancelled" || word === "refunded" ? t(`job.what.${word}`) : word);
  return (
    <details className={classes.found} open={job.found.length <= 10}>
      <summary>{t("job.found")}</summary>
      <ul>
        {job.found.map((each) => (
          <li key={`${each.kind}.${each.id}.${each.what}`}>
            <span>
              {words.one(each.kind)} <FoundLink kind={each.kind} id={each.id} owner={ownerOf(each.id)} /> {what(each.what)}
            </span>
            <span className={classes.soft}>{t(each.is_repaired ? "job.isRepaired" : "job.isNot")}</span>
          </li>
        ))}
      </ul>
      {job.missing + job.differing > job.found.length && <p className={classes.soft}>{t("job.foundMore")}</p>}
    </details>
  );
}

/** Orders stand with their customer, whom the search finds by the shop's own id too. */
function FoundLink({ kind, id, owner }: { kind: string; id: string; owner: string | undefined }) {
  const to = kind === "orders" && owner ? paths.customer(owner, { tab: "orders" }) : kind === "customers" ? paths.customers({ q: id }) : null;
  if (!to) return <bdi>{id}</bdi>;
  return (
    <Anchor component={AppLink} to={to} underline="always">
      <bdi>{id}</bdi>
    </Anchor>
  );
}

/** Whose the newest orders are, by the shop's id of the order; older ones are not looked up. */
function useOwners(enabled: boolean): (order: string) => string | undefined {
  const { data } = queries.useQuery("get", "/api/v1/orders", { params: { query: { limit: 200 } } }, { enabled });
  return (order) => data?.items.find(({ id }) => id === order || id.endsWith(`:${order}`))?.customer.id;
}

function JobSteering({ job }: { job: Job }) {
  const { t } = useTranslation("connections");
  const { can } = useSession();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [isEnding, setEnding] = useState(false);
  if (!can("sources:write") || job.state === "done" || job.state === "cancelled") return null;
  const params = { path: { source: job.source, id: job.id } };
  const steer = async (act: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toastProblem(error);
    } finally {
      await refresh(client);
      setBusy(false);
    }
  };
  const pause = () => steer(() => api.POST("/api/v1/connections/{source}/jobs/{id}/pause", { params }));
  const resume = () => steer(() => api.POST("/api/v1/connections/{source}/jobs/{id}/resume", { params }));
  const cancel = async () => {
    await api.POST("/api/v1/connections/{source}/jobs/{id}/cancel", { params });
    await refresh(client);
  };
  const isHeld = job.state === "paused" || job.state === "stopped";
  return (
    <Group gap="xs">
      {isHeld || (job.state === "waiting" && job.error) ? (
        <Button size="compact-sm" {...(isHeld ? {} : { variant: "default" })} loading={isBusy} onClick={() => void resume()}>
          {t(job.state === "paused" ? "job.resume" : "job.retry")}
        </Button>
      ) : (
        <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void pause()}>
          {t("job.pause")}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setEnding(true)}>
        {t("job.cancel")}
      </Button>
      <ConfirmWithReason isOpen={isEnding} onClose={() => setEnding(false)} title={t("job.cancelTitle")} action={t("job.cancel")} isDangerous onConfirm={cancel}>
        {t("job.cancelText")}
      </ConfirmWithReason>
    </Group>
  );
}

export function LastHeard({ at }: { at: string | null | undefined }) {
  const { t } = useTranslation("connections");
  return at ? <When at={at} /> : <span>{t("list.never")}</span>;
}
