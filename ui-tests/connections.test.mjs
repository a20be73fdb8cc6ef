/** Connecting a shop as a new user would: the wizard, wrong credentials, what was before, what was missed, what was not understood. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { Desk, EN } from "./desk.mjs";
import { look, none, settled, VIEWS } from "./pages.mjs";
import { until } from "./shop.mjs";
import { CONSUMER, Woo } from "./shops/woocommerce.mjs";

const DIST = new URL("../web/dist/", import.meta.url).pathname;
const skip = existsSync(`${DIST}index.html`) ? false : "skipped: web/dist is not built";
/** Those whose guide is not looked at on the walks of `connectors.test.mjs`. */
const GUIDES = ["woocommerce", "generic"];
const IT = { locale: "it-IT", colorScheme: "light", width: 1280 };
let desk;
let woo;

before(async () => {
  if (skip) return;
  woo = await Woo.open({ customers: 3, products: 4, orders: 120 });
  // The shop of these tests is on this machine.
  desk = await Desk.open("Monti", ["--allow-private-addresses"]);
});

after(async () => {
  await desk?.close();
  woo?.close();
});

const open = (view, use) => desk.page(view, use);
const api = (page, path) => desk.api(page, path);
const connections = async (page) => (await api(page, "/connections")).items;
const named = async (page, name) => (await connections(page)).find((each) => each.name === name);
const orders = async (page) => (await api(page, "/orders?limit=200")).items;
/** What stands in the box to be copied beside this name. */
const copied = (page, name) => page.getByRole("button", { name: `Copy: ${name}` }).locator("xpath=..").locator("code").textContent();

test("without a shop the list leads to the wizard, which shows eight kinds, and what the shop's pages tell", { skip }, async () => {
  await desk.inAllViews("connections-none", "/data/connections", (page) => page.getByRole("heading", { level: 2 }).waitFor());
  await open(EN, async (page, problems) => {
    await desk.at(page, "/data/connections");
    await page.getByRole("link", { name: "Connect a shop" }).click();
    await page.getByRole("heading", { name: "Which shop is it?" }).waitFor();
    const choices = (name) => page.getByRole("region", { name }).getByRole("listitem").count();
    assert.deepEqual([await choices("Which shop is it?"), await choices("Or what the shop’s pages tell")], [8, 2]);
    assert.deepEqual(problems, []);
  });
  await desk.inAllViews("wizard-pick", "/data/connections/new");
});

test("a guide holds in both languages, on a desktop and a phone", { skip }, async () => {
  const found = [];
  for (const shop of GUIDES) {
    for (const view of [VIEWS[0], VIEWS[3]]) {
      await open(view, async (page, problems) => {
        await desk.at(page, `/data/connections/new?shop=${shop}`);
        await page.getByRole("main").locator("ol ol, ol").nth(1).waitFor();
        found.push(...(await look(page, view, `guide-${shop}`, problems)));
      });
    }
  }
  none(found);
});

test("WooCommerce is connected from nothing: wrong credentials are told, the past comes in and can be paused", { skip }, async () => {
  await open(EN, async (page, problems) => {
    await desk.at(page, "/data/connections/new");
    await page.getByRole("link", { name: /WooCommerce/ }).click();
    await page.getByLabel("Name of the connection").fill("Mountain shop");
    await page.getByLabel("Site address (URL)").fill(woo.url);
    await page.getByLabel("Consumer key").fill(CONSUMER.key);
    await page.getByLabel("Consumer secret", { exact: true }).fill("cs_wrong");
    await page.getByRole("button", { name: "Save and test" }).click();
    await page.getByRole("alert").filter({ hasText: "refuses these credentials" }).waitFor();
    // It is there, and a reload loses nothing.
    await page.reload();
    await settled(page);
    await page.getByLabel("Consumer secret", { exact: true }).fill(CONSUMER.secret);
    await page.getByRole("button", { name: "Save and test" }).click();
    await page.getByText("It has 120 orders.").waitFor();
    await page.getByRole("button", { name: "Next" }).click();

    // A secret that was not copied before the reload is gone: the wizard makes another.
    await page.getByText("Waiting for the first webhook").waitFor();
    await page.getByRole("button", { name: "Make a new secret" }).click();
    const secret = await copied(page, "Secret");
    const address = await copied(page, "Address for webhooks");
    assert.equal((await woo.tell(address, "not the secret", "order.created", woo.orders[0])).status, 401);
    await page.getByText("A webhook came with a wrong signature").waitFor();
    assert.equal((await woo.tell(address, secret, "customer.updated", woo.customers[0])).status, 200);
    await page.getByText("The first webhook has come in").waitFor();
    await page.getByRole("button", { name: "Next" }).click();

    woo.delay = 1_500;
    await page.getByRole("button", { name: "Bring it in" }).click();
    const job = (kind) => page.getByRole("article", { name: `From before: ${kind}` });
    await job("Orders").getByRole("button", { name: "Pause" }).click();
    await job("Orders").getByText("Paused").waitFor();
    // Going away and coming back: it stands where it stood.
    await desk.at(page, "/data/connections");
    await page.getByRole("link", { name: "Mountain shop" }).click();
    await page.getByRole("tab", { name: "Comparisons and history" }).click();
    await job("Orders").getByRole("button", { name: "Go on" }).click();
    await job("Orders").getByText("Done").waitFor({ timeout: 30_000 });
    woo.delay = 0;
    await until("customers and orders are in", async () => (await orders(page)).length === 120 && (await api(page, "/customers")).items.length === 3);
    const { source } = await named(page, "Mountain shop");
    await desk.at(page, `/data/connections/new?source=${source}&step=history`);
    await page.getByText("Everything from before is in").waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: "Mountain shop is connected" }).waitFor();
    // The browser itself tells of the refused request on no page of ours: nothing is on the console.
    assert.deepEqual(problems, []);
  });
});

