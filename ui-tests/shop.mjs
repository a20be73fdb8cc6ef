/** A server on an empty data folder, and a small shop's worth of events: what the screens are shown with. */

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BIN = process.env.RITORNO_TEST_BINARY ?? new URL("../target/debug/ritorno", import.meta.url).pathname;
const SINK = process.env.RITORNO_TEST_SINK ?? join(BIN, "../examples/smtp_sink");
export const OWNER = { name: "Ada Conti", email: "ada@shop.example", password: "una frase lunga e mia" };

/** Names that a careless page would break on. */
const PEOPLE = [
  ["mario", "Mario", "Rossi"],
  ["giulia", "Giulia", "D'Alò"],
  ["markup", "<b>Grassetto</b>", "& Figli <script>alert(1)</script>"],
  ["emoji", "Élodie 🏔️", "Müller"],
  ["arabic", "محمد", "علي"],
  ["long", "Massimiliano Bartolomeo Ferdinando", "Sanseverino-Acquaviva d'Aragona di Montecorvino"],
  ["luca", "Luca", "Ferri"],
  ["sara", "Sara", "Neri"],
];

export async function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Polls until `look` answers something true. */
export async function until(what, look, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await Promise.resolve(look()).catch(() => null);
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export class Shop {
  /** `args`: further options of `ritorno serve`; `sink`: those of the mail server that it sends to. */
  static async open(args = [], sink = []) {
    const shop = new Shop();
    shop.folder = mkdtempSync(join(tmpdir(), "ritorno-ui-"));
    shop.data = join(shop.folder, "data");
    shop.args = args;
    shop.children = [];
    const port = await freePort();
    shop.smtp = await freePort();
    shop.url = `http://127.0.0.1:${port}`;
    shop.listen = `127.0.0.1:${port}`;
    shop.key = shop.command("keys", "create", "--kind", "write", "--name", "shop").trim();
    shop.mailServer(sink);
    await shop.start();
    return shop;
  }

  command(...args) {
    const done = spawnSync(BIN, [...args, "--data", this.data], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`ritorno ${args.join(" ")}: ${done.stderr}`);
    return done.stdout;
  }

  spawn(program, args) {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, RITORNO_LOG: "error" } });
    this.children.push(child);
    return child;
  }

  /** A mail server, in the place of the one before. */
  mailServer(options = []) {
    this.sink?.kill("SIGKILL");
    this.sink = this.spawn(SINK, ["--listen", `127.0.0.1:${this.smtp}`, "--out", join(this.folder, "mail.ndjson"), ...options]);
  }

  async start() {
    const smtp = ["--smtp-url", `smtp://127.0.0.1:${this.smtp}`];
    this.server = this.spawn(BIN, ["serve", "--data", this.data, "--listen", this.listen, ...smtp, ...this.args]);
    await until("the server is ready", async () => (await fetch(`${this.url}/readyz`)).status === 200);
  }

  async stop() {
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill("SIGTERM");
    await ended;
  }

  close() {
    for (const child of this.children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  async send(events) {
    const authorization = `Basic ${Buffer.from(`${this.key}:`).toString("base64")}`;
    const answer = await fetch(`${this.url}/v1/batch`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ batch: events }),
    });
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
  }

  /** Customers, carts left and ordered, messages, deals, and something in quarantine. */
  async fill() {
    this.command("settings", "sender_address=shop@shop.example", "shop_url=https://shop.example");
    this.command("flows", "import", "two-branch-follow-up");
    this.command("flows", "enable", "two_branch_follow_up", "--set", "wait_hours=0.0005");
    const now = () => new Date().toISOString();
    const agent = { email: "marco@shop.example", name: "Marco Bianchi" };
    const events = [];
    PEOPLE.forEach(([id, first, last], i) => {
      const traits = { email: `${id}@customer.example`, first_name: first, last_name: last, phone: `+39 347 123450${i}`, consent: { marketing: { email: true } } };
      events.push({ type: "identify", userId: id, messageId: `i-${id}`, timestamp: now(), traits: i % 3 === 0 ? { ...traits, agent } : traits });
      events.push({ type: "page", userId: id, messageId: `p-${id}`, timestamp: now(), properties: { url: "https://shop.example/boots", title: "Scarponi" } });
      const line = { cart_id: `cart-${id}`, product_id: `boot-${i}`, name: "Scarponi “Dolomiti” <42>", price: i === 0 ? 2150 : 59.9 + i, quantity: 1 + (i % 2), currency: "EUR" };
      events.push({ type: "track", event: "Product Added", userId: id, messageId: `a-${id}`, timestamp: now(), properties: line });
    });
    await this.send(events);
    await this.send([
      { type: "track", event: "Order Completed", userId: "luca", messageId: "o-luca", timestamp: now(), properties: { order_id: "A-1001", cart_id: "cart-luca", total: 65.9, currency: "EUR", products: [{ product_id: "boot-6", price: 65.9, quantity: 1 }] } },
      { type: "track", event: "Product Added", userId: "sara", messageId: "bad-1", timestamp: now(), properties: { cart_id: "cart-sara", product_id: "p", price: 10, quantity: 1, currency: "XYZ1" } },
    ]);
  }
}
