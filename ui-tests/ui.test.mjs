/** The admin interface as a person meets it: first run, every screen, keyboard, a session that ends, a server that restarts. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openBrowser, watchPage } from "../sdk-tests/chromium.mjs";
import { look, nameOf, none, settled, VIEWS } from "./pages.mjs";
import { OWNER, Shop, until } from "./shop.mjs";

const DIST = new URL("../web/dist/", import.meta.url).pathname;
/** Bytes of JavaScript, gzipped: what the first page needs, and one chunk that is fetched when it is wanted. */
const FIRST_MAX = 220 << 10;
const CHUNK_MAX = 700 << 10;
const FIRST_CONTENT_MS = 1_500;

// Without Node's web build the binary has a stub page, and there is nothing to look at.
const skip = existsSync(`${DIST}index.html`) ? false : "skipped: web/dist is not built";
let browser;
let shop;
let state;

before(async () => {
  if (skip) return;
  browser = await openBrowser();
  shop = await Shop.open();
});

after(async () => {
  await browser?.close();
  shop?.close();
});

async function open(view, use) {
  const context = await browser.newContext({
    locale: view.locale,
    colorScheme: view.colorScheme ?? "light",
    viewport: { width: view.width ?? 1280, height: view.width === 375 ? 780 : 900 },
    timezoneId: "Europe/Rome",
    reducedMotion: "reduce",
    ...(state && !view.isStranger ? { storageState: state } : {}),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = watchPage(page);
  try {
    return await use(page, problems, context);
  } finally {
    await context.close();
  }
}

async function api(page, path) {
  const answer = await page.request.get(`${shop.url}/api/v1${path}`);
  assert.equal(answer.status(), 200, path);
  return answer.json();
}

test("the first visit makes the owner and the shop, and leads to a checklist", { skip }, async () => {
  await open({ locale: "it-IT" }, async (page, problems, context) => {
    const found = [];
    await page.goto(shop.url);
    await page.locator("input[autocomplete=name]").fill(OWNER.name);
    found.push(...(await look(page, VIEWS[0], "first-run", problems)));
    await page.locator("input[autocomplete=username]").fill(OWNER.email);
    await page.locator("input[autocomplete=new-password]").fill(OWNER.password);
    await page.locator("button[type=submit]").click();
    await page.locator("input[autocomplete=organization]").fill("Monti & Valli");
    found.push(...(await look(page, VIEWS[0], "first-run-shop", problems)));
    await page.locator("button[type=submit]").click();
    await page.locator("nav a[href='/carts']").first().waitFor();
    await settled(page);
    const settings = await api(page, "/settings");
    assert.equal(settings.name, "Monti & Valli");
    state = await context.storageState();
    found.push(...(await look(page, VIEWS[0], "home-empty", problems)));
    none(found);
  });
});

test("empty screens teach", { skip }, async () => {
  const found = [];
  for (const view of [VIEWS[0], VIEWS[3]]) {
    await open(view, async (page, problems) => {
      for (const path of ["/carts", "/customers", "/deals", "/tasks", "/flows", "/messages", "/reports", "/data"]) {
        const name = `empty${path.replaceAll("/", "-")}`;
        await page.goto(shop.url + path);
        found.push(...(await look(page, view, name, problems).catch((error) => [`${name} (${nameOf(view)}): ${error.message}`])));
      }
    });
  }
  none(found);
});

test("every screen holds in both languages, both schemes, on a desktop and a phone", { skip }, async () => {
  await shop.fill();
  const paths = await open({ locale: "en-GB" }, async (page) => {
    const sent = (p) => p.items?.length > 0;
    await until("a message is there", async () => sent(await api(page, "/messages")), 60);
    await until("carts are listed", async () => (await api(page, "/carts")).items.length >= 7);
    await until("something is in quarantine", async () => sent(await api(page, "/quarantine")));
    const first = async (list) => (await api(page, list)).items[0]?.id;
    const customer = (await api(page, "/customers?q=markup")).items[0].id;
    return [
      ["home", "/"],
      ["carts", "/carts"],
      ["carts-abandoned", "/carts?state=abandoned"],
      ["cart", `/carts/${await first("/carts")}`],
      ["customers", "/customers"],
      ["customers-found", "/customers?q=giulia"],
      ["customer", `/customers/${customer}`],
      ["deals", "/deals"],
      ["tasks", "/tasks"],
      ["tasks-mine", "/tasks?who=me"],
      ["flows", "/flows"],
      ["flow", "/flows/two_branch_follow_up"],
      ["journeys", "/flows/journeys"],
      ["journey", `/flows/journeys/${await first("/journeys")}`],
      ["messages", "/messages"],
      ["message", `/messages/${await first("/messages")}`],
      ["reports", "/reports"],
      ["data", "/data"],
      ["sources", "/data/sources"],
      ["keys", "/data/keys"],
      ["live", "/data/live"],
      ["quarantine", "/data/quarantine"],
      ["settings", "/settings"],
      ["settings-shop", "/settings/shop"],
      ["settings-people", "/settings/people"],
      ["settings-agents", "/settings/agents"],
      ["settings-sending", "/settings/sending"],
      ["settings-flows", "/settings/flows"],
      ["settings-status", "/settings/status"],
      ["settings-api", "/settings/api"],
      ["nowhere", "/nowhere"],
      ["no-such-cart", "/carts/no-such-cart"],
      ["no-such-message", "/messages/no-such-message"],
      ["no-such-flow", "/flows/no-such-flow"],
      ["no-such-task", "/tasks/no-such-task"],
    ];
  });
  const found = [];
  const walk = (view) =>
    open(view, async (page, problems) => {
      for (const [name, path] of paths) {
        const visit = async () => {
          await page.goto(shop.url + path);
          const found = await look(page, view, name, problems);
          // What is not there is said in the console too.
          return path.includes("/no-such-") ? found.filter((what) => !what.includes("status of 404")) : found;
        };
        // Four views at once are much for two cores: what was only slow is looked at again.
        found.push(...(await visit().catch(visit).catch((error) => [`${name} (${nameOf(view)}): ${error.message}`])));
      }
    });
  await Promise.all(VIEWS.map(walk));
  none(found);
});

test("a name is shown as it was typed, and runs nothing", { skip }, async () => {
  await open({ locale: "it-IT" }, async (page, problems) => {
    await page.goto(`${shop.url}/customers?q=grassetto`);
    await page.getByText("<b>Grassetto</b>").first().waitFor();
    await page.goto(`${shop.url}/customers?q=${encodeURIComponent("محمد")}`);
    await page.getByText("محمد").first().waitFor();
    assert.deepEqual(problems, []);
  });
});

test("the keyboard is enough", { skip }, async () => {
  await open({ locale: "en-GB" }, async (page, problems) => {
    await page.goto(shop.url);
    await settled(page);
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("href") ?? ""), /#main$/, "first the link past the navigation");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("customers");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/customers/);
    await settled(page);
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.waitForURL(/\/carts/);
    await page.getByRole("heading", { level: 1, name: "Carts" }).waitFor();
    await settled(page);
    await page.locator("tbody tr").first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/carts\/[^/?]+/);
    await settled(page);
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    assert.deepEqual(problems, []);
  });
});

