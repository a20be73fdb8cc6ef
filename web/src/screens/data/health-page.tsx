import { Anchor, Group } from "@mantine/core";
import { IconActivityHeartbeat, IconAlertTriangle, IconCheck, IconMoon, IconPlayerPause } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, BarChart, EmptyState, Figure, Figures, Mark, Note, PageSkeleton, ProblemView, Section, When } from "../../design";
import { useFormat } from "../../format/react";
import { Trouble } from "../connections/trouble";
import { verdictOf } from "../connections/verdict";
import { DataFrame } from "./data-frame";
import classes from "./data.module.css";

type Source = Schemas["SourceHealth"];
type Drift = Schemas["Drift"];

/** How often the page looks again. */
const EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;

/** Whether each source speaks as it usually does. */
export function HealthPage() {
  const { t } = useTranslation("data");
  const { data, error, refetch, dataUpdatedAt } = queries.useQuery("get", "/api/v1/data-health", {}, { refetchInterval: EVERY_MS });
  const { data: alarms } = queries.useQuery("get", "/api/v1/data-health/alarms", {}, { refetchInterval: EVERY_MS });
  if (!data && error) {
    return (
      <DataFrame title={t("health.title")} lead={t("health.lead")}>
        <ProblemView error={error} retry={() => void refetch()} />
      </DataFrame>
    );
  }
  if (!data) return <PageSkeleton />;
  // Sources that never spoke are set up, and have no health yet.
  const speaking = data.sources.filter(({ silence, refused, comparison }) => silence || refused > 0 || comparison);
  return (
    <DataFrame title={t("health.title")} lead={t("health.lead")}>
      <Stopped alarms={alarms?.alarms ?? []} />
      {speaking.length === 0 && (
        <EmptyState icon={IconActivityHeartbeat} title={t("health.none")}>
          {t("health.noneText")}
        </EmptyState>
      )}
      {speaking.map((source) => (
        <OneSource key={source.id} source={source} now={dataUpdatedAt} />
      ))}
      {speaking.length > 0 && <DriftPart drift={data.drift} nameOf={(id) => data.sources.find((source) => source.id === id)?.name ?? String(id)} />}
    </DataFrame>
  );
}

function OneSource({ source, now }: { source: Source; now: number }) {
  const { t } = useTranslation("data");
  const { number, share, date, duration } = useFormat();
  const { can } = useSession();
  const bars = source.curve.map((value, index) => {
    const at = new Date(Math.floor(now / HOUR_MS - (source.curve.length - 1 - index)) * HOUR_MS);
    return { label: `${date(at, "day")}, ${date(at, "time")}`, value, text: number(value), isPending: false };
  });
  const silence = source.silence;
  return (
    <Section title={source.name} actions={<State source={source} />}>
      {silence?.is_alarm && (
        <Note tone="bad" role="alert" title={t("health.silentFor", { duration: duration(silence.hours * HOUR_MS) })}>
          {t("health.silentText", { usual: silence.usual_hours ? duration(silence.usual_hours * HOUR_MS) : t("health.anHour") })}
        </Note>
      )}
      <Figures>
        <Figure label={t("health.last")} value={<span className={classes.small}><When at={source.last_event_at} /></span>} hint={source.lag_s === null || source.lag_s === undefined ? undefined : t("health.lag", { duration: source.lag_s < 1 ? t("health.atOnce") : duration(source.lag_s * 1000) })} />
        <Figure label={t("health.today")} value={number(source.events_today)} now={source.events_today} before={source.events_same_weekday} beforeText={source.events_same_weekday > 0 ? t("health.lastWeek", { number: number(source.events_same_weekday) }) : undefined} more="neutral" />
        <Figure
          label={t("health.refused")}
          value={number(source.refused)}
          hint={source.refused > 0 ? t("health.ofAll", { share: share(source.error_rate) }) : undefined}
          to={source.quarantine_open > 0 && can("quarantine:read") ? <Anchor component={AppLink} to={paths.quarantine({ state: "open" })} size="sm">{t("health.toQuarantine", { count: source.quarantine_open, number: number(source.quarantine_open) })}</Anchor> : undefined}
        />
        <Figure label={t("health.duplicates")} value={number(source.duplicates)} hint={t("health.duplicatesHint")} />
      </Figures>
      <div className={classes.curve}>
        <BarChart label={t("health.curve", { name: source.name })} bars={bars} height={72} />
      </div>
      {source.comparison && <Comparison job={source.comparison} />}
    </Section>
  );
}

