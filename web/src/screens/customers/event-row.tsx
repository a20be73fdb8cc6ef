import { UnstyledButton } from "@mantine/core";
import { IconDots, IconFileText, IconId, IconPackage, IconPencil, IconShoppingBagCheck, IconShoppingCart, type TablerIcon } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { minorDigits } from "../../format";
import { useAgents, useSession } from "../../app/session";
import { useFormat } from "../../format/react";
import classes from "./customers.module.css";
import { RawData } from "./raw-data";
import type { TimelineEvent } from "./queries";
import { kindOf, numberAt, productsOf, propertiesOf, textAt, traitsOf, type EventKind } from "./timeline-model";

const ICONS: Record<EventKind, TablerIcon> = { visit: IconFileText, product: IconPackage, cart: IconShoppingCart, order: IconShoppingBagCheck, person: IconId, us: IconPencil, other: IconDots };

/** One event: when, what, and, when opened, the data as they came. */
export function EventRow({ event }: { event: TimelineEvent }) {
  const [isOpen, setOpen] = useState(false);
  const { date } = useFormat();
  const { t } = useTranslation("customers");
  const kind = kindOf(event);
  const Icon = ICONS[kind];
  const detail = useDetail(event);
  return (
    <li className={classes.event} data-kind={kind}>
      <UnstyledButton className={classes.eventHead} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <time dateTime={event.occurred_at} className={classes.eventTime}>
          {date(event.occurred_at, "time")}
        </time>
        <Icon size={16} stroke={1.7} className={classes.eventIcon} aria-hidden />
        <span className={classes.eventText}>
          <span className={classes.eventName}>{useEventName(event)}</span>
          {detail && <bdi className={classes.eventDetail}>{detail}</bdi>}
        </span>
      </UnstyledButton>
      {isOpen && (
        <div className={classes.eventBody}>
          <span className={classes.soft}>
            {date(event.occurred_at, "second")} · {t("timeline.received", { at: date(event.received_at, "second") })} · {event.kind} {event.name && event.kind !== "page" ? `“${event.name}”` : ""}
          </span>
          <RawData data={event.payload} />
        </div>
      )}
    </li>
  );
}

function useEventName(event: TimelineEvent): ReactNode {
  const { t, i18n } = useTranslation("customers");
  const known = event.kind === "track" || event.kind === "command" ? event.name : event.kind;
  // Names hold dots (`customer.note`), which i18next would take for a path.
  const words = i18n.getResourceBundle(i18n.language, "customers") as { timeline: { events: Record<string, string> } } | undefined;
  return words?.timeline.events[known] ?? <bdi>{event.name || event.kind || t("unnamed")}</bdi>;
}

/** The one thing worth knowing of an event in its line. */
function useDetail(event: TimelineEvent): ReactNode {
  const { t } = useTranslation("customers");
  const { money, list } = useFormat();
  const { nameOf } = useAgents();
  const { session } = useSession();
  const said = propertiesOf(event);
  const join = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(" · ");
  const price = (amount: number | undefined) => {
    const currency = textAt(said, "currency");
    return amount === undefined || !currency ? undefined : money({ minor: Math.round(amount * 10 ** minorDigits(currency)), currency });
  };
  if (event.kind === "command") {
    const by = textAt(said, "by") === `person:${session.person.id}` ? t("notes.you") : undefined;
    if (event.name === "customer.agent") return join(nameOf(textAt(said, "agent")) ?? t("agent.noneOwn"), by);
    if (event.name === "consent.set") return join(said["is_granted"] === true ? t("consent.granted") : t("consent.denied"), textAt(said, "source"), by);
    if (event.name === "customer.set") return join(list(["first_name", "last_name", "email", "phone", "language"].map((name) => textAt(said, name)).filter((text) => text !== undefined)), by);
    if (event.name === "customer.tags") {
      const signed = (sign: string, names: unknown) => (Array.isArray(names) ? names.map((name) => `${sign} ${String(name)}`) : []);
      return join(list([...signed("+", said["add"]), ...signed("−", said["remove"])]), by);
    }
    return join(textAt(said, "text", "outcome", "stage"), event.name === "agent.contacted" ? textAt(said, "agent") : undefined, by);
  }
  if (event.kind === "identify") return join(textAt(traitsOf(event), "email"), textAt(traitsOf(event), "name", "firstName", "first_name"));
  if (event.kind === "page" || event.kind === "screen") return join(textAt(said, "title") ?? event.name, textAt(said, "path", "url"));
  const products = productsOf(event);
  const name = textAt(said, "name", "product_name", "title", "product_id") ?? (products.length === 1 ? textAt(products[0] ?? {}, "name", "product_id") : undefined);
  const quantity = numberAt(said, "quantity");
  const sum = kindOf(event) === "order" ? numberAt(said, "total", "revenue", "value") : (numberAt(said, "price") ?? numberAt(said, "value", "total"));
  return join(
    textAt(said, "order_id"),
    name && quantity !== undefined && quantity !== 1 ? `${quantity} × ${name}` : name,
    products.length > 1 ? t("timeline.products", { count: products.length }) : undefined,
    price(sum),
    textAt(said, "coupon", "coupon_id", "stage", "outcome"),
  );
}
