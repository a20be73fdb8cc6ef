/**
 * A visit to a shop, sent with the stock Segment SDK; `host` alone is ours. README.md walks through it.
 *
 *   node node-session.mjs WRITE_KEY            she looks, fills a cart, and leaves
 *   node node-session.mjs WRITE_KEY --order    she comes back and orders that cart
 *
 * RITORNO_URL (default http://127.0.0.1:8080) says where the server is.
 */

import { Analytics } from "@segment/analytics-node";

const [writeKey, ...flags] = process.argv.slice(2);
if (!writeKey) {
  console.error("usage: node node-session.mjs WRITE_KEY [--order]");
  process.exit(1);
}

// A shop's server leaves the retries on; here somebody waits for an answer.
const analytics = new Analytics({ writeKey, host: process.env.RITORNO_URL ?? "http://127.0.0.1:8080", maxRetries: 0 });
let failure = null;
analytics.on("error", (error) => (failure = error.reason ?? error));

const customer = { userId: "ada", anonymousId: "ada-laptop" };
const lamp = { product_id: "lamp-3", name: "Lampada da tavolo", price: 89.9, quantity: 2, currency: "EUR" };

if (flags.includes("--order")) {
  analytics.track({
    ...customer,
    event: "Order Completed",
    properties: { order_id: "order-1", cart_id: "cart-1", currency: "EUR", total: 179.8, products: [lamp] },
  });
} else {
  analytics.identify({
    ...customer,
    traits: {
      email: "ada@example.com",
      firstName: "Ada",
      lastName: "Rossi",
      language: "it",
      agent: { name: "Marco Bianchi", email: "marco@example.com" },
      consent: { marketing: { email: true } },
    },
  });
  const { product_id, name, price, currency } = lamp;
  analytics.track({ ...customer, event: "Product Viewed", properties: { product_id, name, price, currency } });
  analytics.track({ ...customer, event: "Product Added", properties: { cart_id: "cart-1", ...lamp } });
  analytics.track({ ...customer, event: "Checkout Started", properties: { cart_id: "cart-1", currency: "EUR", value: 179.8, products: [lamp] } });
}

await analytics.closeAndFlush({ timeout: 10_000 });
if (failure) {
  console.error(`not delivered: ${failure}`);
  process.exit(1);
}
console.log("sent");
