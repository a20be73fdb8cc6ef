/**
 * Tells Ritorno what happens in a Medusa shop (version 2): Medusa's events say an id, this looks the object up and posts
 * `{ topic, at, data }` with `x-medusa-topic` and `x-medusa-signature`, the hex HMAC-SHA256 of the body.
 *
 * Put it into `src/subscribers/` and set RITORNO_URL and RITORNO_SECRET, which `ritorno connect add --shop medusa --name shop
 * --base-url https://my-shop.example --credential secret_key=sk_…` prints. Medusa's Admin API lists no carts, so that carts are
 * known from here alone; everything else that is lost is found by Ritorno's reconciliation.
 */
import { createHmac } from "node:crypto";
import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework";
import { ContainerRegistrationKeys } from "@medusajs/framework/utils";

/** What is looked up for the first word of an event's name. */
const LOOKED_UP: Record<string, { entity: string; fields: string[] }> = {
  cart: { entity: "cart", fields: ["*", "total", "subtotal", "tax_total", "discount_total", "items.*", "customer.*", "promotions.*"] },
  order: {
    entity: "order",
    fields: ["*", "total", "subtotal", "tax_total", "discount_total", "shipping_total", "items.*", "customer.*", "fulfillments.*", "cart.id"],
  },
  customer: { entity: "customer", fields: ["*", "addresses.*"] },
  product: { entity: "product", fields: ["*", "variants.*", "variants.prices.*", "images.*", "categories.*", "tags.*"] },
};
const TIMEOUT_MS = 10_000;

export default async function tellRitorno({ event, container }: SubscriberArgs<{ id: string; order_id?: string }>) {
  const logger = container.resolve(ContainerRegistrationKeys.LOGGER);
  const [kind, action] = event.name.split(".");
  const wanted = LOOKED_UP[kind];
  let data: unknown = event.data;
  if (wanted && action !== "deleted") {
    const query = container.resolve(ContainerRegistrationKeys.QUERY);
    const id = kind === "order" ? (event.data.order_id ?? event.data.id) : event.data.id;
    const found = await query.graph({ entity: wanted.entity, fields: wanted.fields, filters: { id } });
    if (!found.data[0]) return;
    data = found.data[0];
  }
  const body = JSON.stringify({ topic: event.name, at: new Date().toISOString(), data });
  const answer = await fetch(process.env.RITORNO_URL!, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-medusa-topic": event.name,
      "x-medusa-signature": createHmac("sha256", process.env.RITORNO_SECRET!).update(body).digest("hex"),
    },
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // An error is thrown on purpose: Medusa's event bus tries again.
  if (!answer.ok) throw new Error(`Ritorno answered ${answer.status} to ${event.name}`);
  logger.debug(`Ritorno was told of ${event.name}`);
}

export const config: SubscriberConfig = {
  event: [
    "cart.created",
    "cart.updated",
    "cart.customer_updated",
    "order.placed",
    "order.updated",
    "order.canceled",
    "order.completed",
    "order.fulfillment_created",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "product.created",
    "product.updated",
    "product.deleted",
  ],
};
