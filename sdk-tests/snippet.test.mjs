/**
 * The browser snippet (../sdk/ritorno.ts) in a real Chromium: what it sends, what it stores and when, what it does when the server
 * is away or the page is left, and how large it is.
 */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { openBrowser, watchPage } from "./chromium.mjs";

const BYTES_MAX = 6 << 10;
const KEY = "wk_0123456789abcdef";
const built = buildSync({ entryPoints: [new URL("../sdk/ritorno.ts", import.meta.url).pathname], bundle: true, minify: true, format: "iife", target: "es2020", write: false });
const SNIPPET = built.outputFiles[0].text;

let browser;
let server;
let base;
/** Bodies of the calls, and what the next ones are answered. */
let bodies = [];
let answers = [];

before(async () => {
  browser = await openBrowser();
  server = createServer((request, response) => {
    if (request.method === "POST") {
      let text = "";
      request.on("data", (chunk) => (text += chunk));
      request.on("end", () => {
        const status = answers.shift() ?? 200;
        if (status === 200) bodies.push({ path: request.url, cookie: request.headers.cookie, ...JSON.parse(text) });
        response.writeHead(status, { "access-control-allow-origin": "*" }).end("{}");
      });
    } else if (request.url === "/ritorno.js") response.writeHead(200, { "content-type": "text/javascript" }).end(SNIPPET);
    else if (request.url.startsWith("/early")) {
      const early = "window.ritorno = window.ritorno || []; ritorno.push(['page', 'Early']);";
      response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><script>${early}</script><script src="/ritorno.js" data-key="${KEY}"></script>`);
    } else {
      response.writeHead(200, { "content-type": "text/html" }).end(`<!doctype html><title>Shop</title><html lang="it"><link rel="icon" href="data:,"><script src="/ritorno.js" data-key="${KEY}" data-currency="EUR"></script>`);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});

after(async () => {
  await browser.close();
  server.close();
});

/** A fresh visitor on the shop's page. */
async function visit(path = "/") {
  bodies = [];
  answers = [];
  const context = await browser.newContext();
  const page = await context.newPage();
  const problems = watchPage(page);
  await page.goto(base + path);
  const stored = async () => ({
    local: await page.evaluate(() => Object.keys(localStorage)),
    session: await page.evaluate(() => Object.keys(sessionStorage)),
    databases: await page.evaluate(async () => (await indexedDB.databases()).length),
    cookies: (await context.cookies()).length,
  });
  return { context, page, problems, stored, flush: () => page.evaluate(() => ritorno.flush()) };
}

const NOTHING = { local: [], session: [], databases: 0, cookies: 0 };
const sent = () => bodies.flatMap((body) => body.batch);

/** Waits until so many events are there. */
async function arrived(n) {
  for (let i = 0; i < 400 && sent().length < n; i += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  assert.equal(sent().length, n);
  return sent();
}

test("it is under 6 KB, as it is built for shops too", () => {
  const dist = new URL("../web/dist/ritorno.js", import.meta.url);
  for (const text of [SNIPPET, ...(existsSync(dist) ? [readFileSync(dist, "utf8")] : [])]) {
    const bytes = gzipSync(text, { level: 9 }).length;
    assert.ok(bytes < BYTES_MAX, `${bytes} bytes`);
  }
});

test("a visit is told in Segment's words", async () => {
  const { context, page, problems, flush } = await visit();
  await page.evaluate(() => {
    const boot = { product_id: "alba", name: "Scarpone Alba", price: 189, quantity: 1 };
    ritorno.page("Home");
    ritorno.viewed(boot);
    ritorno.added(boot);
    ritorno.added({ ...boot, product_id: "merino", price: 69 });
    ritorno.removed({ ...boot, product_id: "merino" });
    ritorno.cartViewed([boot]);
    ritorno.identify("u1", { email: "ada@posta.example", consent: { marketing: { email: true } } });
    ritorno.checkout([boot]);
    ritorno.ordered({ order_id: "o1", total: 189, products: [boot] });
    ritorno.added(boot);
  });
  await flush();
  const events = await arrived(10);
  assert.deepEqual(
    events.map((event) => event.event ?? event.type),
    ["page", "Product Viewed", "Product Added", "Product Added", "Product Removed", "Cart Viewed", "identify", "Checkout Started", "Order Completed", "Product Added"],
  );
  const [body] = bodies;
  assert.equal(`${body.path} ${body.writeKey}`, `/v1/batch ${KEY}`);
  assert.ok(Math.abs(Date.parse(body.sentAt) - Date.now()) < 60_000);
  assert.equal(new Set(events.map((event) => event.messageId)).size, 10, "each has an id of its own");
  assert.equal(new Set(events.map((event) => event.anonymousId)).size, 1, "all are one visitor's");
  const carts = events.filter((event) => event.properties?.cart_id).map((event) => event.properties.cart_id);
  assert.equal(new Set(carts.slice(0, -1)).size, 1, "the cart is one until it is ordered");
  assert.notEqual(carts.at(-1), carts[0], "what comes after is another one");
  assert.deepEqual([events[5].userId, events[6].userId, events[9].userId], [undefined, "u1", "u1"]);
  assert.equal(events[6].traits.email, "ada@posta.example");
  assert.equal(events[8].properties.currency, "EUR");
  assert.equal(events[0].context.page.title, "Shop");
  assert.equal(events[0].context.locale, "it");
  assert.deepEqual(problems, []);
  await context.close();
});

test("nothing is stored before consent, and a visitor is known again after it", async () => {
  const { context, page, stored, flush } = await visit();
  await page.evaluate(() => {
    ritorno.page();
    ritorno.added({ product_id: "alba" });
    ritorno.identify("u1", { email: "ada@posta.example" });
  });
  await flush();
  assert.deepEqual(await stored(), NOTHING);
  await page.reload();
  await page.evaluate(() => ritorno.page());
  await flush();
  const [first, , , second] = await arrived(4);
  assert.notEqual(second.anonymousId, first.anonymousId, "without consent nobody is known again");
  assert.deepEqual(await stored(), NOTHING);
  assert.deepEqual(new Set(bodies.map((body) => body.cookie)), new Set([undefined]));

  await page.evaluate(() => ritorno.consent(true));
  assert.deepEqual(await stored(), { ...NOTHING, local: ["ritorno"] });
  await page.reload();
  await page.evaluate(() => ritorno.page());
  await flush();
  assert.equal((await arrived(5))[4].anonymousId, second.anonymousId, "with consent they are");
  await page.evaluate(() => ritorno.consent(false));
  assert.deepEqual(await stored(), NOTHING, "who takes it back is forgotten here");
  await context.close();
});

test("what a server cannot take now is sent again, what it refuses is not", async () => {
  const { context, page, flush } = await visit();
  answers = [503, 429];
  await page.evaluate(() => ritorno.track("Size Guide Opened"));
  await flush();
  assert.equal(sent().length, 0);
  const [again] = await arrived(1);
  assert.equal(again.event, "Size Guide Opened");
  answers = [400];
  await page.evaluate(() => ritorno.track("Nonsense"));
  await flush();
  await page.evaluate(() => ritorno.track("Sense"));
  await flush();
  assert.deepEqual((await arrived(2)).map((event) => event.event), ["Size Guide Opened", "Sense"]);
  await context.close();
});

test("what waits goes out when the page is left", async () => {
  const { context, page } = await visit();
  // A context that is closed while its page is on the way elsewhere may never close.
  const left = page.waitForURL("**/elsewhere");
  await page.evaluate(() => {
    // A moment later: an evaluation whose page goes away under it may never end.
    setTimeout(() => {
      for (let i = 0; i < 60; i += 1) ritorno.viewed({ product_id: `p${i}`, name: "x".repeat(400) });
      location.href = "/elsewhere";
    });
  });
  const events = await arrived(60);
  await left;
  assert.equal(new Set(events.map((event) => event.properties.product_id)).size, 60);
  await context.close();
});

test("what a page says before the file is there is not lost", async () => {
  const { context } = await visit("/early");
  assert.equal((await arrived(1))[0].name, "Early");
  await context.close();
});
