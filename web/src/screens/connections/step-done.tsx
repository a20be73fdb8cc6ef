import { Anchor, Title } from "@mantine/core";
import { IconArrowRight, IconCheck, IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink, Section } from "../../design";
import classes from "./connections.module.css";
import { hasApi, type Connection } from "./queries";
import { useWords } from "./texts";

/** Shops that tell nothing by themselves: something of ours or one's own must. */
const WITHOUT_WEBHOOKS = new Set(["magento", "prestashop", "sfcc"]);

/** What happens from now on by itself, and what one may do next. */
export function DoneStep({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const { reconcile_minutes: minutes } = connection;
  const isRead = hasApi(connection);
  const compares = !isRead ? t("wizard.done.noApi") : minutes === 0 ? t("wizard.done.comparesHand") : t("wizard.done.compares", { every: words.every(minutes) });
  const hasNoWebhooks = WITHOUT_WEBHOOKS.has(connection.shop) && !connection.last_event_at;
  const links = [
    { to: paths.connection(connection.source), label: t("wizard.done.toConnection") },
    { to: paths.liveEvents(), label: t("wizard.done.toLive") },
    { to: paths.customers(), label: t("wizard.done.toCustomers") },
    { to: paths.flows(), label: t("wizard.done.toFlows") },
  ];
  return (
    <Section title={t("wizard.done.title", { name: connection.name })}>
      <ul className={classes.facts}>
        <Line text={t(hasNoWebhooks ? "wizard.done.asks" : "wizard.done.comes")} isGood={!hasNoWebhooks || isRead} />
        {connection.shop !== "generic" && <Line text={compares} isGood={isRead && minutes > 0} />}
        <Line text={t("wizard.done.keeps")} isGood />
      </ul>
      <Title order={3} className={classes.nextTitle}>{t("wizard.done.next")}</Title>
      <ul className={classes.links}>
        {links.map(({ to, label }) => (
          <li key={to}>
            <Anchor component={AppLink} to={to}>
              {label} <IconArrowRight size={16} aria-hidden />
            </Anchor>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Line({ text, isGood }: { text: string; isGood: boolean }) {
  return (
    <li>
      {isGood ? <IconCheck size={20} className={classes.goodIcon} aria-hidden /> : <IconInfoCircle size={20} aria-hidden />}
      <span>{text}</span>
    </li>
  );
}
