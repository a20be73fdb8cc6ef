/** What people do with customers, deals and each other: tags, consent, pipelines, roles. Each deed is done, seen and taken back. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { Desk, EN } from "./desk.mjs";
import { settled } from "./pages.mjs";
import { until } from "./shop.mjs";

const DIST = new URL("../web/dist/", import.meta.url).pathname;
const skip = existsSync(`${DIST}index.html`) ? false : "skipped: web/dist is not built";
const PASSWORD = "another long sentence";
let desk;
let shop;
let browser;

before(async () => {
  if (skip) return;
  desk = await Desk.open();
  ({ shop, browser } = desk);
  await shop.fill();
  await open(EN, (page) => until("deals are there", async () => (await api(page, "/deals")).items.length >= 6, 60));
});

after(() => desk?.close());

const open = (view, use, state) => desk.page(view, use, state);
const api = (page, path) => desk.api(page, path);
const write = (page, method, path, data) => desk.write(page, method, path, data);
const inAllViews = (name, path, prepare) => desk.inAllViews(name, path, prepare);

const customer = async (page, q) => (await api(page, `/customers?q=${q}`)).items[0].id;
/** Takes back what the newest notice says; `said` is part of it where others may still stand. */
const undo = (page, said = "") => page.getByRole("alert").filter({ hasText: said }).getByRole("button", { name: "Undo" }).last().click();

test("a customer is tagged, found by the tag, and a tag taken away comes back", { skip }, async () => {
  const mario = await open(EN, async (page, problems) => {
    const id = await customer(page, "mario");
    const tags = async () => (await api(page, `/customers/${id}`)).tags.map(({ name }) => name);
    await page.goto(`${shop.url}/customers/${id}`);
    await page.getByRole("button", { name: "Add a tag" }).click();
    const field = page.getByRole("combobox", { name: "A new tag" });
    await field.fill("VIP");
    await field.press("Enter");
    await until("it is tagged", async () => (await tags()).join() === "VIP");
    await field.fill("azienda <b>srl</b>");
    await field.press("Enter");
    await until("it is tagged twice", async () => (await tags()).length === 2);
    await field.press("Escape");
    await page.getByRole("button", { name: "Take “VIP” away" }).click();
    await until("the tag is gone", async () => !(await tags()).includes("VIP"));
    await undo(page, "taken away");
    await until("the tag is back", async () => (await tags()).includes("VIP"));
    await page.getByRole("link", { name: "VIP" }).click();
    await page.waitForURL(/customers\?tag=VIP/);
    await page.getByText("Mario Rossi").first().waitFor();
    await settled(page);
    await until("the list has caught up", async () => (await api(page, "/customers?tag=vip")).items.length === 1);
    assert.deepEqual(problems, []);
    return id;
  });
  await open(EN, async (page) => {
    await page.goto(`${shop.url}/customers/${await customer(page, "giulia")}`);
    await page.getByRole("button", { name: "Add a tag" }).click();
    await page.getByRole("combobox", { name: "A new tag" }).fill("v");
    await page.getByRole("option", { name: "VIP" }).click();
    await until("both have it", async () => (await api(page, "/tags?q=vip")).items[0]?.customers === 2);
  });
  await inAllViews("customer-tags", `/customers/${mario}`);
  await inAllViews("customers-tagged", "/customers?tag=VIP", (page) => page.getByText("Giulia").first().waitFor());
});

