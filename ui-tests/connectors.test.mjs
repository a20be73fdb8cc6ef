/** Each shop that has an API connected as a new user would, step by step beside a double of it: in Italian on a desktop to the end, in English on a phone to the test. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { Desk, EN } from "./desk.mjs";
import { look, none } from "./pages.mjs";
import { until } from "./shop.mjs";
import { GOODS } from "./shops/double.mjs";
import { MAGENTO, Magento } from "./shops/magento.mjs";
import { MEDUSA, Medusa } from "./shops/medusa.mjs";
import { PRESTASHOP, PrestaShop } from "./shops/prestashop.mjs";
import { CommerceCloud, SFCC } from "./shops/sfcc.mjs";
import { Shopify, SHOPIFY } from "./shops/shopify.mjs";
import { VENDURE, Vendure } from "./shops/vendure.mjs";

const DIST = new URL("../web/dist/", import.meta.url).pathname;
const skip = existsSync(`${DIST}index.html`) ? false : "skipped: web/dist is not built";
const DESKTOP = { locale: "it-IT", colorScheme: "light", width: 1280 };
const PHONE = { locale: "en-GB", colorScheme: "light", width: 375 };

/** `fields`: what is typed in, by the Italian name, with the English one behind `|`; the last one is the secret that is wrong at first. */
const WALKS = [
  {
    kind: "shopify",
    title: "Shopify",
    Shop: Shopify,
    fields: { "Client ID|Client ID": SHOPIFY.id, "Client secret|Client secret": SHOPIFY.secret },
    address: "Indirizzo del negozio|Address of the shop",
    ownKey: () => ["I tuoi webhook saranno firmati con", SHOPIFY.webhooks],
    secret: () => SHOPIFY.webhooks,
    webhook: (shop) => ["orders/create", shop.order(shop.sell({ who: 0, what: 0 }))],
    variants: 6,
  },
  {
    kind: "magento",
    title: "Magento · Adobe Commerce",
    Shop: Magento,
    fields: { "Access Token|Access Token": MAGENTO.token },
    address: "URL di base|Base URL",
    // Adobe’s events are signed with a private key; the connection has the public one.
    ownKey: (shop) => ["Chiave pubblica (PEM) di Adobe I/O", shop.keys.publicKey],
    secret: (shop) => shop.keys.privateKey,
    wrong: (shop) => shop.strangers.privateKey,
    webhook: (shop) => ["com.adobe.commerce.observer.sales_order_save_commit_after", shop.order(shop.sell({ who: 0, what: 0 }))],
  },
  {
    kind: "prestashop",
    title: "PrestaShop",
    Shop: PrestaShop,
    fields: { "Valuta|Currency": "EUR", "Chiave|Key": PRESTASHOP.key },
    address: "Indirizzo del negozio|Address of the shop",
    webhook: (shop) => ["order.updated", { order: shop.order(shop.sell({ who: 0, what: 0 })) }],
  },
  {
    kind: "sfcc",
    title: "Salesforce Commerce Cloud",
    Shop: CommerceCloud,
    fields: { "API client ID|API client ID": SFCC.client, "ID del sito|Site ID": SFCC.site, "Account Manager (facoltativo)|Account Manager (optional)": (shop) => `${shop.url}/dwsso/oauth2/access_token`, "Password dell’API client|Password of the API client": SFCC.password },
    address: "Host dell’istanza|Host of the instance",
    webhook: (shop) => ["order.updated", shop.order(shop.sell({ who: 0, what: 0 }))],
  },
  {
    kind: "vendure",
    title: "Vendure",
    Shop: Vendure,
    fields: { "Indirizzo e-mail dell’amministratore|Email address of the administrator": VENDURE.username, "Password|Password": VENDURE.password },
    address: "Indirizzo del server Vendure|Address of the Vendure server",
    file: "ritorno.plugin.ts",
    webhook: (shop) => ["order/state", shop.order(shop.sell({ who: 0, what: 0 }))],
  },
  {
    kind: "medusa",
    title: "Medusa",
    Shop: Medusa,
    fields: { "Chiave API segreta|Secret API key": MEDUSA.key },
    address: "Indirizzo del server Medusa|Address of the Medusa server",
    file: "ritorno.ts",
    webhook: (shop) => ["order.placed", shop.order(shop.sell({ who: 0, what: 0 }))],
  },
];
let desk;
const shops = new Map();

before(async () => {
  if (skip) return;
  for (const { kind, Shop } of WALKS) shops.set(kind, await Shop.open());
  // The doubles are on this machine.
  desk = await Desk.open("Bottega", ["--allow-private-addresses"]);
});

after(async () => {
  await desk?.close();
  shops.forEach((shop) => shop.close());
});

const named = async (page, name) => (await desk.api(page, "/connections")).items.find((each) => each.name === name);
const inLanguage = (label, view) => label.split("|")[view === DESKTOP ? 0 : 1];
const label = (page, name) => page.getByLabel(name, { exact: true });
/** What stands in the box to be copied beside this name. */
const copied = (page, name) => page.getByRole("button", { name: `Copia: ${name}` }).locator("xpath=..").locator("code").textContent();

