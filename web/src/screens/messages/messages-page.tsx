import { Anchor, Button, Text } from "@mantine/core";
import { IconMail, IconMailCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, FilterBar, FilterSelect, Mark, Note, Page, Reason, RowActions, StateBadge, When, Why, useUrlState, type Column } from "../../design";
import { ResolveButtons } from "./resolve-buttons";
import { useNames } from "./use-names";

type Message = Schemas["MessageItem"];
const STATES = ["queued", "held", "sending", "sent", "skipped", "failed", "in_doubt"] as const;
/** More than so many in doubt are said as “more than”. */
const DOUBTS_MAX = 50;

/** The messages, newest first, by state; those in doubt with the two things that can be done about one. */
export function MessagesPage() {
  const { t } = useTranslation(["messages", "common"]);
  const { can } = useSession();
  const url = useUrlState("state");
  const { state } = url.values;
  const isInDoubt = state === "in_doubt";
  const list = usePages("/api/v1/messages", { state: state || undefined }, (query) => take(api.GET("/api/v1/messages", { params: { query } })));
  const columns = useColumns(isInDoubt && can("messages:write"));
  return (
    <Page title={t("title")} lead={t("lead")}>
      {isInDoubt ? <Note title={t("inDoubt.title")}>{t("inDoubt.text")}</Note> : <DoubtNote />}
      <FilterBar clear={url.clear} isAny={url.isAny}>
        <FilterSelect label={t("state")} any={t("anyState")} value={state} onChange={(value) => url.set({ state: value })} options={STATES.map((value) => ({ value, label: t(`common:states.message.${value}`) }))} />
      </FilterBar>
      <DataList
        label={t("title")}
        columns={columns}
        list={list}
        idOf={({ id }) => id}
        hrefOf={({ id }) => paths.message(id)}
        empty={
          <EmptyState icon={isInDoubt ? IconMailCheck : IconMail} title={t(isInDoubt ? "inDoubt.none" : url.isAny ? "empty.noneSuch" : "empty.title")} action={url.isAny ? undefined : <Button component={AppLink} to={paths.flows()} variant="default">{t("empty.toFlows")}</Button>}>
            {t(isInDoubt ? "inDoubt.noneText" : "empty.text")}
          </EmptyState>
        }
      />
    </Page>
  );
}

/** What waits for a person's word is said at the top, whatever the list shows. */
function DoubtNote() {
  const { t } = useTranslation("messages");
  const { data } = queries.useQuery("get", "/api/v1/messages", { params: { query: { state: "in_doubt", limit: DOUBTS_MAX } } });
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <Note tone="bad" title={data?.next ? t("inDoubt.noteMany", { count }) : t("inDoubt.note", { count })} actions={<Button component={AppLink} to={paths.messages({ state: "in_doubt" })} size="compact-sm" variant="default">{t("inDoubt.look")}</Button>}>
      {t("inDoubt.noteText")}
    </Note>
  );
}

function useColumns(hasActions: boolean): Column<Message>[] {
  const { t } = useTranslation(["messages", "common"]);
  const names = useNames();
  const nameOf = ({ customer }: Message) => customer.name || customer.email || t("common:search.unnamed");
  const columns: Column<Message>[] = [
    {
      key: "to",
      label: t("columns.to"),
      render: (message) => (
        <>
          {nameOf(message)}
          {message.recipient === "agent" && (
            <>
              {" "}
              <Mark tone="info">{t("toAgent")}</Mark>
            </>
          )}
        </>
      ),
    },
    { key: "state", label: t("state"), width: "9rem", card: "aside", render: ({ state }) => <StateBadge of="message" state={state} /> },
    { key: "what", label: t("columns.what"), width: "15rem", render: (message) => <What message={message} step={names.step(message.flow, message.step)} flow={names.flow(message.flow)} /> },
    { key: "when", label: t("columns.when"), width: "9rem", render: ({ sent_at, queued_at }) => <When at={sent_at ?? queued_at} /> },
    { key: "why", label: t("columns.why"), wideOnly: true, render: (message) => <WhyOf message={message} /> },
  ];
  if (!hasActions) return columns;
  // All of these are in doubt for the same kind of reason: room for what can be done about it.
  return [
    ...columns.filter(({ key }) => key !== "why"),
    {
      key: "actions",
      label: t("inDoubt.whatNow"),
      width: "15rem",
      render: ({ id, state }) => state === "in_doubt" && <RowActions><ResolveButtons id={id} /></RowActions>,
    },
  ];
}

function What({ message, step, flow }: { message: Message; step: string; flow: string }) {
  return (
    <>
      {step || message.template}
      <Text size="sm" c="dimmed">
        {flow}
      </Text>
    </>
  );
}

function WhyOf({ message }: { message: Message }) {
  if (message.why) return <Text size="sm" component="span"><Why why={message.why} /></Text>;
  if (message.reason) return <Text size="sm" component="span"><Reason of="mail" said={message.said} text={message.reason} brief /></Text>;
  return <Text size="sm" component="span" c="dimmed">–</Text>;
}

/** A link inside a line of facts. */
export function FactLink({ to, children }: { to: string; children: string }) {
  return (
    <Anchor component={AppLink} to={to}>
      {children}
    </Anchor>
  );
}
