/** What every double of a shop is made of: a server on this machine, its goods and people, and how it signs what it tells. */

import { createHmac } from "node:crypto";
import { createServer } from "node:http";

const MINUTE_MS = 60_000;
export const DAY = 24 * 60;

/** Of one shop; `price` in the shop's currency, with tax. */
export const GOODS = [
  { name: "Moka «Vesuvio»", sku: "MOKA", price: 39.9, stock: 24, variants: ["3 tazze", "6 tazze"] },
  { name: "Tazzine in ceramica di Deruta, set da 6", sku: "TAZZE", price: 84.5, stock: 7, variants: ["Blu", "Arancio"] },
  { name: "Caffè in grani «Tre Sorelle», 1 kg", sku: "GRANI", price: 27, stock: 140, variants: ["Intero", "Macinato"] },
];

const NAMES = [
  ["Giulia", "Marchetti", "Perugia", "IT"],
  ["Luca", "De Santis", "Bari", "IT"],
  ["Chiara", "D'Alò", "Lecce", "IT"],
  ["Urs", "Ämmann", "Lugano", "CH"],
];

/** What was ordered before: whose, which goods, how many, how many minutes ago. */
const PAST = [
  { who: 0, what: 0, quantity: 1, ago: 40 * DAY },
  { who: 1, what: 1, quantity: 2, ago: 31 * DAY },
  { who: 2, what: 2, quantity: 3, ago: 12 * DAY },
  { who: 0, what: 2, quantity: 2, ago: 9 * DAY },
  { who: 1, what: 0, quantity: 1, ago: 4 * DAY },
  // Shown and paid in another currency than the shop's own.
  { who: 3, what: 1, quantity: 1, ago: 2 * DAY, currency: "CHF" },
];

export class Double {
  /** The rows that a page has at most, whatever is asked for. */
  static rows = 4;

  /** `name`: the kind of shop; `first`: where its ids begin, so that no two shops of a test have the same. */
  static async open() {
    const shop = new this();
    shop.people = NAMES.map(([first, last, city, country], n) => ({ n, first, last, city, country, email: `${first}.${n}@${shop.name}.example`.toLowerCase(), at: (60 - n) * DAY }));
    shop.sales = PAST.map((sale, n) => ({ n, ...sale }));
    shop.begun = Date.now();
    shop.calls = 0;
    shop.server = createServer((request, response) => void shop.receive(request, response));
    await new Promise((resolve) => shop.server.listen(0, "127.0.0.1", resolve));
    shop.url = `http://127.0.0.1:${shop.server.address().port}`;
    return shop;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** A time so many minutes before the shop was opened: asked twice, it is the same. */
  at(minutesAgo) {
    return new Date(this.begun - minutesAgo * MINUTE_MS).toISOString();
  }

  /** As databases write it: `2026-11-22 10:00:00`, in UTC. */
  clock(minutesAgo) {
    return this.at(minutesAgo).slice(0, 19).replace("T", " ");
  }

  /** Another sale, of which nobody was told. */
  sell(sale) {
    const made = { n: this.sales.length, quantity: 1, ago: 3, ...sale };
    this.sales.push(made);
    return made;
  }

  async receive(request, response) {
    this.calls += 1;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, this.url);
    const { status = 200, headers = {}, body } = this.answer({ url, path: url.pathname, query: url.searchParams, headers: request.headers, text: Buffer.concat(chunks).toString() });
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }

  /** Sends a webhook as the shop signs it. */
  async tell(address, secret, topic, data) {
    const body = this.wrap(topic, data);
    return fetch(address, { method: "POST", headers: { "content-type": "application/json", ...this.signed(topic, body, secret) }, body });
  }

  wrap(_topic, data) {
    return JSON.stringify(data);
  }
}

export function hmac(secret, body, encoding) {
  return createHmac("sha256", secret).update(body).digest(encoding);
}

export function basic(name, password) {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

export function total({ what, quantity }) {
  return (GOODS[what].price * quantity).toFixed(2);
}

/** Rows that changed since; `when` reads a row's time. */
export function since(rows, from, when) {
  return from ? rows.filter((row) => new Date(when(row)) >= new Date(from)) : rows;
}
