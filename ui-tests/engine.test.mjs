/** What a person does with the engine: tasks, journeys that stopped, decision tables. Each deed is done and seen. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { Desk, EN } from "./desk.mjs";
import { settled } from "./pages.mjs";
import { OWNER, until } from "./shop.mjs";
import { CREDIT } from "./credit-flow.mjs";

const skip = existsSync(new URL("../web/dist/index.html", import.meta.url).pathname) ? false : "skipped: web/dist is not built";
/** Whose first carts are rich, or who have a tag: each gets a discount, by another rule. */
const BUYERS = [
  ["vip-anna", "Anna", "Colombo", { tags: ["VIP"] }, 80],
  ["vip-bruno", "Bruno", "De Santis", { tags: ["vip", "b2b"] }, 240],
  ["carla", "Carla", "Marchetti", {}, 190],
  ["dario", "Dario", "Fontana", {}, 320],
  ["elena", "Elena", "Sørensen", {}, 40],
];
let desk;
let open;
let api;

before(async () => {
  if (skip) return;
  desk = await Desk.open();
  open = (view, use, state) => desk.page(view, use, state);
  api = (page, path) => desk.api(page, path);
  await open(EN, async (page) => {
    desk.shop.command("settings", "sender_address=shop@shop.example", "shop_url=https://shop.example", "language=en");
    const offered = (await api(page, "/ready_made_flows")).items.find(({ id }) => id === "discount_by_customer");
    await desk.write(page, "POST", "/flows", { xml: offered.xml, decisions: offered.decisions, parameters: { wait_hours: 0.0005 } });
    await desk.write(page, "POST", "/flows/discount_by_customer/enable", {});
    await desk.write(page, "POST", "/flows", { xml: CREDIT });
    await desk.write(page, "POST", "/flows/credit_check/enable", {});
    await desk.shop.send(BUYERS.flatMap(([id, first, last, more, price], i) => [
      { type: "identify", userId: id, messageId: `i-${id}`, timestamp: new Date().toISOString(), traits: { email: `${id}@customer.example`, first_name: first, last_name: last, consent: { marketing: { email: true } }, ...more, ...(i === 0 ? { agent: { email: OWNER.email, name: OWNER.name } } : {}) } },
      { type: "track", event: "Product Added", userId: id, messageId: `a-${id}`, timestamp: new Date().toISOString(), properties: { cart_id: `cart-${id}`, product_id: `p-${id}`, name: "Giacca “Grigna”", price, quantity: 1, currency: "EUR" } },
    ]));
    await until("tasks are there", async () => (await api(page, "/tasks?flow=discount_by_customer")).items.length === 4, 60);
    await until("journeys have stopped", async () => (await api(page, "/journeys?state=incident")).items.length === 5, 60);
  });
});

after(() => desk?.close());

const undo = (page) => page.getByRole("button", { name: "Undo" }).last().click();
const stopped = async (page) => (await api(page, "/journeys?flow=credit_check&state=incident")).items;
const journeyOf = async (page, name) => (await api(page, "/journeys?flow=credit_check")).items.find(({ customer }) => customer.name.startsWith(name));

test("tasks look right everywhere", { skip }, async () => {
  const id = await open(EN, async (page) => (await api(page, "/tasks?assignee=me")).items[0].id);
  await desk.inAllViews("tasks", "/tasks");
  await desk.inAllViews("tasks-free", "/tasks?who=nobody");
  await desk.inAllViews("tasks-late", "/tasks?due=overdue");
  await desk.inAllViews("task", `/tasks/${id}`);
  await desk.inAllViews("home-tasks", "/");
});

test("a task is taken and given back, found by keys, and done", { skip }, async () => {
  await open(EN, async (page, problems) => {
    await desk.at(page, "/");
    await page.getByRole("link", { name: "Task of yours" }).click();
    await page.waitForURL(/tasks\?who=me/);
    await page.getByRole("link", { name: "Call and offer the discount" }).waitFor();
    assert.equal(await page.locator("tbody tr").count(), 1);
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL(/\/tasks$/);
    await settled(page);
    const row = page.locator("tbody tr", { hasText: "Carla Marchetti" });
    const mine = async () => (await api(page, "/tasks?assignee=me")).items.map(({ customer }) => customer.name).sort();
    await row.getByRole("button", { name: /^Take/ }).click();
    await until("it is hers", async () => (await mine()).join() === "Anna Colombo,Carla Marchetti");
    await undo(page);
    await until("it is free again", async () => (await mine()).join() === "Anna Colombo");
    await row.getByRole("button", { name: /^Take/ }).click();
    await until("it is hers again", async () => (await mine()).length === 2);
    await page.goto(`${desk.shop.url}/tasks?who=me`);
    await settled(page);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/tasks\/[^?]+$/);
    await settled(page);
    // Nothing is filled in: that is said, and nothing is sent.
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("This is needed").waitFor();
    await page.getByRole("radio", { name: "accepts" }).check();
    await page.getByRole("textbox", { name: "Note" }).fill("Wants it by Friday");
    // What was typed outlives a reload.
    await page.reload();
    await settled(page);
    assert.equal(await page.getByRole("textbox", { name: "Note" }).inputValue(), "Wants it by Friday");
    await page.getByRole("button", { name: "Done" }).click();
    await page.waitForURL(/\/tasks$/);
    await until("it is done", async () => (await api(page, "/tasks?state=done")).items.length === 1);
    const [{ journey, done_by }] = (await api(page, "/tasks?state=done")).items;
    assert.equal(done_by, OWNER.name);
    assert.equal((await api(page, `/journeys/${journey}`)).state, "ended");
    assert.deepEqual(problems, []);
  });
  await desk.inAllViews("tasks-over", "/tasks?state=over");
});