/** From the list to the step of the credentials, filled in; the last of them is still wrong. */
async function fill(page, walk, view, shop, name) {
  await desk.at(page, "/data/connections/new");
  await page.getByRole("link", { name: new RegExp(walk.title) }).click();
  await label(page, inLanguage("Nome del collegamento|Name of the connection", view)).fill(name);
  await label(page, inLanguage(walk.address, view)).fill(shop.url);
  const fields = Object.entries(walk.fields).map(([each, value]) => [inLanguage(each, view), typeof value === "function" ? value(shop) : value]);
  const [last, right] = fields.pop();
  for (const [each, value] of fields) await label(page, each).fill(value);
  await label(page, last).fill(`${right.slice(0, -1)}~`);
  return async () => label(page, last).fill(right);
}

for (const walk of WALKS) {
  const { kind, title } = walk;

  test(`${title} in Italian: from nothing to what was before, a webhook and an order that nobody told of`, { skip }, async () => {
    const shop = shops.get(kind);
    const name = `Bottega ${title}`;
    await desk.page(DESKTOP, async (page, problems) => {
      const found = [];
      const picture = async (step) => found.push(...(await look(page, DESKTOP, `walk-${kind}-${step}`, problems)));
      const correct = await fill(page, walk, DESKTOP, shop, name);
      await picture("1-access");
      await page.getByRole("button", { name: "Salva e prova il collegamento" }).click();
      await page.getByRole("alert").filter({ hasText: "Il negozio rifiuta queste credenziali" }).waitFor();
      await picture("2-refused");
      await correct();
      await page.getByRole("button", { name: "Prova di nuovo" }).or(page.getByRole("button", { name: "Salva e prova il collegamento" })).click();
      await page.getByText("Il negozio risponde").waitFor();
      await picture("3-works");
      await page.getByRole("button", { name: "Avanti", exact: true }).click();
      await hears(page, walk, shop, picture);
      await page.getByRole("button", { name: "Avanti", exact: true }).click();
      await page.getByRole("button", { name: "Porta qui" }).click();
      await page.getByText("Il passato è tutto qui").waitFor({ timeout: 60_000 });
      await picture("5-history");
      await page.getByRole("button", { name: "Avanti", exact: true }).click();
      await page.getByRole("heading", { name: `${name} è collegato` }).waitFor();
      await picture("6-done");
      const { source } = await named(page, name);
      await holds(page, walk, shop);
      await misses(page, walk, shop, source, picture);
      none(found);
    });
  });

  test(`${title} in English on a phone: the guide, a wrong secret, the right one`, { skip }, async () => {
    const shop = shops.get(kind);
    await desk.page(PHONE, async (page, problems) => {
      const found = [];
      const correct = await fill(page, walk, PHONE, shop, `Phone ${title}`);
      await page.getByRole("button", { name: "Save and test the connection" }).click();
      // The shop is connected already: the ids of a second one get a word before them, and the field for it shows itself.
      await page.getByRole("alert").filter({ hasText: "A shop of this kind is connected already" }).waitFor();
      problems.splice(0, problems.length, ...problems.filter((problem) => !problem.includes("409")));
      await label(page, "Word before the ids").fill("phone");
      await page.getByRole("button", { name: "Save and test the connection" }).click();
      await page.getByRole("alert").filter({ hasText: "The shop refuses these credentials" }).waitFor();
      found.push(...(await look(page, PHONE, `walk-${kind}-2-refused`, problems)));
      await correct();
      await page.getByRole("button", { name: "Test again" }).or(page.getByRole("button", { name: "Save and test the connection" })).click();
      await page.getByText("The shop answers").waitFor();
      await page.getByRole("button", { name: "Next", exact: true }).click();
      await page.getByText("Waiting for the first webhook").waitFor();
      found.push(...(await look(page, PHONE, `walk-${kind}-4-webhooks`, problems)));
      const { source } = await named(page, `Phone ${title}`);
      await desk.write(page, "DELETE", `/connections/${source}`);
      none(found);
    });
  });
}