test("consent is written down with its proof, seen, and taken back", { skip }, async () => {
  await open(EN, async (page, problems) => {
    const id = await customer(page, "sara");
    const granted = async () => (await api(page, `/customers/${id}`)).consent.find(({ channel }) => channel === "email").is_granted;
    await page.goto(`${shop.url}/customers/${id}`);
    await page.getByRole("button", { name: "Write down a no" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("On the phone, 20 November");
    await page.getByRole("dialog").getByRole("button", { name: "Write down a no" }).click();
    await until("the no is there", async () => !(await granted()));
    await page.getByText("On the phone, 20 November").waitFor();
    await undo(page);
    await until("the yes is back", granted);
    assert.deepEqual(problems, []);
  });
});

test("a pipeline is made, deals go through it by menu, keys and pointer, and back", { skip }, async () => {
  await open(EN, async (page, problems) => {
    await page.goto(`${shop.url}/deals`);
    await page.getByRole("button", { name: "Pipelines" }).click();
    await page.getByRole("menuitem", { name: "New pipeline" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Companies");
    await dialog.getByRole("textbox", { name: "Name of stage 2" }).fill("Offer");
    await dialog.getByRole("button", { name: "Make the pipeline" }).click();
    await page.waitForURL(/pipeline=Companies/);
    await dialog.waitFor({ state: "hidden" });
    const column = (name) => page.getByRole("region", { name: new RegExp(`^${name},`) });
    for (const name of ["New", "Offer", "Won", "Lost"]) await column(name).waitFor();
    await page.goto(`${shop.url}/deals`);
    const card = (name) => page.getByRole("article", { name });
    const deal = async (shown) => (await Promise.all(["", "?pipeline=Companies"].map((query) => api(page, `/deals${query}`)))).flatMap(({ items }) => items).find(({ customer: { name } }) => name === shown);
    const isAt = (pipeline, stage) => until(`the deal is in ${stage}`, async () => {
      const page_ = await api(page, `/carts/${(await deal("Sara Neri")).cart}`);
      return page_.deal.pipeline === pipeline && page_.deal.stage === stage;
    });
    await card("Sara Neri").getByRole("button", { name: "Move Sara Neri" }).click();
    await page.getByRole("menuitem", { name: "Companies" }).click();
    await isAt("Companies", "New");
    await undo(page);
    await isAt("Sales management", "Check out abbandonato");
    await card("Sara Neri").getByRole("button", { name: "Move Sara Neri" }).click();
    await page.getByRole("menuitem", { name: "Companies" }).click();
    await isAt("Companies", "New");
    await until("the list has it", async () => (await api(page, "/deals?pipeline=Companies")).items.length === 1);
    await page.getByRole("combobox", { name: "Pipeline" }).click();
    await page.getByRole("option", { name: "Companies" }).click();
    await page.waitForURL(/pipeline=Companies/);
    await card("Sara Neri").focus();
    await page.keyboard.press("Shift+ArrowRight");
    await isAt("Companies", "Offer");
    // What was said of the move before may still stand there.
    await undo(page, "“Offer”");
    await isAt("Companies", "New");
    const from = await card("Sara Neri").boundingBox();
    const to = await column("Offer").boundingBox();
    await page.mouse.move(from.x + 20, from.y + from.height - 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 80, to.y + 120, { steps: 8 });
    await page.mouse.up();
    await isAt("Companies", "Offer");
    await until("the board counts it", async () => (await api(page, "/deal_stages?pipeline=Companies")).items[1].deals === 1);
    await page.reload();
    await card("Sara Neri").waitFor();
    // A stage is renamed and moved; one with a deal in it cannot go.
    await page.getByRole("button", { name: "Pipelines" }).click();
    await page.getByRole("menuitem", { name: "Edit this pipeline" }).click();
    assert.equal(await dialog.getByRole("button", { name: "Remove “Offer”" }).getAttribute("aria-disabled"), "true");
    await dialog.getByRole("textbox", { name: "Name of stage 2" }).fill("Proposal");
    await dialog.getByRole("button", { name: "Move “Proposal” up" }).click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    await column("Proposal").getByText("Sara Neri").waitFor();
    assert.deepEqual((await api(page, "/pipelines")).items[1].stages.map(({ name }) => name), ["Proposal", "New", "Won", "Lost"]);
    assert.deepEqual(problems, []);
  });
  await shop.send([{ type: "track", event: "Deal Stage Changed", userId: "giulia", messageId: "stage-1", timestamp: new Date().toISOString(), properties: { cart_id: "cart-giulia", stage: "In forse", pipeline: "Companies" } }]);
  await open(EN, (page) => until("the stray is there", async () => (await api(page, "/deal_stages?pipeline=Companies")).items.length === 5));
  await inAllViews("deals-pipeline", "/deals?pipeline=Companies");
  await inAllViews("deals-editor", "/deals?pipeline=Companies", async (page) => {
    await page.getByRole("button", { name: "Pipeline", exact: false }).first().click();
    await page.getByRole("menuitem").first().click();
    await page.getByRole("dialog").getByRole("textbox").first().waitFor();
  });
});

test("another role holds at once, where the person is signed in too", { skip }, async () => {
  const { id, visitor } = await open(EN, async (page) => {
    const { person, invitation_link } = await write(page, "POST", "/people", { name: "Bea Riva", email: "bea@shop.example", role: "marketer" });
    const context = await browser.newContext();
    const token = invitation_link.split("/").at(-1);
    await context.request.post(`${shop.url}/api/v1/password-reset/${token}`, { data: { password: PASSWORD } });
    const signedIn = await context.request.post(`${shop.url}/api/v1/session`, { data: { email: "bea@shop.example", password: PASSWORD } });
    assert.equal(signedIn.status(), 200, await signedIn.text());
    return { id: person.id, visitor: await context.storageState() };
  });
  await open(EN, async (beas) => {
    const mario = await customer(beas, "mario");
    await beas.goto(`${shop.url}/customers/${mario}`);
    await beas.getByRole("button", { name: "Correct data" }).waitFor();
    await open(EN, async (page, problems) => {
      const role = async () => (await api(page, "/people")).items.find((person) => person.id === id).role;
      await page.goto(`${shop.url}/settings/people`);
      await page.getByRole("button", { name: "What can be done with Bea Riva" }).click();
      await page.getByRole("menuitem", { name: "Change role" }).click();
      await page.getByRole("radio", { name: "Viewer" }).check();
      await page.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
      await until("she is a viewer", async () => (await role()) === "viewer");
      assert.deepEqual(problems, []);
      // What her open page still offers is refused, and then it no longer offers it.
      await beas.getByRole("textbox", { name: "A new note" }).fill("too late");
      await beas.getByRole("button", { name: "Add note" }).click();
      await beas.getByRole("button", { name: "Correct data" }).waitFor({ state: "hidden" });
      await undo(page);
      await until("she is a marketer again", async () => (await role()) === "marketer");
    });
  }, visitor);
  await inAllViews("people-role", "/settings/people", async (page) => {
    await page.getByRole("button", { name: /Bea Riva/ }).click();
    await page.getByRole("menuitem").first().click();
    await page.getByRole("dialog").getByRole("radio").first().waitFor();
  });
});

test("paging, filters and the tab stand in the address", { skip }, async () => {
  await open(EN, async (page) => {
    await page.goto(`${shop.url}/customers`);
    await page.getByRole("combobox", { name: "Tag" }).click();
    await page.getByRole("option", { name: "VIP" }).click();
    await page.waitForURL(/tag=VIP/);
    await page.getByText("Giulia").first().waitFor();
    await page.reload();
    await settled(page);
    assert.equal(await page.getByRole("combobox", { name: "Tag" }).inputValue(), "VIP");
    assert.equal(await page.getByText("Luca Ferri").count(), 0);
  });
});

test("a ready-made flow is taken in by a click, and is off", { skip }, async () => {
  await open(EN, async (page, problems) => {
    await page.goto(`${shop.url}/flows`);
    await page.getByRole("heading", { name: "Ready-made flows" }).waitFor();
    const offers = page.getByRole("button", { name: "Use this flow" });
    await offers.first().waitFor();
    await until("the one in use is not offered again", async () => (await offers.count()) === 4);
    await offers.first().click();
    await page.waitForURL(/\/flows\/three_step_recovery/);
    await settled(page);
    await page.getByRole("button", { name: "Switch on" }).waitFor();
    const { name, is_enabled } = await api(page, "/flows/three_step_recovery");
    assert.equal(is_enabled, false);
    // In the shop's language, whatever the reader's.
    assert.equal(name, "Recupero carrello in tre passi");
    await page.goto(`${shop.url}/flows`);
    await settled(page);
    await until("nor is the one just taken in", async () => (await offers.count()) === 3);
    assert.deepEqual(problems, []);
  });
});
