/** What goes wrong around a person at work: no network, a colleague at the same form, a mail that may have left, a clock that is off. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { openBrowser, watchPage } from "../sdk-tests/chromium.mjs";
import { look, none, settled, VIEWS } from "./pages.mjs";
import { OWNER, Shop, until } from "./shop.mjs";

const skip = existsSync(new URL("../web/dist/index.html", import.meta.url).pathname) ? false : "skipped: web/dist is not built";
const ENGLISH = { locale: "en-GB" };
const AGENT = { name: "Marco Bianchi", email: "marco.bianchi@shop.example", password: "un’altra frase lunga" };
let browser;
let shop;
let owner;

before(async () => {
  if (skip) return;
  browser = await openBrowser();
  // Every mail is read to its end, and then the connection is gone: nobody knows whether it was taken.
  shop = await Shop.open([], ["--lose-every", "1"]);
  await open({ ...ENGLISH, isStranger: true }, async (page, _, context) => {
    const answer = await page.request.post(`${shop.url}/api/v1/first-run`, { data: { ...OWNER, workspace_name: "Monti & Valli" } });
    assert.equal(answer.status(), 201, await answer.text());
    owner = await context.storageState();
  });
  await shop.fill();
  await open(ENGLISH, (page) => until("messages are in doubt", async () => (await api(page, "/messages?state=in_doubt")).items.length >= 3, 60));
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
    ...(view.isStranger ? {} : { storageState: view.state ?? owner }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  try {
    return await use(page, watchPage(page), context);
  } finally {
    await context.close();
  }
}

async function api(page, path) {
  const answer = await page.request.get(`${shop.url}/api/v1${path}`);
  assert.equal(answer.status(), 200, path);
  return answer.json();
}

async function write(page, method, path, data) {
  const { csrf_token } = await api(page, "/session");
  const answer = await page.request.fetch(`${shop.url}/api/v1${path}`, { method, data, headers: { "x-csrf-token": csrf_token } });
  assert.ok(answer.ok(), `${path}: ${await answer.text()}`);
  return answer.json();
}

async function at(page, path) {
  await page.goto(shop.url + path);
  await settled(page);
}

const LOST = /connection to the server was lost|connessione al server si è interrotta/i;
const shopName = (page) => page.locator("main input").first();
const save = (page) => page.locator("main button[type=submit]");

test("no network in the middle of work: it is told, nothing typed is lost, and it goes on", { skip }, async () => {
  await open(ENGLISH, async (page, _, context) => {
    await at(page, "/settings/shop");
    await context.setOffline(true);
    await page.getByText(LOST).waitFor();
    await shopName(page).fill("Monti senza rete");
    await save(page).click();
    await page.locator("main [role=alert]").getByText(/try again/i).waitFor();
    assert.equal(await shopName(page).inputValue(), "Monti senza rete");
    await context.setOffline(false);
    await page.getByText(LOST).first().waitFor({ state: "detached" });
    await save(page).click();
    await until("the name is saved", async () => (await api(page, "/settings")).name === "Monti senza rete");
    assert.equal(await shopName(page).inputValue(), "Monti senza rete");
  });
});

test("a screen that cannot be read without network says so, and is read once there is one", { skip }, async () => {
  await open(ENGLISH, async (page, _, context) => {
    await at(page, "/carts");
    // Neither the program of the next screen nor what it shows can be fetched.
    await context.setOffline(true);
    await page.locator("main a[href^='/carts/']").first().click();
    const problem = page.locator("main [role=alert]");
    await problem.first().waitFor();
    await context.setOffline(false);
    await problem.first().waitFor({ state: "detached" });
    await page.locator("main h1", { hasNotText: /does not answer/ }).first().waitFor();
  });
});

async function two(view, use) {
  await open(view, (first) => open(view, (second) => use(first, second)));
}

test("two people change one setting: the second is told, keeps what they typed, and decides", { skip }, async () => {
  for (const decision of ["theirs", "mine"]) {
    await two(ENGLISH, async (first, second) => {
      await Promise.all([at(first, "/settings/shop"), at(second, "/settings/shop")]);
      await shopName(first).fill(`Uno ${decision}`);
      await shopName(second).fill(`Due ${decision}`);
      await save(first).click();
      await until("the first is saved", async () => (await api(first, "/settings")).name === `Uno ${decision}`);
      await save(second).click();
      const told = second.locator("main [role=alert]").getByText(/somebody else has saved/i);
      await told.waitFor();
      await second.getByText(`“Uno ${decision}”`).waitFor();
      assert.equal(await shopName(second).inputValue(), `Due ${decision}`);
      assert.equal((await api(second, "/settings")).name, `Uno ${decision}`, "nothing is overwritten unseen");
      if (decision === "theirs") {
        await second.getByRole("button", { name: "Take theirs" }).click();
        assert.equal(await shopName(second).inputValue(), "Uno theirs");
      } else {
        await save(second).click();
        await until("the second is saved", async () => (await api(second, "/settings")).name === "Due mine");
      }
      await told.waitFor({ state: "detached" });
    });
  }
});

test("two people change two settings: both are kept, and nobody is bothered", { skip }, async () => {
  await two(ENGLISH, async (first, second) => {
    await Promise.all([at(first, "/settings/shop"), at(second, "/settings/sending")]);
    await shopName(first).fill("Due a due");
    const sender = second.locator("main input").first();
    await sender.fill("La redazione");
    await save(first).click();
    await until("the name is saved", async () => (await api(first, "/settings")).name === "Due a due");
    await save(second).click();
    await until("the sender is saved", async () => (await api(first, "/settings")).sender_name === "La redazione");
    assert.equal((await api(first, "/settings")).name, "Due a due");
    assert.equal(await second.locator("main [role=alert]").count(), 0);
  });
});

test("two people write a note on one customer: both stand there, and what is being typed stays", { skip }, async () => {
  await two(ENGLISH, async (first, second) => {
    const { id } = (await api(first, "/customers?q=giulia")).items[0];
    const field = (page) => page.getByRole("textbox", { name: /note/i }).first();
    await Promise.all([at(first, `/customers/${id}`), at(second, `/customers/${id}`)]);
    await field(second).fill("La seconda nota");
    await field(first).fill("La prima nota");
    const add = (page) => page.locator("form").filter({ has: field(page) }).locator("button[type=submit]").click();
    await add(first);
    await second.getByText("La prima nota").first().waitFor();
    assert.equal(await field(second).inputValue(), "La seconda nota");
    await add(second);
    for (const page of [first, second]) for (const text of ["La prima nota", "La seconda nota"]) await page.locator("li", { hasText: text }).first().waitFor();
  });
});

test("a flow that was switched, either way, is switched back by undo", { skip }, async () => {
  await open(ENGLISH, async (page) => {
    const isOn = async () => (await api(page, "/flows/two_branch_follow_up")).is_enabled;
    const turn = async (name) => {
      await page.locator("main").getByRole("button", { name, exact: true }).first().click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("button[type=submit]").click();
      await dialog.waitFor({ state: "hidden" });
    };
    const undo = async () => {
      const button = page.getByRole("button", { name: "Undo" });
      await button.click();
      await button.waitFor({ state: "hidden" });
    };
    assert.equal(await isOn(), true);
    await at(page, "/flows/two_branch_follow_up");
    await turn("Switch off");
    await until("the flow is off", async () => !(await isOn()));
    await undo();
    await until("the flow is on again", isOn);
    await write(page, "POST", "/flows/two_branch_follow_up/disable", {});
    await at(page, "/flows/two_branch_follow_up");
    await turn("Switch on");
    await until("the flow is on", isOn);
    await undo();
    await until("the flow is off again", async () => !(await isOn()));
    await write(page, "POST", "/flows/two_branch_follow_up/enable", {});
  });
});

test("a message in doubt is sent again, or left, by a person's click", { skip }, async () => {
  await open(ENGLISH, async (page, problems) => {
    shop.mailServer();
    const [again, leave] = (await api(page, "/messages?state=in_doubt")).items.slice(-2);
    const state = async ({ id }) => (await api(page, `/messages/${id}`)).state;
    const decide = async (name) => {
      await page.locator("main").getByRole("button", { name, exact: true }).first().click();
      await page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    };
    await at(page, `/messages/${again.id}`);
    await page.getByText("did not say whether it took it").first().waitFor();
    await decide("Send again");
    // The server was gone: whoever sends may rest for a while before looking for it again.
    await until("it is sent", async () => (await state(again)) === "sent", 90);
    await page.locator("main").getByText("Sent", { exact: true }).first().waitFor();
    await at(page, `/messages/${leave.id}`);
    await decide("Leave it");
    await until("it is left", async () => (await state(leave)) === "failed");
    assert.deepEqual(problems, []);
  });
});

test("moments are told by the server's clock, however wrong the browser's is", { skip }, async () => {
  for (const days of [-3, 3]) {
    await open(ENGLISH, async (page) => {
      await page.clock.setSystemTime(new Date(Date.now() + days * 86_400_000));
      await at(page, "/customers");
      const times = await page.locator("main time").allTextContents();
      assert.ok(times.length > 0);
      assert.deepEqual(times.filter((text) => /day|week|in \d/.test(text)), []);
    });
  }
});

test("the stream shows what comes in, stands still when asked, and leads to the customer", { skip }, async () => {
  await open(ENGLISH, async (page, problems) => {
    const view = (user, name) => ({ type: "track", event: name, userId: user, messageId: `${name}-${Math.random()}`, timestamp: new Date().toISOString(), properties: { product_id: "boot-1" } });
    const entry = (name) => page.locator("main ol button", { hasText: name });
    await at(page, "/data/live");
    await shop.send([view("giulia", "Product Viewed")]);
    await entry("Product Viewed").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await shop.send([view("giulia", "Cart Viewed")]);
    await page.getByRole("button", { name: /Go on: [1-9]/ }).waitFor();
    assert.equal(await entry("Cart Viewed").count(), 0);
    await page.getByRole("button", { name: /Go on/ }).click();
    await entry("Cart Viewed").first().waitFor();
    await page.locator("main").getByRole("textbox").first().fill("Product Viewed");
    await entry("Cart Viewed").first().waitFor({ state: "detached" });
    await entry("Product Viewed").first().click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText('"product_id": "boot-1"').waitFor();
    await drawer.getByRole("link", { name: /Giulia/ }).click();
    await page.waitForURL(/\/customers\/[^/?]+/);
    assert.deepEqual(problems, []);
  });
});

test("who may not read the settings sees the shop's time zone and currency all the same", { skip }, async () => {
  await open(ENGLISH, async (page) => {
    await write(page, "PUT", "/settings", { time_zone: "Pacific/Auckland" });
  });
  shop.command("people", "create", "--name", AGENT.name, "--email", AGENT.email, "--role", "agent", "--password", AGENT.password);
  await open({ ...ENGLISH, isStranger: true }, async (page) => {
    const answer = await page.request.post(`${shop.url}/api/v1/session`, { data: { email: AGENT.email, password: AGENT.password } });
    assert.equal(answer.status(), 200, await answer.text());
    assert.equal((await page.request.get(`${shop.url}/api/v1/settings`)).status(), 403);
    await at(page, "/carts");
    // The row's link lies over it for the pointer; the keyboard comes to the moment itself.
    await page.locator("main time").first().focus();
    await page.getByRole("tooltip").getByText(/NZDT|GMT\+13/).waitFor();
  });
  await open(ENGLISH, (page) => write(page, "PUT", "/settings", { time_zone: "Europe/Rome" }));
});

test("these screens hold in both languages, on a desktop and a phone", { skip }, async () => {
  const found = [];
  const quarantined = await open(ENGLISH, async (page) => (await api(page, "/quarantine")).items[0].id);
  const doubt = await open(ENGLISH, async (page) => (await api(page, "/messages?state=in_doubt")).items[0].id);
  for (const view of VIEWS) {
    await open(view, async (page, problems, context) => {
      const shows = async (name, path, then = async () => {}) => {
        await at(page, path);
        await then();
        found.push(...(await look(page, view, `robust-${name}`, problems)));
      };
      const isItalian = view.locale.startsWith("it");
      await shows("live", "/data/live");
      await shows("live-one", "/data/live?name=Product%20Added", () => page.locator("main ol button").first().click());
      await shows("live-none", "/data/live?name=Nothing");
      await shows("quarantine", "/data/quarantine");
      await shows("quarantine-one", `/data/quarantine?event=${quarantined}`, async () => {
        const words = page.getByRole("dialog").getByText(isItalian ? "non è una valuta" : "is not a currency").first();
        await words.waitFor();
      });
      await shows("message", `/messages/${doubt}`, () => page.getByText(isItalian ? "non ha detto se lo ha preso" : "did not say whether it took it").first().waitFor());
      await shows("settings", "/settings/shop", async () => {
        await shopName(page).fill("Il mio nome");
        await write(page, "PUT", "/settings", { name: `Un altro nome ${view.width} ${view.locale}` });
        await save(page).click();
        await page.locator("main [role=alert]").first().waitFor();
        // The refusal is on the console, as any answer that is no success.
        problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("412")));
      });
      await shows("wait", "/flows/two_branch_follow_up", async () => {
        await write(page, "POST", "/flows/two_branch_follow_up/enable", { parameters: { wait_hours: 200 } });
        await write(page, "POST", "/flows/two_branch_follow_up/disable", {});
        await page.reload();
        await settled(page);
        await page.locator("main").getByRole("button", { name: isItalian ? /^Attiva/ : "Switch on" }).first().click();
        await page.getByRole("dialog").getByRole("alert").waitFor();
      });
      await at(page, "/carts");
      await context.setOffline(true);
      await page.getByText(LOST).waitFor();
      problems.splice(0);
      found.push(...(await look(page, view, "robust-offline", problems)));
    });
  }
  // Behind an open dialog the page is dimmed, and nobody can read or reach it: axe measures the button there all the same.
  none(found.filter((what) => !(what.startsWith("robust-wait") && what.includes("color-contrast: 1 ×"))));
});
