import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, CopyText, Facts, Figure, Figures, Note, Section, When } from "../../design";
import { serverNow } from "../../format/clock";
import { useFormat } from "../../format/react";
import classes from "./connections.module.css";
import { JobCard, LastHeard } from "./job-card";
import { comparedUpTo, isTroubled, hasApi, isUnderWay, useJobs, useRejectedOpen, type Connection } from "./queries";
import { useWords } from "./texts";
import { Trouble } from "./trouble";

const SOON_MS = 60 * 86_400_000;

/** How the connection is now: when it was heard of, what went wrong, what runs. */
export function OverviewTab({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { number } = useFormat();
  const { data: jobs } = useJobs(connection.source);
  const { data: rejected } = useRejectedOpen(connection.source);
  const isRead = hasApi(connection);
  const last = jobs?.items.find(isUnderWay) ?? jobs?.items.find(({ purpose }) => purpose === "reconcile");
  const open = rejected ? `${number(rejected.items.length)}${rejected.next ? "+" : ""}` : "–";
  return (
    <Stack gap="lg">
      <Version connection={connection} />
      <Figures>
        <Figure label={t("page.heard")} value={<span className={classes.moment}><LastHeard at={connection.last_event_at} /></span>} />
        <Figure label={t("page.compared")} value={<span className={classes.moment}>{isRead ? <LastHeard at={comparedUpTo(connection)} /> : "–"}</span>} />
        <Figure label={t("page.tabs.rejected")} value={open} to={rejected && rejected.items.length > 0 ? <Anchor component={AppLink} to={paths.connection(connection.source, { tab: "rejected" })} size="sm">{t("wizard.webhooks.toRejected")}</Anchor> : undefined} />
        <Figure label={t("page.wrong")} value={number(connection.wrong_signatures)} hint={connection.wrong_signatures > 0 ? t("page.wrongHint") : undefined} />
      </Figures>
      {connection.last_error && (
        <Note tone={isTroubled(connection) ? "wait" : "neutral"} title={t("page.trouble")}>
          <Trouble text={connection.last_error} />
          {connection.last_error_at && (
            <Text component="div" size="sm" mt={4}>
              <When at={connection.last_error_at} />
            </Text>
          )}
        </Note>
      )}
      {last && <JobCard job={last} />}
      <Address connection={connection} />
    </Stack>
  );
}

function Address({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { can } = useSession();
  const { date, list } = useFormat();
  const words = useWords();
  const isRead = hasApi(connection);
  const { api_version_ends_at: ends, api_version: version } = connection;
  const facts = [
    { label: t("page.api"), value: connection.base_url || t("page.noApi") },
    ...(connection.kinds.length > 0 ? [{ label: t("page.reads"), value: list(connection.kinds.map(words.kind)) }] : []),
    ...(connection.kinds.length > 0 ? [{ label: t("page.schedule"), value: words.every(connection.reconcile_minutes) }] : []),
    ...(version ? [{ label: t("page.version"), value: ends && isRead ? t("page.versionEnds", { version, date: date(ends) }) : version }] : []),
    { label: t("wizard.access.zone"), value: connection.zone },
    { label: t("wizard.access.currency"), value: connection.currency },
    ...(connection.namespace ? [{ label: t("wizard.access.namespace"), value: connection.namespace }] : []),
  ];
  const guide = can("sources:write") && (
    <Anchor component={AppLink} to={paths.newConnection({ source: connection.source, step: "webhooks" })} size="sm">
      {t("page.guide")}
    </Anchor>
  );
  return (
    <Section title={t("page.address")} lead={t("page.addressText")} actions={guide}>
      <CopyText text={connection.webhook_url} label={t("page.address")} />
      {connection.old_secret_until && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("page.oldSecret", { date: date(connection.old_secret_until, "minute") })}
        </Text>
      )}
      <div style={{ marginTop: "1rem" }}>
        <Facts columns={2} facts={facts} />
      </div>
    </Section>
  );
}

/** A version of the API that ends soon is told before it does. */
function Version({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { date } = useFormat();
  const { api_version_ends_at: ends, api_version: version } = connection;
  if (!ends || !hasApi(connection)) return null;
  const left = new Date(ends).getTime() - serverNow();
  if (left > SOON_MS) return null;
  return <Note tone={left < 0 ? "bad" : "wait"}>{t(left < 0 ? "page.versionOver" : "page.versionSoon", { version, date: date(ends) })}</Note>;
}
