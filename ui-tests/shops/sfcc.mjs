/** Salesforce Commerce Cloud: Account Manager's tokens and OCAPI, the Shop and the Data API: https://developer.salesforce.com/docs/commerce/b2c-commerce */

import { basic, Double, GOODS, hmac, since, total } from "./double.mjs";

export const SFCC = { client: "b3a1c9d2-0000-4c5d-9e7f-aaaaaaaaaaaa", password: "Una-Password-Lunga-1", site: "BottegaIT" };
const TOKEN = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.e30.c2ln";

export class CommerceCloud extends Double {
  name = "sfcc";

  customer({ n, first, last, email, city, country, at }) {
    const address = { address_id: "casa", first_name: first, last_name: last, address1: "Via Toledo 1", city, postal_code: "80134", country_code: country };
    return { _type: "customer", customer_id: `abSFCC${n}`, customer_no: `0050${n}`, login: email, email, first_name: first, last_name: last, enabled: true, creation_date: this.at(at), last_modified: this.at(at), preferred_locale: "it_IT", addresses: [address] };
  }

  product(good, n) {
    return { _type: "product", id: `B-${good.sku}`, name: { "default": good.name, "it-IT": good.name }, brand: "Bottega del Caffè", online: { "default": true }, primary_category_id: "caffe", type: { _type: "product_type", item: true }, creation_date: this.at(9_000 + n), last_modified: this.at(90) };
  }

  order(sale) {
    const { n, who, what, ago, quantity, currency = "EUR" } = sale;
    const { first, last, email, city, country } = this.people[who];
    const sum = Number(total(sale));
    const item = { _type: "product_item", item_id: `i-${n}`, product_id: `B-${GOODS[what].sku}`, product_name: GOODS[what].name, item_text: GOODS[what].name, quantity, base_price: GOODS[what].price, price: sum };
    const billing_address = { _type: "order_address", first_name: first, last_name: last, address1: "Via Toledo 1", city, postal_code: "80134", country_code: country };
    return { _type: "order", order_no: `0000${4101 + n}`, creation_date: this.at(ago), last_modified: this.at(ago), currency, order_total: sum, product_sub_total: sum, product_total: sum, tax_total: 0, shipping_total: 0, status: "new", confirmation_status: "confirmed", payment_status: "paid", shipping_status: "not_shipped", site_id: SFCC.site, customer_info: { _type: "customer_info", customer_id: `abSFCC${who}`, customer_no: `0050${who}`, email }, billing_address, product_items: [item], payment_instruments: [{ payment_method_id: "CREDIT_CARD" }] };
  }

  answer({ path, query, headers, text }) {
    if (path === "/dwsso/oauth2/access_token") {
      const isRight = headers.authorization === basic(SFCC.client, SFCC.password) && query.get("grant_type") === "client_credentials";
      return isRight ? { body: { access_token: TOKEN, scope: "mail", token_type: "Bearer", expires_in: 1799 } } : { status: 401, body: { error: "invalid_client", error_description: "Client authentication failed" } };
    }
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { _v: "23.2", fault: { type: "InvalidAccessTokenException", message: "Unauthorized request! The access token is invalid." } } };
    if (path === "/s/-/dw/data/v23_2/inventory_lists/inventory/product_inventory_records") {
      const data = GOODS.map(({ sku, stock }) => ({ _type: "product_inventory_record", product_id: `B-${sku}`, inventory_list_id: "inventory", ats: stock, allocation: { amount: stock } }));
      return { body: { _v: "23.2", _type: "product_inventory_record_result", count: data.length, data, start: 0, total: data.length } };
    }
    const rows = {
      [`/s/${SFCC.site}/dw/shop/v23_2/order_search`]: () => this.sales.map((sale) => this.order(sale)),
      [`/s/-/dw/data/v23_2/customer_lists/${SFCC.site}/customer_search`]: () => this.people.map((each) => this.customer(each)),
      "/s/-/dw/data/v23_2/product_search": () => GOODS.map((each, n) => this.product(each, n)),
    }[path];
    if (!rows) return { status: 404, body: { _v: "23.2", fault: { type: "NotFoundException", message: `No resource ${path}.` } } };
    const asked = JSON.parse(text);
    const all = since(rows(), asked.query?.filtered_query?.filter?.range_filter?.from, (row) => row.last_modified);
    const page = all.slice(asked.start, asked.start + Double.rows);
    const hits = path.endsWith("product_search") ? page : page.map((data) => ({ _type: "hit", data }));
    return { body: { _v: "23.2", count: hits.length, ...(hits.length > 0 ? { hits } : {}), start: asked.start, total: all.length } };
  }

  signed(topic, body, secret) {
    return { "x-ritorno-topic": topic, "x-ritorno-signature": hmac(secret, body, "hex") };
  }
}
