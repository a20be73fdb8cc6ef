/** Medusa's Admin API, version 2: https://docs.medusajs.com/api/admin; what our subscriber posts. */

import { basic, Double, GOODS, hmac, since, total } from "./double.mjs";

export const MEDUSA = { key: "sk_01hbottega5f0a7d" };

export class Medusa extends Double {
  name = "medusa";

  customer({ n, first, last, email, city, country, at }) {
    const address = { id: `cuaddr_01HBOTTEGA${n}`, address_1: "Via Po 1", city, postal_code: "10123", country_code: country.toLowerCase() };
    return { id: `cus_01HBOTTEGA${n}`, email, first_name: first, last_name: last, phone: null, has_account: true, company_name: null, created_at: this.at(at), updated_at: this.at(at), addresses: [address] };
  }

  product(good, n) {
    const variants = good.variants.map((title, v) => ({ id: `variant_01HBOTTEGA${n}${v}`, product_id: `prod_01HBOTTEGA${n}`, title, sku: `${good.sku}-M${v}`, updated_at: this.at(90), prices: [{ currency_code: "eur", amount: good.price }] }));
    return { id: `prod_01HBOTTEGA${n}`, title: good.name, handle: good.sku.toLowerCase(), status: "published", thumbnail: null, created_at: this.at(9_000), updated_at: this.at(90), variants, images: [], categories: [{ name: "Cucina" }], tags: [], collection: null };
  }

  order(sale) {
    const { n, who, what, ago, quantity, currency = "EUR" } = sale;
    const sum = Number(total(sale));
    const item = { id: `ordli_01HBOTTEGA${n}`, title: GOODS[what].variants[0], product_title: GOODS[what].name, product_id: `prod_01HBOTTEGA${what}`, variant_id: `variant_01HBOTTEGA${what}0`, variant_sku: `${GOODS[what].sku}-M0`, variant_title: GOODS[what].variants[0], thumbnail: null, quantity, unit_price: GOODS[what].price, raw_unit_price: { value: String(GOODS[what].price), precision: 20 } };
    const customer = this.customer(this.people[who]);
    return { id: `order_01HBOTTEGA${n}`, display_id: 501 + n, cart_id: `cart_01HBOTTEGA${n}`, status: "pending", payment_status: "captured", fulfillment_status: "not_fulfilled", currency_code: currency.toLowerCase(), email: customer.email, customer, created_at: this.at(ago), updated_at: this.at(ago), total: sum, subtotal: sum, tax_total: 0, discount_total: 0, shipping_total: 0, items: [item], shipping_address: null, billing_address: null, fulfillments: [], payment_collections: [] };
  }

  cart() {
    const customer = this.customer(this.people[2]);
    const item = { id: "cali_01HBOTTEGA", title: GOODS[1].variants[0], product_title: GOODS[1].name, product_id: "prod_01HBOTTEGA1", variant_id: "variant_01HBOTTEGA10", variant_sku: "TAZZE-M0", quantity: 1, unit_price: GOODS[1].price };
    return { id: "cart_01HBOTTEGAOPEN", currency_code: "eur", email: customer.email, customer_id: customer.id, customer, region_id: "reg_01HBOTTEGA", created_at: this.at(80), updated_at: this.at(60), completed_at: null, items: [item], total: GOODS[1].price };
  }

  item({ sku, stock }, n, v) {
    const id = `iitem_01HBOTTEGA${n}${v}`;
    return { id, sku: `${sku}-M${v}`, updated_at: this.at(90), location_levels: [{ id: `ilev_01HBOTTEGA${n}${v}`, inventory_item_id: id, location_id: "sloc_01HBOTTEGA", stocked_quantity: stock, reserved_quantity: 0, available_quantity: stock, updated_at: this.at(90) }] };
  }

  answer({ path, query, headers }) {
    const list = path.replace(/^\/admin\//, "").replace("-", "_");
    const rows = {
      customers: () => this.people.map((each) => this.customer(each)),
      products: () => GOODS.map((each, n) => this.product(each, n)),
      inventory_items: () => GOODS.flatMap((good, n) => good.variants.map((_, v) => this.item(good, n, v))),
      orders: () => this.sales.map((sale) => this.order(sale)),
    }[list];
    if (!rows) return { status: 404, headers: { "content-type": "text/html" }, body: "<!DOCTYPE html><title>Error</title><pre>Cannot GET</pre>" };
    if (headers.authorization !== basic(MEDUSA.key, "")) return { status: 401, body: { message: "Unauthorized" } };
    const all = since(rows(), query.get("updated_at[$gte]"), (row) => row.updated_at);
    const offset = Number(query.get("offset"));
    return { body: { [list]: all.slice(offset, offset + Double.rows), count: all.length, offset, limit: Double.rows } };
  }

  wrap(topic, data) {
    return JSON.stringify({ topic, at: new Date().toISOString(), data });
  }

  signed(topic, body, secret) {
    return { "x-medusa-topic": topic, "x-medusa-signature": hmac(secret, body, "hex") };
  }
}
