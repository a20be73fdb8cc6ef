/** A small WooCommerce: its REST API as far as a connection reads it, and its signed webhooks. */

import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export const CONSUMER = { key: "ck_test_1234567890", secret: "cs_test_1234567890" };
const PER_PAGE_MAX = 100;

function time(minutesAgo) {
  // WooCommerce writes UTC without a zone.
  return new Date(Date.now() - minutesAgo * 60_000).toISOString().slice(0, 19);
}

export class Woo {
  /** `customers`, `products`, `orders`: how many of each there are. */
  static async open({ customers = 3, products = 4, orders = 5 } = {}) {
    const woo = new Woo();
    woo.customers = Array.from({ length: customers }, (_, i) => woo.customer(i + 1));
    woo.products = Array.from({ length: products }, (_, i) => woo.product(i + 1));
    woo.orders = Array.from({ length: orders }, (_, i) => woo.order(1001 + i, (i % customers) + 1, 60 * 24 * (i + 1)));
    /** Milliseconds that each page takes. */
    woo.delay = 0;
    woo.server = createServer((request, response) => void woo.answer(request, response));
    await new Promise((resolve) => woo.server.listen(0, "127.0.0.1", resolve));
    woo.url = `http://127.0.0.1:${woo.server.address().port}`;
    return woo;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  customer(id) {
    return { id, email: `woo${id}@customer.example`, first_name: ["Anna", "Bruno", "Carla"][id % 3], last_name: `Bianchi ${id}`, role: "customer", username: `woo${id}`, date_created_gmt: time(60 * 24 * 40), date_modified_gmt: time(60 * 24 * 30), billing: { email: `woo${id}@customer.example`, phone: "", country: "IT" }, is_paying_customer: true, meta_data: [] };
  }

  product(id) {
    return { id, name: `Scarpone ${id}`, slug: `scarpone-${id}`, permalink: `${this.url}/p/${id}`, type: "simple", status: "publish", sku: `S-${id}`, price: "59.90", regular_price: "59.90", stock_quantity: 10, stock_status: "instock", manage_stock: true, categories: [], tags: [], images: [], variations: [], date_created_gmt: time(60 * 24 * 50), date_modified_gmt: time(60 * 24 * 45) };
  }

  order(id, customer, minutesAgo, total = "119.80") {
    const at = time(minutesAgo);
    const billing = { first_name: "Anna", last_name: `Bianchi ${customer}`, email: `woo${customer}@customer.example`, phone: "", country: "IT" };
    const line = { id: id * 10, name: "Scarpone 1", product_id: 1, variation_id: 0, quantity: 2, subtotal: total, total, total_tax: "0.00", sku: "S-1", price: Number(total) / 2 };
    return { id, number: String(id), status: "processing", currency: "EUR", date_created_gmt: at, date_modified_gmt: at, date_paid_gmt: at, date_completed_gmt: null, total, total_tax: "0.00", shipping_total: "0.00", discount_total: "0.00", customer_id: customer, billing, shipping: {}, payment_method: "stripe", transaction_id: "", line_items: [line], shipping_lines: [], fee_lines: [], coupon_lines: [], refunds: [], meta_data: [] };
  }

  async answer(request, response) {
    const url = new URL(request.url, this.url);
    const say = (status, body, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    const wanted = `Basic ${Buffer.from(`${CONSUMER.key}:${CONSUMER.secret}`).toString("base64")}`;
    const [, list] = /^\/wp-json\/wc\/v3\/(customers|products|orders)$/.exec(url.pathname) ?? [];
    if (!list) return say(404, { code: "rest_no_route", message: "No route was found matching the URL and request method." });
    if (request.headers.authorization !== wanted) return say(401, { code: "woocommerce_rest_authentication_error", message: "Consumer key is invalid." });
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    const after = url.searchParams.get("modified_after");
    const all = this[list].filter(({ date_modified_gmt: at }) => !after || `${at}Z` > new Date(after).toISOString());
    const rows = Math.min(Number(url.searchParams.get("per_page") ?? 10), PER_PAGE_MAX);
    const page = Number(url.searchParams.get("page") ?? 1);
    const pages = Math.max(1, Math.ceil(all.length / rows));
    return say(200, all.slice((page - 1) * rows, page * rows), { "x-wp-total": String(all.length), "x-wp-totalpages": String(pages) });
  }

  /** Sends a webhook as WooCommerce signs it. */
  async tell(address, secret, topic, data) {
    const body = typeof data === "string" ? data : JSON.stringify(data);
    const signature = createHmac("sha256", secret).update(body).digest("base64");
    const headers = { "content-type": "application/json", "x-wc-webhook-topic": topic, "x-wc-webhook-signature": signature };
    return fetch(address, { method: "POST", headers, body });
  }
}
