/** What is pasted into a shop or a terminal: the same in every language. */

function settings(resources: object[], extra: object = {}): string {
  return JSON.stringify({ _v: "23.2", clients: [{ client_id: "YOUR-CLIENT-ID", resources, ...extra }] }, null, 2);
}

const all = { read_attributes: "(**)", write_attributes: "" };

export const OCAPI_DATA = settings([
  { resource_id: "/customer_lists/*/customer_search", methods: ["post"], ...all },
  { resource_id: "/product_search", methods: ["post"], ...all },
  { resource_id: "/inventory_lists/*/product_inventory_records", methods: ["get"], ...all },
]);

export const OCAPI_SHOP = settings([{ resource_id: "/order_search", methods: ["post"], ...all }]);

/** The signature of a body, by hand. */
export const SIGNING_EXAMPLE = `printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" -hex`;
