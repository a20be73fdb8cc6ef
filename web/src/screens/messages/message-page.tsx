import { Text, Timeline } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { useAgents, useSession } from "../../app/session";
import { Facts, Mark, Note, Page, PageSkeleton, ProblemView, Reason, Section, StateBadge, When, Why } from "../../design";
import { FactLink } from "./messages-page";
import { Preview } from "./preview";
import { ResolveButtons } from "./resolve-buttons";
import { useNames } from "./use-names";
import classes from "./messages.module.css";

type Message = Schemas["MessagePage"];

/** One message: its words as they look in a mailbox, and what became of it. */
export function MessagePage() {
  const { message: id } = useParams({ strict: false }) as { message: string };
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/messages/{id}", { params: { path: { id } } });
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} page />;
  if (!data) return <PageSkeleton />;
  return <Loaded message={data} />;
}

function Loaded({ message }: { message: Message }) {
  const { t } = useTranslation(["messages", "common"]);
  const { can } = useSession();
  const { body } = message;
  const name = message.customer.name || message.customer.email || t("common:search.unnamed");
  return (
    <Page title={body.subject || name} documentTitle={t("of", { name })} crumbs={[{ label: t("title"), to: paths.messages() }]} aside={<StateBadge of="message" state={message.state} />} lead={t(message.recipient === "agent" ? "aboutCustomer" : "toCustomer", { name })}>
      {message.state === "in_doubt" && (
        <Note tone="bad" role="alert" title={t("inDoubt.one")} actions={can("messages:write") ? <ResolveButtons id={message.id} /> : undefined}>
          <Reason of="mail" said={message.said} text={message.reason} />
          <Text inherit mt={6}>
            {t("inDoubt.text")}
          </Text>
        </Note>
      )}
      {message.state !== "in_doubt" && (message.why ?? message.reason) && (
        <Note tone={message.state === "failed" ? "bad" : "neutral"} title={t("common:why")}>
          {message.why ? <Why why={message.why} /> : <Reason of="mail" said={message.said} text={message.reason} />}
        </Note>
      )}
      <div className={classes.columns}>
        <Preview body={body} />
        <div className={classes.side}>
          <Details message={message} name={name} />
          <Section title={t("history.title")}>
            <History message={message} />
          </Section>
        </div>
      </div>
    </Page>
  );
}

function Details({ message, name }: { message: Message; name: string }) {
  const { t } = useTranslation("messages");
  const { nameOf } = useAgents();
  const names = useNames();
  return (
    <Section title={t("facts.title")}>
      <Facts
        facts={[
          { label: t("facts.customer"), value: <FactLink to={paths.customer(message.customer.id)}>{name}</FactLink> },
          ...(message.recipient === "agent" ? [{ label: t("facts.recipient"), value: <Mark tone="info">{nameOf(message.customer.agent) ?? t("toAgent")}</Mark> }] : []),
          { label: t("facts.to"), value: message.to },
          { label: t("facts.from"), value: message.from },
          { label: t("facts.replyTo"), value: message.reply_to },
          { label: t("facts.flow"), value: <FactLink to={paths.flow(message.flow)}>{names.flow(message.flow)}</FactLink> },
          { label: t("facts.step"), value: names.step(message.flow, message.step) },
          { label: t("facts.journey"), value: message.journey ? <FactLink to={paths.journey(message.journey)}>{t("facts.openJourney")}</FactLink> : null },
          { label: t("facts.cart"), value: message.cart ? <FactLink to={paths.cart(message.cart)}>{t("facts.openCart")}</FactLink> : null },
          { label: t("facts.template"), value: <code>{message.template}</code> },
        ]}
      />
    </Section>
  );
}

/** What became of it, from the moments that the message keeps. */
function History({ message }: { message: Message }) {
  const { t } = useTranslation(["messages", "common"]);
  const steps: { text: string; at?: string; tone?: string }[] = [{ text: t("history.queued"), at: message.queued_at }];
  if (message.attempt > 0) steps.push({ text: t("history.tries", { count: message.attempt }) });
  if (message.sent_at) steps.push({ text: t("history.sent"), at: message.sent_at });
  else if (message.state !== "queued") steps.push({ text: t(`history.${message.state as "skipped"}`), tone: message.state === "failed" || message.state === "in_doubt" ? "brick" : "gray" });
  return (
    <Timeline bulletSize={14} lineWidth={2} active={steps.length}>
      {steps.map(({ text, at, tone }, index) => (
        <Timeline.Item key={index} color={tone}>
          <Text>{text}</Text>
          {at && (
            <Text size="sm" c="dimmed">
              <When at={at} />
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}