test("a comparison finds the order that no webhook told of, and leads to it", { skip }, async () => {
  await open(EN, async (page, problems) => {
    const { source } = await named(page, "Mountain shop");
    woo.orders.push(woo.order(7_777, 2, 30, "240.00"));
    await desk.at(page, `/data/connections/${source}`);
    await page.getByRole("button", { name: "Compare now" }).click();
    await page.getByText("1 order was missing and is recovered").waitFor({ timeout: 30_000 });
    await until("the order is in", async () => (await orders(page)).some(({ id }) => id === "7777"));
    await page.reload();
    await page.getByRole("link", { name: "7777" }).click();
    await page.waitForURL(/customers\/.*tab=orders/);
    await page.getByText("€240.00").first().waitFor();
    await desk.at(page, "/data/connections");
    await page.getByText("1 missed order was found and brought in").waitFor();
    assert.deepEqual(problems, []);
  });
});

test("what came while a connection was paused is read after it is resumed", { skip }, async () => {
  await open(EN, async (page, problems) => {
    const { source, webhook_url: address } = await named(page, "Mountain shop");
    const { secret } = await desk.write(page, "POST", `/connections/${source}/rotate`, { keep_hours: 0 });
    await desk.at(page, `/data/connections/${source}`);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("This connection is paused").waitFor();
    assert.equal((await woo.tell(address, secret, "order.created", woo.order(8_001, 1, 1))).status, 200);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("This connection is paused").waitFor({ state: "hidden" });
    await page.getByRole("tab", { name: "Not understood" }).click();
    await page.getByRole("row", { name: /while the connection was paused/ }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByText('"id": 8001').waitFor();
    await drawer.getByRole("button", { name: "Read it again" }).click();
    await page.getByText(/^Understood:/).first().waitFor();
    await until("the order is in", async () => (await orders(page)).some(({ id }) => id === "8001"));
    // Another one is nothing that anybody understands: it is let go.
    assert.equal((await woo.tell(address, secret, "order.created", { hello: "<b>there</b>" })).status, 200);
    await page.reload();
    await page.getByRole("row", { name: /A field is missing.*id/ }).click();
    await drawer.getByRole("button", { name: "Read it again" }).click();
    await drawer.getByRole("alert").waitFor();
    await drawer.getByRole("button", { name: "Let it go" }).click();
    await page.getByRole("dialog", { name: "Let this body go?" }).getByRole("button", { name: "Let it go" }).click();
    await until("it is let go", async () => (await api(page, `/connections/${source}/rejected?state=open`)).items.length === 0);
    problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("422")));
    assert.deepEqual(problems, []);
  });
});

