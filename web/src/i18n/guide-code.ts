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
