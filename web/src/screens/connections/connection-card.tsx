import { Anchor, Progress, Title } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink } from "../../design";
import { serverNow } from "../../format/clock";
import { useFormat } from "../../format/react";
import classes from "./connections.module.css";
import { LastHeard } from "./job-card";
import { comparedUpTo, isTroubled, hasApi, isUnderWay, useJobs, type Connection, type Job } from "./queries";
import { ShopMark } from "./shop-mark";
import { ConnectionMark } from "./state-mark";
import { useWords } from "./texts";
import { Trouble } from "./trouble";
import { recoveredOf } from "./verdict";

const ENDS_SOON_MS = 60 * 86_400_000;
/** One connected shop: whether it tells what happens, and whether anything was missed. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { can } = useSession();
  const { date } = useFormat();
  const words = useWords();
  const { data } = useJobs(connection.source);
  const jobs = data?.items ?? [];
  const isNew = data !== undefined && jobs.length === 0 && !connection.last_event_at;
  const isRead = hasApi(connection);
  const ends = connection.api_version_ends_at;
  const left = ends && isRead ? new Date(ends).getTime() - serverNow() : Infinity;
  const href = paths.connection(connection.source);
  return (
    <article className={classes.card} aria-label={connection.name}>
      <header className={classes.cardHead}>
        <ShopMark shop={connection.shop} />
        <div className={classes.cardName}>
          <Title order={2} size="h3">
            <AppLink to={href} className={classes.cardLink}>
              <bdi>{connection.name}</bdi>
            </AppLink>
          </Title>
          <span className={classes.soft}>{words.shop(connection.shop)}{connection.base_url && <> · <bdi>{hostOf(connection.base_url)}</bdi></>}</span>
        </div>
        <ConnectionMark state={connection.state} />
      </header>
      <dl className={classes.pairs}>
        <div>
          <dt>{t("list.heard")}</dt>
          <dd>
            <LastHeard at={connection.last_event_at} />
          </dd>
        </div>
        <div>
          <dt>{t("list.compared")}</dt>
          <dd>{isRead ? <LastHeard at={comparedUpTo(connection)} /> : t("list.notCompared")}</dd>
        </div>
      </dl>
      <Running jobs={jobs} />
      <Recovered jobs={jobs} />
      {isTroubled(connection) && connection.last_error && (
        <p className={classes.trouble}>
          <IconAlertTriangle size={18} aria-hidden />
          <span>
            <span className="r-hidden">{t("list.trouble")}: </span>
            <Trouble text={connection.last_error} brief />
          </span>
        </p>
      )}
      {ends && left < ENDS_SOON_MS && <p className={classes.trouble} data-tone="wait"><IconAlertTriangle size={18} aria-hidden /><span>{left < 0 ? t("page.versionOver", { version: connection.api_version, date: date(ends) }) : t("list.version", { date: date(ends) })}</span></p>}
      {isNew && can("sources:write") && (
        <p className={classes.soft}>
          {t("list.unfinished")}{" "}
          <Anchor component={AppLink} to={paths.newConnection({ source: connection.source, step: connection.shop === "generic" || connection.base_url ? "webhooks" : "access" })} inherit underline="always">
            {t("list.goOn")}
          </Anchor>
        </p>
      )}
    </article>
  );
}

function hostOf(url: string): string {
  return url.replace(/^https?:\/\//, "");
}

/** What is being asked of the shop now. */
function Running({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation("connections");
  const { number } = useFormat();
  const words = useWords();
  const open = jobs.filter(isUnderWay);
  const job = open.find(({ state }) => state === "running") ?? open[0];
  if (!job) return null;
  const what = job.purpose === "reconcile" ? t("job.title.reconcile") : words.kind(job.kind);
  const known = job.total && job.kinds.length === 1 ? job.total : null;
  const share = known ? Math.min(99, (job.objects / known) * 100) : null;
  return (
    <div>
      <p className={classes.counts}>
        <IconRefresh size={16} aria-hidden /> {t("list.underWay", { what })}
        {known ? ` · ${t("job.of", { objects: number(job.objects), total: number(known) })}` : job.objects > 0 && ` · ${t("job.read", { count: job.objects })}`}
      </p>
      <Progress value={share ?? 100} size="sm" animated={share === null} striped={share === null} aria-label={t("job.progress", { kind: what })} />
    </div>
  );
}

function Recovered({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation("connections");
  const recovered = recoveredOf(jobs);
  if (recovered === null) return null;
  return (
    <p className={classes.recovered}>
      <IconCheck size={18} aria-hidden />
      <span>{recovered > 0 ? t("list.recovered", { count: recovered }) : t("list.complete")}</span>
    </p>
  );
}