test("any shop is connected by a mapping that is tried on an example; what a rule cannot read leads to a better rule", { skip }, async () => {
  const body = { event: "order.paid", order: { id: "A-17", total: "59.90", currency: "EUR", created_at: new Date().toISOString(), lines: [{ sku: "L-1", title: "Lampada", qty: 1, price: "59.90" }] }, customer: { email: "anna@customer.example" } };
  const send = (address, secret, said) => {
    const text = JSON.stringify(said);
    return fetch(address, { method: "POST", headers: { "x-signature": createHmac("sha256", secret).update(text).digest("hex") }, body: text });
  };
  await open(EN, async (page, problems) => {
    await desk.at(page, "/data/connections/new?shop=generic");
    await page.getByLabel("Name of the connection").fill("Lamp shop");
    await page.getByText("then add a rule for what it is").waitFor();
    await page.getByRole("textbox", { name: "An example body" }).fill(JSON.stringify(body, null, 2));
    await page.getByRole("button", { name: "Add a rule: An order was placed" }).click();
    await page.getByText("1 event", { exact: true }).waitFor();
    const mapping = page.getByRole("textbox", { name: "Mapping" });
    assert.match(await mapping.inputValue(), /"user_id": "customer\.email"/);
    // A path that is clicked stands where the cursor is.
    const right = await mapping.inputValue();
    await mapping.press("Control+End");
    await page.getByRole("button", { name: "Insert order.total" }).click();
    await page.getByText("The mapping is not right yet").waitFor();
    assert.equal(await mapping.inputValue(), `${right}"order.total"`);
    await mapping.fill(right);
    await page.getByText("1 event", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Next" }).click();
    const secret = await copied(page, "Secret");
    const address = await copied(page, "Address for webhooks");
    assert.equal((await send(address, secret, body)).status, 200);
    await page.getByText("The first webhook has come in").waitFor();
    await until("the order is in", async () => (await orders(page)).some(({ id }) => id === "A-17"));

    const other = { event: "order.paid", order: { ...body.order, id: "A-18" }, buyer: "bruno@customer.example" };
    assert.equal((await send(address, secret, { ...other, order: undefined, number: "A-18" })).status, 200);
    await page.getByRole("link", { name: "See what it was" }).click();
    await page.getByRole("row").nth(1).click();
    await page.getByRole("link", { name: "Change the mapping with this body as the example" }).click();
    const changed = (await mapping.inputValue()).replace('"user_id": "customer.email"', '"user_id": "buyer"').replace('"order_id": "order.id"', '"order_id": "number"');
    await mapping.fill(changed);
    await page.getByText("1 event", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Save", exact: true }).first().click();
    await page.getByText("Saved").first().waitFor();
    await page.getByRole("tab", { name: "Not understood" }).click();
    await page.getByRole("row").nth(1).click();
    await page.getByRole("dialog").getByRole("button", { name: "Read it again" }).click();
    await page.getByText(/^Understood:/).first().waitFor();
    assert.deepEqual(problems, []);
  });
});

test("the screens of a connection hold in both languages, schemes and widths", { skip }, async () => {
  const source = await open(EN, async (page) => {
    const found = await named(page, "Mountain shop");
    const { secret } = await desk.write(page, "POST", `/connections/${found.source}/rotate`, { keep_hours: 24 });
    await woo.tell(found.webhook_url, secret, "order.updated", { hello: "<script>alert(1)</script>" });
    return found.source;
  });
  await desk.inAllViews("connections", "/data/connections");
  await desk.inAllViews("connection", `/data/connections/${source}`);
  await desk.inAllViews("connection-jobs", `/data/connections/${source}?tab=jobs`);
  await desk.inAllViews("connection-rejected", `/data/connections/${source}?tab=rejected`);
  await desk.inAllViews("connection-settings", `/data/connections/${source}?tab=settings`);
  await desk.inAllViews("wizard-access", `/data/connections/new?source=${source}&step=access`);
  await desk.inAllViews("wizard-webhooks", `/data/connections/new?source=${source}&step=webhooks`);
  await desk.inAllViews("wizard-history", `/data/connections/new?source=${source}&step=history`);
  await desk.inAllViews("wizard-done", `/data/connections/new?source=${source}&step=done`);
});

test("the settings change credentials, secret and schedule, and remove the connection", { skip }, async () => {
  await open(IT, async (page, problems) => {
    const { source, webhook_url: address } = await named(page, "Mountain shop");
    await desk.at(page, `/data/connections/${source}?tab=settings`);
    await page.getByRole("textbox", { name: "Consumer key" }).fill("ck_sbagliata");
    await page.getByRole("button", { name: "Salva e prova il collegamento" }).click();
    await page.getByText("Il negozio rifiuta queste credenziali").waitFor();
    await page.getByRole("textbox", { name: "Consumer key" }).fill(CONSUMER.key);
    await page.getByRole("button", { name: "Salva e prova il collegamento" }).click();
    await page.getByText("Il negozio risponde").waitFor();

    await page.getByRole("combobox", { name: "Confronto con il negozio" }).click();
    await page.getByRole("option", { name: "Ogni 15 minuti" }).click();
    await until("it compares more often", async () => (await named(page, "Mountain shop")).reconcile_minutes === 15);

    const written = page.locator("section, form", { has: page.getByRole("switch", { name: "Scrivere le etichette nel negozio" }) }).last();
    await written.getByRole("switch").check();
    await written.getByRole("button", { name: "Salva", exact: true }).click();
    await until("tags are written", async () => (await named(page, "Mountain shop")).writes_tags);

    await page.getByRole("button", { name: "Crea un segreto nuovo" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Crea un segreto nuovo" }).click();
    const secret = await dialog.locator("code").textContent();
    assert.equal((await woo.tell(address, secret, "customer.updated", woo.customers[1])).status, 200);
    await dialog.getByRole("button", { name: "L’ho copiata" }).click();

    await page.getByRole("button", { name: "Rimuovi il collegamento" }).click();
    await dialog.getByRole("button", { name: "Rimuovi il collegamento" }).click();
    await page.waitForURL(/data\/connections$/);
    await until("it is gone", async () => (await connections(page)).every(({ name }) => name !== "Mountain shop"));
    assert.equal((await woo.tell(address, secret, "customer.updated", woo.customers[1])).status, 404);

    // Connected again under its name, it goes on with the source that is left.
    await desk.at(page, "/data/connections/new?shop=woocommerce");
    await page.getByLabel("Nome del collegamento").fill("Mountain shop");
    await page.getByText("Senza API: solo i webhook").click();
    await page.getByRole("button", { name: "Salva", exact: true }).click();
    await page.getByText("In attesa del primo webhook").waitFor();
    assert.equal((await named(page, "Mountain shop")).source, source);
    problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("404")));
    assert.deepEqual(problems, []);
  });
});