/** The step of the webhooks: our values are copied, one comes with a wrong signature, then a right one. */
async function hears(page, walk, shop, picture) {
  await page.getByText("In attesa del primo webhook").waitFor();
  const address = await copied(page, "Indirizzo per i webhook");
  if (walk.file) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: walk.file }).or(page.getByRole("button", { name: walk.file })).click()]);
    assert.equal(download.suggestedFilename(), walk.file);
  }
  if (walk.ownKey) {
    const [name, key] = walk.ownKey(shop);
    await label(page, name).fill(key);
    await page.getByRole("button", { name: "Salva", exact: true }).click();
    await page.getByText("Il segreto è cambiato").or(page.getByText("La chiave è salvata")).first().waitFor();
  } else {
    // It was made with the connection: it stands there, and no other one is made.
    await page.getByText("Si vede solo questa volta").waitFor();
  }
  const secret = walk.secret?.(shop) ?? (await copied(page, "Segreto"));
  if (shop.challenge) assert.ok(await shop.challenge(address));
  const [topic, order] = walk.webhook(shop);
  assert.equal((await shop.tell(address, walk.wrong?.(shop) ?? "un altro segreto", topic, order)).status, 401);
  await page.getByText("È arrivato un webhook con la firma sbagliata").waitFor();
  await picture("4-wrong-signature");
  const answer = await shop.tell(address, secret, topic, order);
  assert.equal(answer.status, 200);
  assert.deepEqual(((said) => [said.events > 0, said.kept_aside])(await answer.json()), [true, 0]);
  await page.getByText("È arrivato il primo webhook").waitFor();
  await picture("4-webhooks");
}

/** Everything from before is here, and nothing was left aside. */
async function holds(page, { kind }, shop) {
  const mine = (email) => email?.endsWith(`@${kind}.example`);
  await until("customers and orders are in", async () => {
    const customers = (await desk.api(page, "/customers?limit=200")).items.filter(({ email }) => mine(email));
    const orders = (await desk.api(page, "/orders?limit=200")).items.filter(({ customer }) => customers.some(({ id }) => id === customer.id));
    return customers.length === shop.people.length && orders.length === shop.sales.length;
  });
  const names = (await desk.api(page, "/products?limit=200")).items.map(({ name }) => name);
  for (const { name } of GOODS) assert.ok(names.includes(name), `${kind}: ${name} is not in ${names.join(", ")}`);
  const { source } = (await desk.api(page, "/connections")).items.find((each) => each.shop === kind);
  assert.deepEqual((await desk.api(page, `/connections/${source}/rejected?state=open`)).items, []);
}

/** An order that nobody told of: the comparison says so. */
async function misses(page, { kind }, shop, source, picture) {
  shop.sell({ who: 1, what: 2, quantity: 4 });
  await desk.at(page, `/data/connections/${source}`);
  await page.getByRole("button", { name: "Confronta ora" }).click();
  await page.getByText("Mancava 1 ordine, ritrovato").waitFor({ timeout: 40_000 });
  await page.reload();
  await picture("7-recovered");
  const { wrong_signatures: wrong } = await desk.api(page, `/connections/${source}`);
  assert.equal(wrong, 1, `${kind}: wrong signatures`);
}

test("the page of data health says what the comparisons found", { skip }, async () => {
  const found = [];
  for (const [view, words] of [[DESKTOP, "Mancava 1 ordine, ritrovato"], [PHONE, "1 order was missing and is recovered"]]) {
    await desk.page(view, async (page, problems) => {
      await desk.at(page, "/data/health");
      await page.getByText(words).first().waitFor();
      found.push(...(await look(page, view, "health-compared", problems)));
    });
  }
  none(found);
});

test("a shop that lets nobody in any more is told on Home, in data health, by doctor and in the metrics", { skip }, async () => {
  await desk.page(EN, async (page, problems) => {
    const { source } = await named(page, "Bottega Medusa");
    await desk.write(page, "PATCH", `/connections/${source}`, { credentials: { secret_key: "sk_revoked" } });
    await desk.write(page, "POST", `/connections/${source}/backfill`, { kinds: ["orders"] });
    await until("it is stopped", async () => (await desk.api(page, "/data-health/alarms")).alarms.some(({ trouble }) => trouble === "stopped"));
    await desk.at(page, "/");
    const alarm = page.getByRole("link", { name: "Source that is silent or stopped" });
    await alarm.waitFor();
    none(await look(page, EN, "home-stopped", problems));
    await alarm.click();
    await page.getByRole("alert").filter({ hasText: "Bottega Medusa is not read any more" }).waitFor();
    none(await look(page, EN, "health-stopped", problems));
    assert.match(await (await fetch(`${desk.shop.url}/metrics`)).text(), /ritorno_shops_stopped 1\b/);
    assert.throws(() => desk.shop.command("doctor"), /Bottega Medusa/);
    assert.deepEqual(problems, []);
  });
});

test("a customer's word on being passed on to another CRM is written down on their page", { skip }, async () => {
  await desk.page(DESKTOP, async (page, problems) => {
    const { id } = (await desk.api(page, "/customers?limit=1")).items[0];
    await desk.at(page, `/customers/${id}`);
    await page.getByRole("button", { name: "Annota un no alla condivisione" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Annota un no alla condivisione" }).click();
    await page.getByText("Dati a un altro CRM", { exact: true }).waitFor();
    await until("it is written down", async () => (await desk.api(page, `/customers/${id}`)).consent.some(({ purpose, channel, is_granted: yes }) => purpose === "sharing" && channel === "crm" && !yes));
    none(await look(page, DESKTOP, "customer-sharing", problems));
  });
});