test("a session that ends under a form costs nothing that was typed", { skip }, async () => {
  await open({ locale: "it-IT" }, async (page, _, context) => {
    await page.goto(`${shop.url}/settings/shop`);
    await settled(page);
    const name = page.locator("main input").first();
    await name.fill("Monti, Valli & Laghi");
    await context.clearCookies();
    await page.locator("main button[type=submit]").click();
    await page.locator("[role=dialog] input[autocomplete=current-password]").fill(OWNER.password);
    await page.locator("[role=dialog] button[type=submit]").click();
    await until("the name is saved", async () => (await api(page, "/settings")).name === "Monti, Valli & Laghi");
    assert.equal(await name.inputValue(), "Monti, Valli & Laghi");
    state = await context.storageState();
  });
});

test("a page goes on by itself after the server was restarted", { skip }, async () => {
  await open({ locale: "it-IT" }, async (page) => {
    await page.goto(`${shop.url}/customers`);
    await settled(page);
    await shop.stop();
    await page.waitForTimeout(500);
    await shop.start();
    await shop.send([{ type: "identify", userId: "late", messageId: "i-late", timestamp: new Date().toISOString(), traits: { email: "late@customer.example", first_name: "Tarda", last_name: "Venuta" } }]);
    await page.getByText("Tarda Venuta").first().waitFor({ timeout: 30_000 });
  });
});

/** Bytes, gzipped, of the scripts that the page names and of all that those import before they run. */
function firstLoad() {
  const known = new Map();
  const follow = (name) => {
    if (known.has(name)) return;
    const body = readFileSync(DIST + name);
    known.set(name, gzipSync(body).length);
    for (const [, file] of body.toString().matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) follow(`assets/${file}`);
  };
  for (const [, name] of readFileSync(`${DIST}index.html`, "utf8").matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)) follow(name);
  return [...known.values()].reduce((sum, bytes) => sum + bytes, 0);
}

test("the first page is light, and there soon", { skip }, async () => {
  await open({ locale: "it-IT" }, async (page) => {
    const bytes = firstLoad();
    console.log(`before any screen: ${Math.round(bytes / 1024)} KB of JavaScript, gzipped`);
    assert.ok(bytes <= FIRST_MAX, `${bytes} bytes`);
    let best = Infinity;
    for (let i = 0; i < 3; i += 1) {
      await page.goto(shop.url);
      const paint = () => page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime);
      best = Math.min(best, await until("something is painted", paint));
    }
    console.log(`first content after ${Math.round(best)} ms`);
    assert.ok(best <= FIRST_CONTENT_MS, `${best} ms`);
  });
  const assets = readdirSync(`${DIST}assets`).filter((name) => name.endsWith(".js"));
  for (const name of assets) {
    const size = gzipSync(readFileSync(`${DIST}assets/${name}`)).length;
    assert.ok(size <= CHUNK_MAX, `${name}: ${size} bytes gzipped`);
  }
});