test("a task of somebody else's is only looked at", { skip }, async () => {
  await open(EN, async (page, problems) => {
    const { id } = (await api(page, "/tasks?assignee=nobody&flow=discount_by_customer")).items[0];
    await desk.write(page, "POST", `/tasks/${id}/assign`, { assignee: "marta@shop.example" });
    await desk.at(page, `/tasks/${id}`);
    await page.getByText("marta@shop.example has this task").waitFor();
    assert.equal(await page.getByRole("button", { name: "Done" }).count(), 0);
    await desk.write(page, "POST", `/tasks/${id}/assign`, { assignee: null });
    assert.deepEqual(problems, []);
  });
});

test("a journey that stopped says why, is mended, sent on by hand, or ended", { skip }, async () => {
  const anna = await open(EN, async (page) => (await journeyOf(page, "Anna")).id);
  await desk.inAllViews("journey-stopped", `/flows/journeys/${anna}`);
  await desk.inAllViews("journey-go-on", `/flows/journeys/${anna}`, async (page) => {
    await page.getByRole("alert").getByRole("button").nth(1).click();
    await page.getByRole("dialog").getByRole("radio").first().waitFor();
    await page.getByRole("dialog").getByRole("button").filter({ hasText: /Add a value|Aggiungi un valore/ }).click();
  });
  await open(EN, async (page, problems) => {
    await desk.at(page, "/flows/journeys?state=incident");
    await page.getByText("None of the conditions holds").first().waitFor();
    await desk.at(page, `/flows/journeys/${anna}`);
    await page.getByRole("alert").getByText("None of the conditions holds").waitFor();
    await page.getByRole("button", { name: "Try this step again" }).click();
    await page.getByText("It stopped again").waitFor();
    // A value is put right, taken back, put right again; then the step goes.
    const limit = async () => (await api(page, `/journeys/${anna}`)).variables.limit;
    const correct = async () => {
      const dialog = page.getByRole("dialog");
      let isThere;
      // The page may show for a moment what was there before the undo, and there is nothing to save then.
      for (;;) {
        await page.getByRole("button", { name: "Correct" }).click();
        await dialog.getByRole("button", { name: "Add a value" }).waitFor();
        isThere = await dialog.getByLabel("Value of limit").count();
        if (!isThere || (await dialog.getByLabel("Value of limit").inputValue()) !== "100") break;
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await dialog.waitFor({ state: "hidden" });
      }
      if (!isThere) {
        await dialog.getByRole("button", { name: "Add a value" }).click();
        await dialog.getByRole("textbox", { name: "Name" }).fill("limit");
      }
      await dialog.getByRole("combobox", { name: "Kind of limit" }).click();
      await page.getByRole("option", { name: "Number" }).click();
      await dialog.getByLabel("Value of limit").fill("100");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "hidden" });
    };
    await correct();
    await until("the value is there", async () => (await limit()) === 100);
    await undo(page);
    await until("the value is gone", async () => (await limit()) === null);
    await correct();
    await until("the value is there again", async () => (await limit()) === 100);
    await page.getByRole("button", { name: "Try this step again" }).click();
    await until("it went on", async () => (await api(page, `/journeys/${anna}`)).state === "ended");
    assert.deepEqual(problems, []);
  });
  await open(EN, async (page, problems) => {
    const bruno = (await journeyOf(page, "Bruno")).id;
    await desk.at(page, `/flows/journeys/${bruno}`);
    await page.getByRole("button", { name: "Go on behind it" }).click();
    const dialog = page.getByRole("dialog");
    const go = dialog.getByRole("button", { name: "Go on behind it" });
    assert.ok(await go.isDisabled(), "a way has to be chosen first");
    await dialog.getByRole("radio", { name: /above the limit/ }).check();
    await go.click();
    await until("it waits for a person", async () => (await api(page, `/journeys/${bruno}`)).places[0]?.waits_for === "person");
    await page.getByRole("link", { name: "Open the task" }).click();
    await page.waitForURL(/\/tasks\//);
    await page.getByRole("heading", { name: "Check the credit" }).waitFor();
    const carla = (await journeyOf(page, "Carla")).id;
    await desk.at(page, `/flows/journeys/${carla}`);
    await page.getByRole("button", { name: "End the journey" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End the journey" }).click();
    await until("it has ended", async () => (await api(page, `/journeys/${carla}`)).why?.en === "a person ended it");
    assert.deepEqual(problems, []);
  });
});

test("all that stopped for one reason are tried again at once", { skip }, async () => {
  await desk.inAllViews("flow-stopped", "/flows/credit_check");
  await open(EN, async (page, problems) => {
    await until("two are left", async () => (await stopped(page)).length === 2);
    const [first] = await stopped(page);
    await desk.write(page, "POST", `/journeys/${first.id}/variables`, { variables: { limit: 1000 } });
    await desk.at(page, "/flows/credit_check");
    await page.getByText("2 journeys at “Above the limit?”").waitFor();
    await page.getByRole("button", { name: "Try all 2 again" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Try all 2 again" }).click();
    await page.getByText("2 tried again; 1 stopped again").first().waitFor();
    await until("one is left", async () => (await stopped(page)).length === 1);
    assert.deepEqual(problems, []);
  });
});

test("a journey shows its decisions, its values and what it waits for", { skip }, async () => {
  const id = await open(EN, async (page) => (await api(page, "/journeys?flow=discount_by_customer")).items.find(({ customer }) => customer.name.startsWith("Bruno")).id);
  await desk.inAllViews("journey-decided", `/flows/journeys/${id}`);
  await open(EN, async (page) => {
    await desk.at(page, `/flows/journeys/${id}`);
    await page.getByText("by rule 1").waitFor();
    await page.getByText("offer.percent", { exact: true }).waitFor();
    await page.getByText("Waits for a person").waitFor();
  });
});

const cell = (page, id) => page.locator(`td[data-element-id="${id}"]`);

/** Types into a cell of the table. */
async function type(page, id, text) {
  await cell(page, id).click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** From the top: what the header covers half is no target. */
const toTop = (page) => page.evaluate(() => window.scrollTo(0, 0));

const TABLE = "/flows/discount_by_customer?tab=decisions";

test("a decision table is edited, checked cell by cell, tried and saved as a version", { skip }, async () => {
  await open(EN, async (page, problems) => {
    await desk.at(page, TABLE);
    await cell(page, "loyal_total").waitFor();
    await type(page, "loyal_total", ">= >= 50");
    await page.getByText("Rule 2, column 3").waitFor();
    await type(page, "loyal_total", ">= 50");
    await page.getByText("every cell is understood").waitFor();
    await page.getByRole("textbox", { name: "customer.tags" }).fill("b2b");
    await page.getByLabel("customer.orders").fill("4");
    await page.getByLabel("cart.total").fill("60");
    await page.getByRole("button", { name: "Decide" }).click();
    await page.getByText("Rule 2 matched").waitFor();
    await page.getByText("loyal customer with a rich cart").last().waitFor();
    // The page is not left without being asked.
    await page.getByRole("link", { name: "Tasks", exact: true }).click();
    await page.getByRole("dialog", { name: "Leave without saving?" }).getByRole("button", { name: "Stay" }).click();
    assert.ok(page.url().endsWith(TABLE));
    assert.deepEqual(problems, []);
  });
});

test("a table that was changed outlives an expired session, and is saved", { skip }, async () => {
  await open(EN, async (page, _, context) => {
    await desk.at(page, TABLE);
    await cell(page, "vip_percent").waitFor();
    await type(page, "vip_percent", "20");
    await page.getByText("every cell is understood").waitFor();
    await page.getByRole("link", { name: "Tasks", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Leave, keep the draft" }).click();
    await page.waitForURL(/\/tasks$/);
    await desk.at(page, TABLE);
    await page.getByText("is back").waitFor();
    await cell(page, "vip_percent").getByText("20").waitFor();
    await context.clearCookies();
    await page.locator("main").getByRole("button", { name: "Save" }).click();
    await page.locator("[role=dialog] input[autocomplete=current-password]").fill(OWNER.password);
    await page.locator("[role=dialog] button[type=submit]").click();
    const flow = () => api(page, "/flows/discount_by_customer");
    await until("it is saved", async () => Object.values((await flow()).decisions)[0].includes("<text>20</text>"));
    const { newest_version, enabled_version, parameters } = await flow();
    assert.equal(newest_version, enabled_version + 1);
    assert.equal(parameters.find(({ name }) => name === "wait_hours").value, 0.0005);
    await page.getByText(`version ${newest_version} is newer`).waitFor();
    desk.state = await context.storageState();
  });
});

test("decision tables look right everywhere", { skip }, async () => {
  await desk.inAllViews("flow-decisions", TABLE, async (page) => {
    await cell(page, "vip_percent").waitFor();
    await page.getByLabel("cart.total").fill("200");
    await page.getByLabel("customer.orders").fill("0");
    await page.getByRole("button", { name: /^Deci/ }).click();
    await page.getByText(/Rule 3 matched|Vale la regola 3/).waitFor();
    await toTop(page);
  });
  await desk.inAllViews("flow-decisions-wrong", TABLE, async (page) => {
    await type(page, "new_total", "150 oppure 3");
    await page.getByText(/is not understood|non si capisce/).first().waitFor();
    await toTop(page);
  });
});
