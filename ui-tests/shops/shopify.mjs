/** Shopify's Admin API, REST: https://shopify.dev/docs/api/admin-rest */

import { Double, GOODS, hmac, since, total } from "./double.mjs";

const FIRST = 6_700_000_000_000;
export const SHOPIFY = { id: "0f1e2d3c4b5a69788796a5b4c3d2e1f0", secret: "shpss_0123456789abcdef", webhooks: "a1b2c3d4e5f6a7b8c9d0" };
/** What an app gets for its id and secret, for a day. */
const TOKEN = "shpca_0123456789abcdef";

export class Shopify extends Double {
  name = "shopify";

  customer({ n, first, last, email, city, country, at }) {
    const default_address = { id: FIRST + n, first_name: first, last_name: last, address1: "Corso Vannucci 1", city, zip: "06121", country_code: country };
    return { id: FIRST + 100 + n, email, first_name: first, last_name: last, phone: null, tags: n === 0 ? "vip, newsletter" : "", state: "enabled", created_at: this.at(at), updated_at: this.at(at), default_address, email_marketing_consent: { state: n === 1 ? "not_subscribed" : "subscribed", opt_in_level: "single_opt_in" } };
  }

  product(good, n) {
    const variants = good.variants.map((title, v) => ({ id: FIRST + 1000 + n * 10 + v, product_id: FIRST + 900 + n, title, sku: `${good.sku}-${v}`, price: good.price.toFixed(2), compare_at_price: null, inventory_item_id: FIRST + 5000 + n * 10 + v, inventory_quantity: good.stock, updated_at: this.at(90) }));
    return { id: FIRST + 900 + n, title: good.name, handle: good.sku.toLowerCase(), status: "active", vendor: "Bottega del Caffè", product_type: "Caffè", tags: "", created_at: this.at(9_000), updated_at: this.at(90), published_at: this.at(9_000), variants, images: [], options: [] };
  }

  order(sale) {
    const { n, who, what, ago, quantity, currency = "EUR" } = sale;
    const customer = this.customer(this.people[who]);
    const money = (amount) => ({ shop_money: { amount, currency_code: "EUR" }, presentment_money: { amount, currency_code: currency } });
    const line = { id: FIRST + 70_000 + n, product_id: FIRST + 900 + what, variant_id: FIRST + 1000 + what * 10, sku: `${GOODS[what].sku}-0`, title: GOODS[what].name, variant_title: GOODS[what].variants[0], quantity, price: GOODS[what].price.toFixed(2), vendor: "Bottega del Caffè" };
    return { id: FIRST + 9000 + n, name: `#${1001 + n}`, order_number: 1001 + n, email: customer.email, cart_token: `cart-${n}`, checkout_token: `checkout-${n}`, created_at: this.at(ago), processed_at: this.at(ago), updated_at: this.at(ago), cancelled_at: null, currency: "EUR", presentment_currency: currency, total_price: total(sale), total_price_set: money(total(sale)), subtotal_price: total(sale), total_discounts: "0.00", total_tax: "0.00", financial_status: "paid", fulfillment_status: null, customer, line_items: [line], refunds: [], fulfillments: [], discount_codes: [], payment_gateway_names: ["shopify_payments"] };
  }

  /** Left an hour ago. */
  checkout() {
    const line = { product_id: FIRST + 901, variant_id: FIRST + 1010, sku: "TAZZE-0", title: GOODS[1].name, quantity: 1, price: "84.50" };
    return { id: FIRST + 40, token: "checkout-open", cart_token: "cart-open", email: this.people[2].email, created_at: this.at(80), updated_at: this.at(60), completed_at: null, currency: "EUR", presentment_currency: "EUR", total_price: "84.50", subtotal_price: "84.50", line_items: [line], customer: this.customer(this.people[2]), abandoned_checkout_url: `${this.url}/checkouts/checkout-open/recover?key=k` };
  }

  answer({ path, query, headers, text }) {
    if (path === "/admin/oauth/access_token") {
      const said = new URLSearchParams(text);
      const isRight = said.get("client_id") === SHOPIFY.id && said.get("client_secret") === SHOPIFY.secret && said.get("grant_type") === "client_credentials";
      return isRight ? { body: { access_token: TOKEN, scope: "read_orders", expires_in: 86_399 } } : { status: 400, body: { error: "application_cannot_be_found" } };
    }
    const [, list] = /^\/admin\/api\/\d{4}-\d{2}\/(\w+)\.json$/.exec(path) ?? [];
    const rows = {
      customers: () => this.people.map((each) => this.customer(each)),
      products: () => GOODS.map((each, n) => this.product(each, n)),
      locations: () => [{ id: FIRST + 1, name: "Negozio di Perugia", address1: "Corso Vannucci 1", city: "Perugia", zip: "06121", country_code: "IT", active: true, updated_at: this.at(9_000) }],
      inventory_levels: () => GOODS.flatMap((good, n) => good.variants.map((_, v) => ({ inventory_item_id: FIRST + 5000 + n * 10 + v, location_id: FIRST + 1, available: good.stock, updated_at: this.at(90) }))),
      checkouts: () => [this.checkout()],
      orders: () => this.sales.map((sale) => this.order(sale)),
    }[list];
    if (!rows) return { status: 404, body: { errors: "Not Found" } };
    if (headers["x-shopify-access-token"] !== TOKEN) return { status: 401, body: { errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" } };
    const mark = query.get("page_info");
    // The shop takes no filter beside a page's mark, which stands for filter and place.
    if (mark && query.has("updated_at_min")) return { status: 400, body: { errors: { page_info: "Invalid value." } } };
    const [from, start] = mark ? mark.split("~") : [query.get("updated_at_min") ?? "", 0];
    const all = since(rows(), from, (row) => row.updated_at);
    const end = Number(start) + Double.rows;
    const next = `<${this.url}${path}?limit=250&page_info=${encodeURIComponent(`${from}~${end}`)}>; rel="next"`;
    return { body: { [list]: all.slice(Number(start), end) }, headers: end < all.length ? { link: next } : {} };
  }

  signed(topic, body, secret) {
    return { "x-shopify-topic": topic, "x-shopify-shop-domain": "bottega.myshopify.com", "x-shopify-webhook-id": `w-${Date.now()}`, "x-shopify-hmac-sha256": hmac(secret, body, "base64") };
  }
}
