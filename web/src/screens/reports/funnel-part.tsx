import { useTranslation } from "react-i18next";
import { earnedIn, mainCurrency, useTrend, type Period, type Recovery } from "../../app/recovery";
import { useWorkspace } from "../../app/session";
import { BarChart, Change, Figure, Figures, Funnel, Money, Section } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./reports.module.css";

interface Pair {
  now: Recovery;
  before: Recovery | undefined;
}

/** The figures that most came for, and how they came about over the period. */
export function HeadlinePart({ now, before, period }: Pair & { period: Period }) {
  const { t } = useTranslation("reports");
  const { money, number, day } = useFormat();
  const { currency: own } = useWorkspace();
  const trend = useTrend(period);
  const currency = mainCurrency(now, own);
  const total = earnedIn(now, currency).total;
  const totalBefore = before && earnedIn(before, currency).total;
  const bars = trend.map(({ period: part, recovery }) => {
    const earned = recovery ? earnedIn(recovery, currency).total : { minor: 0, currency };
    const label = part.from === part.to ? day(part.from, "day") : `${day(part.from, "day")} – ${day(part.to, "day")}`;
    return { label: day(part.from, "day"), value: earned.minor, text: money(earned), isPending: !recovery, hint: recovery ? `${t("funnel.recovered")}: ${number(recovery.carts_recovered)} (${label})` : undefined };
  });
  const counted = (value: number, then: number | undefined, more: "good" | "bad" | "neutral" = "good") => ({
    value: number(value),
    now: value,
    before: then ?? null,
    more,
    beforeText: then === undefined ? undefined : t("before", { value: number(then) }),
  });
  return (
    <>
      <Figures>
        <Figure label={t("headline.money")} value={<Money amount={total} />} now={total.minor} before={totalBefore?.minor ?? null} beforeText={totalBefore && t("before", { value: money(totalBefore) })} />
        <Figure label={t("headline.recovered")} {...counted(now.carts_recovered, before?.carts_recovered)} />
        <Figure label={t("headline.abandoned")} {...counted(now.carts_abandoned, before?.carts_abandoned, "bad")} />
        <Figure label={t("headline.sent")} {...counted(now.messages_sent, before?.messages_sent, "neutral")} />
      </Figures>
      <Section title={t("trend.title")} lead={t("trend.lead")}>
        <BarChart label={t("trend.title")} bars={bars} height={170} />
      </Section>
    </>
  );
}

/** From carts left behind to carts that came back, and the rate beside what the market quotes. */
export function FunnelPart({ now, before }: Pair) {
  const { t } = useTranslation("reports");
  const { number, share } = useFormat();
  const of = (part: number, whole: number) => (whole > 0 ? share(part / whole) : "–");
  return (
    <div className={classes.columns}>
      <Section title={t("funnel.title")} lead={t("funnel.lead")}>
        <Funnel
          label={t("funnel.title")}
          stages={[
            {
              label: t("funnel.abandoned"),
              value: now.carts_abandoned,
              text: number(now.carts_abandoned),
              tone: "neutral",
              hint: before && <Beside now={now.carts_abandoned} before={before.carts_abandoned} more="bad" />,
            },
            {
              label: t("funnel.messaged"),
              value: now.carts_messaged,
              text: number(now.carts_messaged),
              tone: "wait",
              hint: (
                <>
                  {t("funnel.ofAbandoned", { share: of(now.carts_messaged, now.carts_abandoned) })} {before && <Beside now={now.carts_messaged} before={before.carts_messaged} more="neutral" />}
                </>
              ),
            },
            {
              label: t("funnel.recovered"),
              value: now.carts_recovered,
              text: number(now.carts_recovered),
              hint: (
                <>
                  {t("funnel.ofAbandoned", { share: of(now.carts_recovered, now.carts_abandoned) })} {before && <Beside now={now.carts_recovered} before={before.carts_recovered} />}
                </>
              ),
            },
          ]}
        />
        <p className={classes.remark}>{t("funnel.converted", { count: now.carts_converted })}</p>
      </Section>
      <RatePart now={now} before={before} />
    </div>
  );
}

function Beside({ now, before, more = "good" }: { now: number; before: number; more?: "good" | "bad" | "neutral" }) {
  const { t } = useTranslation("reports");
  const { number } = useFormat();
  return (
    <span className={classes.beside}>
      <Change now={now} before={before} more={more} /> {t("before", { value: number(before) })}
    </span>
  );
}

function RatePart({ now, before }: Pair) {
  const { t } = useTranslation("reports");
  const { share, number } = useFormat();
  const rate = now.conversion_rate ?? null;
  const rateBefore = before?.conversion_rate ?? null;
  const times = rate === null || now.market_rate === 0 ? null : rate / now.market_rate;
  return (
    <Section title={t("rate.title")} lead={t("rate.lead")}>
      <Funnel
        label={t("rate.title")}
        stages={[
          { label: t("rate.yours"), value: rate ?? 0, text: rate === null ? "–" : share(rate), hint: rateBefore === null ? undefined : t("before", { value: share(rateBefore) }) },
          { label: t("rate.market"), value: now.market_rate, text: share(now.market_rate), tone: "neutral", hint: t("rate.marketHint") },
        ]}
      />
      <p className={classes.remark}>{rate === null ? t("rate.unknown") : times !== null && times >= 1 ? t("rate.above", { times: number(times, { maximumFractionDigits: times >= 10 ? 0 : 1 }) }) : t("rate.below")}</p>
    </Section>
  );
}
