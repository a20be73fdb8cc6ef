/** PrestaShop's webservice as JSON: https://devdocs.prestashop-project.org/9/webservice/; what a module of ours posts. */

import { basic, Double, GOODS, hmac, total } from "./double.mjs";

export const PRESTASHOP = { key: "ZQ88PRJX5VWQHCWE4EE7SQ7HPNX00RAJ" };

export class PrestaShop extends Double {
  name = "prestashop";

  customer({ n, first, last, email, at }) {
    return { id: 201 + n, id_default_group: "3", id_lang: "1", newsletter: n === 1 ? "0" : "1", optin: "0", active: "1", is_guest: "0", deleted: "0", lastname: last, firstname: first, email, birthday: "0000-00-00", company: "", date_add: this.clock(at), date_upd: this.clock(at), associations: { groups: [{ id: "3" }] } };
  }

  product(good, n) {
    return { id: 211 + n, id_manufacturer: "1", manufacturer_name: "Bottega del Caffè", id_category_default: "3", reference: good.sku, price: good.price.toFixed(6), active: "1", is_virtual: "0", type: "simple", date_add: this.clock(9_000), date_upd: this.clock(90), name: good.name, link_rewrite: good.sku.toLowerCase(), associations: { categories: [{ id: "2" }, { id: "3" }] } };
  }

  order(sale) {
    const { n, who, what, ago, quantity, currency } = sale;
    const sum = `${total(sale)}0000`;
    const row = { id: String(271 + n), product_id: String(211 + what), product_attribute_id: "0", product_quantity: String(quantity), product_name: GOODS[what].name, product_reference: GOODS[what].sku, product_price: GOODS[what].price.toFixed(6), unit_price_tax_incl: GOODS[what].price.toFixed(6) };
    return { id: 231 + n, id_address_delivery: "5", id_cart: String(251 + n), id_currency: currency ? "2" : "1", id_lang: "1", id_customer: String(201 + who), current_state: "2", module: "ps_checkout", valid: "1", date_add: this.clock(ago), date_upd: this.clock(ago), delivery_date: "0000-00-00 00:00:00", shipping_number: "", payment: "Carta", total_discounts_tax_incl: "0.000000", total_paid: sum, total_paid_tax_incl: sum, total_products_wt: sum, total_shipping_tax_incl: "0.000000", reference: `BOTTEGA${n}`, associations: { order_rows: [row] } };
  }

  cart() {
    const row = { id_product: "212", id_product_attribute: "0", id_address_delivery: "0", quantity: "1" };
    return { id: 299, id_address_delivery: "0", id_currency: "1", id_customer: "203", id_guest: "0", id_lang: "1", id_carrier: "0", date_add: this.clock(80), date_upd: this.clock(60), associations: { cart_rows: [row] } };
  }

  answer({ path, query, headers }) {
    const list = path.replace(/^\/api\//, "");
    const rows = {
      customers: () => this.people.map((each) => this.customer(each)),
      products: () => GOODS.map((each, n) => this.product(each, n)),
      stock_availables: () => GOODS.map(({ stock }, n) => ({ id: 241 + n, id_product: String(211 + n), id_product_attribute: "0", id_shop: "1", quantity: String(stock), out_of_stock: "2" })),
      carts: () => [this.cart()],
      orders: () => this.sales.map((sale) => this.order(sale)),
    }[list];
    if (headers.authorization !== basic(PRESTASHOP.key, "")) return { status: 401, headers: { "content-type": "text/plain", "www-authenticate": 'Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required."' }, body: "401 Unauthorized" };
    if (!rows) return { status: 400, body: { errors: [{ code: 23, message: `Resource of type "${list}" does not exist.` }] } };
    const [from] = /\d+/.exec(query.get("filter[id]")) ?? ["0"];
    const changed = query.get("filter[date_upd]")?.slice(1, 20);
    const all = rows().filter((row) => row.id >= Number(from) && (!changed || row.date_upd >= changed));
    // An empty list is said without its name.
    return { body: all.length === 0 ? [] : { [list]: all.slice(0, Double.rows) } };
  }

  signed(topic, body, secret) {
    return { "x-ritorno-topic": topic, "x-ritorno-signature": hmac(secret, body, "hex") };
  }
}
