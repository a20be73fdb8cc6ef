/** Events folded by day and by session. Pure: no React here. */

import type { TimelineEvent } from "./queries";

export const EVENT_KINDS = ["visit", "product", "cart", "order", "person", "us", "other"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** As visits are commonly counted: who does nothing for half an hour begins another one. */
const SESSION_GAP_MS = 30 * 60_000;

export interface Session {
  key: string;
  /** Newest first. */
  events: TimelineEvent[];
  /** What people of the shop and Ritorno itself did stands alone. */
  isOurs: boolean;
}

export interface Day {
  /** `2026-11-30`, in the workspace's time zone. */
  day: string;
  sessions: Session[];
}

export function kindOf(event: TimelineEvent): EventKind {
  if (event.kind === "command" || event.kind === "timer" || event.name === "Agent Contacted" || event.name === "Deal Stage Changed") return "us";
  if (event.kind === "page" || event.kind === "screen") return "visit";
  if (["identify", "alias", "group"].includes(event.kind)) return "person";
  if (event.name === "Product Added" || event.name === "Product Removed" || /^(Cart|Checkout|Payment|Coupon)\b/.test(event.name)) return "cart";
  if (event.name.startsWith("Order ")) return "order";
  if (event.name.startsWith("Product")) return "product";
  return "other";
}

/** `dayOf` says on which day of the workspace a moment lies. Events come newest first and stay so. */
export function foldDays(events: readonly TimelineEvent[], dayOf: (at: string) => string): Day[] {
  const days: Day[] = [];
  let last: TimelineEvent | undefined;
  for (const event of events) {
    const name = dayOf(event.occurred_at);
    let day = days.at(-1);
    if (day?.day !== name) {
      day = { day: name, sessions: [] };
      days.push(day);
      last = undefined;
    }
    const isOurs = kindOf(event) === "us";
    const session = day.sessions.at(-1);
    if (session && last && session.isOurs === isOurs && Date.parse(last.occurred_at) - Date.parse(event.occurred_at) <= SESSION_GAP_MS) session.events.push(event);
    else day.sessions.push({ key: `${event.position}`, events: [event], isOurs });
    last = event;
  }
  return days;
}

/** How many of each kind, in the order of `EVENT_KINDS`. */
export function countKinds(events: readonly TimelineEvent[]): [EventKind, number][] {
  return EVENT_KINDS.map((kind): [EventKind, number] => [kind, events.filter((event) => kindOf(event) === kind).length]).filter(([, count]) => count > 0);
}

type Bag = Record<string, unknown>;

function bagOf(value: unknown): Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Bag) : {};
}

export function propertiesOf(event: TimelineEvent): Bag {
  return event.kind === "command" ? bagOf(event.payload) : bagOf(bagOf(event.payload)["properties"]);
}

export function textAt(bag: Bag, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = bag[name];
    if (typeof value === "string" && value.trim() !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

export function numberAt(bag: Bag, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = typeof bag[name] === "string" ? Number(bag[name]) : bag[name];
    if (typeof value === "number" && Number.isFinite(value)) return value;
  }
  return undefined;
}

export function productsOf(event: TimelineEvent): Bag[] {
  const { products } = propertiesOf(event);
  return Array.isArray(products) ? products.map(bagOf) : [];
}

export function traitsOf(event: TimelineEvent): Bag {
  return bagOf(bagOf(event.payload)["traits"]);
}

/** Whether the event speaks of this cart, by the shop's number of it or of the order that closed it. */
export function isAboutCart(event: TimelineEvent, cart: { id: string; shop_id?: string | null; order?: string | null }): boolean {
  const said = propertiesOf(event);
  const number = textAt(said, "cart_id", "cart", "cartId");
  if (number !== undefined && (number === cart.shop_id || number === cart.id)) return true;
  const order = textAt(said, "order_id", "orderId");
  return order !== undefined && order === cart.order;
}
