import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { earnedIn, mainCurrency, useRecovery, useTrend, type Period } from "../../app/recovery";
import { useWorkspace } from "../../app/session";
import { AppLink, BarChart, Change, Figure, Figures, Money, ProblemView, Section, TextSkeleton } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./home.module.css";

/** The money that came back and the carts of the period, each beside the period before. */
export function MoneyPart({ period }: { period: Period }) {
  const { t } = useTranslation(["home", "common"]);
  const { money, number, share, day } = useFormat();
  const { currency: own } = useWorkspace();
  const { data, error, refetch } = useRecovery(period);
  const trend = useTrend(period);
  if (error && !data) return <Section title={t("money.title")}><ProblemView error={error} retry={() => void refetch()} compact /></Section>;
  if (!data) return <Section title={t("money.title")}><TextSkeleton lines={4} /></Section>;
  const { recovery, previous } = data;
  const currency = mainCurrency(recovery, own);
  const now = earnedIn(recovery, currency);
  const before = earnedIn(previous.recovery, currency);
  const bars = trend.map(({ period: part, recovery: its }) => {
    const total = its ? earnedIn(its, currency).total : { minor: 0, currency };
    return { label: day(part.from, "day"), value: total.minor, text: money(total), isPending: !its, hint: its ? t("money.cartsBack", { count: its.carts_recovered }) : undefined };
  });
  const others = recovery.revenue.filter((each) => each.currency !== currency && each.linear.minor + each.agent_closed.minor > 0);
  return (
    <>
      <Section
        title={t("money.title")}
        actions={
          <Anchor component={AppLink} to={paths.reports(period)} size="sm">
            {t("money.report")}
          </Anchor>
        }
      >
        <div className={classes.money}>
          <div>
            <div className={classes.headline}>
              <Money amount={now.total} />
            </div>
            <div className={classes.headlineBelow}>
              <Change now={now.total.minor} before={before.total.minor} />
              <span>{t("money.before", { amount: money(before.total) })}</span>
            </div>
            <p className={classes.split}>
              {t("money.split", { messages: money(now.byMessages), agents: money(now.byAgents) })}
              {others.length > 0 && ` ${t("money.others", { amounts: others.map(({ currency: each }) => money(earnedIn(recovery, each).total)).join(", ") })}`}
            </p>
          </div>
          <BarChart label={t("money.chart")} bars={bars} height={132} />
        </div>
      </Section>
      <Figures>
        <Figure label={t("figures.abandoned")} value={number(recovery.carts_abandoned)} now={recovery.carts_abandoned} before={previous.recovery.carts_abandoned} more="bad" beforeText={t("figures.before", { value: number(previous.recovery.carts_abandoned) })} />
        <Figure label={t("figures.messaged")} value={number(recovery.carts_messaged)} now={recovery.carts_messaged} before={previous.recovery.carts_messaged} more="neutral" beforeText={t("figures.before", { value: number(previous.recovery.carts_messaged) })} />
        <Figure label={t("figures.recovered")} value={number(recovery.carts_recovered)} now={recovery.carts_recovered} before={previous.recovery.carts_recovered} beforeText={t("figures.before", { value: number(previous.recovery.carts_recovered) })} />
        <Figure label={t("figures.rate")} value={recovery.conversion_rate === null || recovery.conversion_rate === undefined ? "–" : share(recovery.conversion_rate)} hint={t("figures.market", { rate: share(recovery.market_rate) })} />
      </Figures>
    </>
  );
}
