/** Magento's REST API: https://developer.adobe.com/commerce/webapi/rest/; Adobe I/O's events, signed with RSA. */

import { createSign, generateKeyPairSync } from "node:crypto";
import { Double, GOODS, since, total } from "./double.mjs";

export const MAGENTO = { token: "kqtl6d0s1m2n3b4v" };
const pair = () => generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { type: "pkcs8", format: "pem" } });

export class Magento extends Double {
  name = "magento";
  keys = pair();
  strangers = pair();

  customer({ n, first, last, email, city, country, at }) {
    const address = { id: 300 + n, customer_id: 301 + n, firstname: first, lastname: last, street: ["Via del Corso 1"], city, postcode: "00186", country_id: country, telephone: "+39 06 1234567", default_billing: true };
    return { id: 301 + n, group_id: 1, store_id: 1, website_id: 1, email, firstname: first, lastname: last, created_at: this.clock(at), updated_at: this.clock(at), addresses: [address], extension_attributes: { is_subscribed: n !== 1 } };
  }

  product(good, n) {
    return { id: 3101 + n, sku: good.sku, name: good.name, price: good.price, status: 1, visibility: 4, type_id: "simple", created_at: this.clock(9_000), updated_at: this.clock(90), extension_attributes: { category_links: [{ position: 0, category_id: "7" }] }, media_gallery_entries: [], custom_attributes: [{ attribute_code: "url_key", value: good.sku.toLowerCase() }] };
  }

  order(sale) {
    const { n, who, what, ago, quantity, currency = "EUR" } = sale;
    const { first, last, email, city, country } = this.people[who];
    const sum = Number(total(sale));
    const item = { item_id: 9100 + n, order_id: 3001 + n, product_id: 3101 + what, sku: GOODS[what].sku, name: GOODS[what].name, product_type: "simple", qty_ordered: quantity, price: GOODS[what].price, price_incl_tax: GOODS[what].price, row_total_incl_tax: sum };
    const address = { firstname: first, lastname: last, street: ["Via del Corso 1"], city, postcode: "00186", country_id: country, telephone: "+39 06 1234567" };
    return { entity_id: 3001 + n, increment_id: String(300_000_101 + n), quote_id: 3501 + n, state: "processing", status: "processing", created_at: this.clock(ago), updated_at: this.clock(ago), customer_id: 301 + who, customer_email: email, customer_firstname: first, customer_lastname: last, base_currency_code: "EUR", order_currency_code: currency, grand_total: sum, base_grand_total: sum, subtotal_incl_tax: sum, total_paid: sum, items: [item], billing_address: address, payment: { method: "checkmo" } };
  }

  quote() {
    const { first, last, email } = this.people[2];
    const item = { item_id: 1, sku: GOODS[1].sku, name: GOODS[1].name, qty: 1, price: GOODS[1].price, product_type: "simple", quote_id: "3599" };
    return { id: 3599, created_at: this.clock(80), updated_at: this.clock(60), is_active: true, items: [item], items_count: 1, items_qty: 1, customer: { id: 303, email, firstname: first, lastname: last }, currency: { base_currency_code: "EUR", quote_currency_code: "EUR" }, store_id: 1 };
  }

  answer({ path, query, headers }) {
    const rows = {
      "customers/search": () => this.people.map((each) => this.customer(each)),
      products: () => GOODS.map((each, n) => this.product(each, n)),
      "inventory/source-items": () => GOODS.map(({ sku, stock }) => ({ sku, source_code: "default", quantity: stock, status: 1 })),
      "carts/search": () => [this.quote()],
      orders: () => this.sales.map((sale) => this.order(sale)),
    }[path.replace(/^\/rest\/V1\//, "")];
    if (!rows) return { status: 404, body: { message: "Request does not match any route." } };
    if (headers.authorization !== `Bearer ${MAGENTO.token}`) return { status: 401, body: { message: "The consumer isn't authorized to access %resources.", parameters: { resources: "Magento_Sales::actions_view" } } };
    let all = rows();
    for (let n = 0; query.has(`searchCriteria[filter_groups][${n}][filters][0][field]`); n += 1) {
      const [field, value] = ["field", "value"].map((name) => query.get(`searchCriteria[filter_groups][${n}][filters][0][${name}]`));
      if (field === "entity_id") all = all.filter((row) => (row.entity_id ?? row.id) > Number(value));
      if (field === "updated_at") all = since(all, value, (row) => row.updated_at);
    }
    const [size, number] = ["pageSize", "currentPage"].map((name) => Number(query.get(`searchCriteria[${name}]`)));
    return { body: { items: all.slice((number - 1) * size, number * size), search_criteria: {}, total_count: all.length } };
  }

  /** Adobe asks a new address to repeat a word. */
  async challenge(address) {
    const answer = await fetch(`${address}?challenge=8ec8d794-a1ba`);
    return (await answer.json()).challenge === "8ec8d794-a1ba";
  }

  wrap(topic, value) {
    const id = `e-${value.increment_id}`;
    return JSON.stringify({ event_id: id, event: { specversion: "1.0", type: topic, id, time: new Date().toISOString(), source: "urn:uuid:bottega", datacontenttype: "application/json", data: { key: "k", value, source: "production.bottega" } } });
  }

  /** `key`: the private one. */
  signed(topic, body, key) {
    return { "x-adobe-event-code": topic, "x-adobe-event-id": "0f3b", "x-adobe-digital-signature-1": createSign("RSA-SHA256").update(body).sign(key, "base64") };
  }
}
