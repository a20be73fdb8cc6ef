import { Anchor } from "@mantine/core";
import { IconMailOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { AppLink, DataList, EmptyState, StateBadge, When, Why, type Column } from "../../design";
import classes from "./customers.module.css";
import { Below } from "./person-name";

type Message = Schemas["MessageOf"];

/** Messages to a customer, or about them to their agent, with the reason where one did not leave. */
export function MessagesOf({ messages }: { messages: Message[] }) {
  const { t } = useTranslation("customers");
  const newest = [...messages].sort((a, b) => b.queued_at.localeCompare(a.queued_at));
  const columns: Column<Message>[] = [
    {
      key: "step",
      label: t("messages.step"),
      card: "title",
      render: ({ template, why }) => (
        <>
          <bdi>{template}</bdi>
          {why && (
            <Below>
              <Why why={why} />
            </Below>
          )}
        </>
      ),
    },
    { key: "state", label: t("messages.state"), width: "10rem", card: "aside", render: ({ state }) => <StateBadge of="message" state={state} /> },
    { key: "to", label: t("messages.to"), width: "8rem", render: ({ recipient }) => (recipient === "agent" ? t("messages.agent") : t("messages.customer")) },
    { key: "when", label: t("messages.when"), width: "11rem", render: ({ sent_at, queued_at }) => <When at={sent_at ?? queued_at} /> },
  ];
  return (
    <>
      <DataList
        label={t("tabs.messages")}
        columns={columns}
        list={{ items: newest }}
        idOf={({ id }) => id}
        hrefOf={({ id }) => paths.message(id)}
        empty={
          <EmptyState icon={IconMailOff} title={t("messages.none")}>
            {t("messages.noneText")}
          </EmptyState>
        }
      />
      {newest.length > 0 && (
        <p className={classes.soft}>
          {t("messages.newest")}{" "}
          <Anchor component={AppLink} to={paths.messages()} size="sm">
            {t("messages.all")}
          </Anchor>
        </p>
      )}
    </>
  );
}
