/** What is pasted into a shop or a terminal: the same in every language. */

/** Lines short enough to be read beside the guide. */
function settings(resources: { resource_id: string; methods: string[] }[]): string {
  const lines = resources.map(({ resource_id, methods }) => `    { "resource_id": "${resource_id}",\n      "methods": ${JSON.stringify(methods)},\n      "read_attributes": "(**)", "write_attributes": "" }`);
  return `{ "_v": "23.2", "clients": [\n  { "client_id": "YOUR-CLIENT-ID", "resources": [\n${lines.join(",\n")}\n  ] }\n] }`;
}

export const OCAPI_DATA = settings([
  { resource_id: "/customer_lists/*/customer_search", methods: ["post"] },
  { resource_id: "/product_search", methods: ["post"] },
  { resource_id: "/inventory_lists/*/product_inventory_records", methods: ["get"] },
]);

export const OCAPI_SHOP = settings([{ resource_id: "/order_search", methods: ["post"] }]);

/** Where our subscribers are put in, and what they are given. */
export const VENDURE_CONFIG = `// vendure-config.ts
import { RitornoPlugin } from "./plugins/ritorno.plugin";

plugins: [
  // …those that are there,
  RitornoPlugin.init({
    url: process.env.RITORNO_URL!,
    secret: process.env.RITORNO_SECRET!,
  }),
]`;

/** What an app of the Dev Dashboard is told besides: its end at the shop, and what customers ask by law. */
export const SHOPIFY_APP = `# shopify.app.toml
[webhooks]
api_version = "2026-07"

  [[webhooks.subscriptions]]
  topics = ["app/uninstalled"]
  uri = "ADDRESS-FOR-WEBHOOKS"

  [[webhooks.subscriptions]]
  compliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]
  uri = "ADDRESS-FOR-WEBHOOKS"`;

/** The signature of a body, by hand. */
export const SIGNING_EXAMPLE = `printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -hex`;

/** A tracker in the shop's pages, on a server, and what it says in our words. */
export const SNOWPLOW_BROWSER = `import { newTracker, setUserId, trackPageView } from "@snowplow/browser-tracker";
import { SnowplowEcommercePlugin, trackAddToCart } from "@snowplow/browser-plugin-snowplow-ecommerce";

newTracker("ritorno", "ADDRESS-OF-RITORNO", {
  appId: "YOUR-KEY",
  plugins: [SnowplowEcommercePlugin()],
});
setUserId("customer-42"); // once they have signed in
trackPageView();
trackAddToCart({
  cart_id: "cart-7", total_value: 39.8, currency: "EUR",
  products: [{ id: "lamp", name: "Lamp", price: 19.9, quantity: 2, currency: "EUR" }],
});`;

export const SNOWPLOW_NODE = `import { buildPageView, newTracker } from "@snowplow/node-tracker";

const tracker = newTracker(
  { namespace: "ritorno", appId: "YOUR-KEY" },
  { endpoint: "ADDRESS-OF-RITORNO" },
);
tracker.setUserId("customer-42");
tracker.track(buildPageView({ pageUrl: "https://shop.example/" }));`;

export const SNOWPLOW_CALL = `trackSelfDescribingEvent({ event: {
  schema: "iglu:ritorno/call/jsonschema/1-0-0",
  data: {
    type: "identify",
    traits: { email: "ada@example.com", consent: { marketing: { email: true } } },
  },
} });`;
