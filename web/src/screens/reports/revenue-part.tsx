import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import type { Recovery } from "../../app/recovery";
import { Change, EmptyState, Money, Section } from "../../design";
import { IconCoins } from "@tabler/icons-react";
import { useFormat } from "../../format/react";
import classes from "./reports.module.css";

type Revenue = Schemas["Revenue"];

/** What came back, counted in two ways side by side, and what agents closed apart. */
export function RevenuePart({ now, before }: { now: Recovery; before: Recovery | undefined }) {
  const { t } = useTranslation("reports");
  const { money } = useFormat();
  const some = now.revenue.filter(({ linear, agent_closed }) => linear.minor !== 0 || agent_closed.minor !== 0);
  return (
    <Section title={t("revenue.title")} lead={t("revenue.lead")}>
      {some.length === 0 && (
        <EmptyState icon={IconCoins} title={t("revenue.none")} compact>
          {t("revenue.noneText")}
        </EmptyState>
      )}
      {some.map((revenue) => (
        <Ways key={revenue.currency} revenue={revenue} before={before?.revenue.find(({ currency }) => currency === revenue.currency)} />
      ))}
      {some.some(({ linear, last_interaction }) => linear.minor !== last_interaction.minor) && (
        <p className={classes.remark}>{t("revenue.differ", { amounts: some.map(({ linear, last_interaction }) => money({ ...linear, minor: Math.abs(linear.minor - last_interaction.minor) })).join(", ") })}</p>
      )}
    </Section>
  );
}

function Ways({ revenue, before }: { revenue: Revenue; before: Revenue | undefined }) {
  const { t } = useTranslation("reports");
  const { money } = useFormat();
  const ways = [
    { name: "linear", amount: revenue.linear, then: before?.linear, orders: revenue.orders_credited },
    { name: "last", amount: revenue.last_interaction, then: before?.last_interaction, orders: revenue.orders_credited },
    { name: "agents", amount: revenue.agent_closed, then: before?.agent_closed, orders: revenue.orders_agent_closed },
  ] as const;
  return (
    <dl className={classes.ways}>
      {ways.map(({ name, amount, then, orders }) => (
        <div key={name} className={classes.way} data-way={name}>
          <dt>{t(`revenue.${name}`)}</dt>
          <dd className={classes.wayAmount}>
            <Money amount={amount} />
          </dd>
          <dd className={classes.wayBefore}>
            {then && (
              <>
                <Change now={amount.minor} before={then.minor} /> <span>{t("before", { value: money(then) })}</span>
              </>
            )}
            <span>{t("revenue.orders", { count: orders })}</span>
          </dd>
          <dd className={classes.wayText}>{t(`revenue.${name}Text`)}</dd>
        </div>
      ))}
    </dl>
  );
}