/** Shops that are not read any more until a person has put something right. */
function Stopped({ alarms }: { alarms: Schemas["Alarm"][] }) {
  const { t } = useTranslation("data");
  return alarms
    .filter(({ trouble }) => trouble !== "silent")
    .map(({ source, name, trouble, reason }) => (
      <Note key={source} tone="bad" role="alert" title={t(`health.troubles.${trouble as "stopped"}`, { name })}>
        {reason && <Trouble text={reason} brief />}{" "}
        <Anchor component={AppLink} to={paths.connection(source)} inherit underline="always">
          {t("health.toConnection")}
        </Anchor>
      </Note>
    ));
}

/** What the newest comparison with the shop found. */
function Comparison({ job }: { job: Schemas["Job"] }) {
  const { t } = useTranslation(["data", "connections"]);
  const { t: words } = useTranslation("connections");
  const { number } = useFormat();
  const counts = [
    `${t("connections:job.checked")}: ${number(job.objects)}`,
    `${t("connections:job.missing")}: ${number(job.missing)}`,
    `${t("connections:job.differing")}: ${number(job.differing)}`,
    `${t("connections:job.repaired")}: ${number(job.repaired)}`,
  ];
  return (
    <div className={classes.comparison}>
      <p className={classes.comparisonHead}>
        <strong>{t("health.compared")}</strong> <When at={job.finished_at} />
        <Mark tone={job.missing + job.differing > job.repaired ? "wait" : "good"} icon={job.missing + job.differing > job.repaired ? IconAlertTriangle : IconCheck}>
          {verdictOf(job, words)}
        </Mark>
      </p>
      <span className={classes.soft}>{counts.join(" · ")}</span>
      <Anchor component={AppLink} to={paths.connection(job.source, { tab: "jobs" })} size="sm">
        {t("health.toComparisons")}
      </Anchor>
    </div>
  );
}

function State({ source }: { source: Source }) {
  const { t } = useTranslation("data");
  if (source.off) return <Mark tone={source.off === "paused" ? "neutral" : "bad"} icon={source.off === "paused" ? IconPlayerPause : IconAlertTriangle}>{t(`health.off.${source.off}`)}</Mark>;
  if (source.silence?.is_alarm) return <Mark tone="bad" icon={IconAlertTriangle}>{t("health.silent")}</Mark>;
  if (source.error_rate > 0.05) return <Mark tone="wait" icon={IconAlertTriangle}>{t("health.errors")}</Mark>;
  if (source.silence && source.silence.hours >= 24) return <Mark tone="neutral" icon={IconMoon}>{t("health.quiet")}</Mark>;
  return <Mark tone="good" icon={IconCheck}>{t("health.well")}</Mark>;
}

function DriftPart({ drift, nameOf }: { drift: Drift[]; nameOf: (id: number) => string }) {
  const { t } = useTranslation("data");
  const kinds = (list: string[]) => list.map((kind) => t(`health.kinds.${kind as "text"}`)).join(", ");
  return (
    <Section title={t("health.drift")} lead={t("health.driftLead")}>
      {drift.length === 0 ? (
        <p className={classes.soft}>{t("health.driftNone")}</p>
      ) : (
        <ul className={classes.drift}>
          {drift.map(({ source, event, property, change, before, now }) => (
            <li key={`${source} ${event} ${property}`}>
              <Group gap="xs">
                <Mark tone={change === "new" ? "info" : "wait"}>{t(`health.changes.${change}`)}</Mark>
                <code>{property}</code>
              </Group>
              <span className={classes.soft}>
                {nameOf(source)} · {event}
                {change === "retyped" && ` · ${kinds(before)} → ${kinds(now)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
