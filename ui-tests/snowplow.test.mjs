/** A Snowplow tracker connected as a new user would: the key, the guide, the first event; in Italian on a desktop, in English on a phone. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { Desk } from "./desk.mjs";
import { look, none } from "./pages.mjs";

const DIST = new URL("../web/dist/", import.meta.url).pathname;
const skip = existsSync(`${DIST}index.html`) ? false : "skipped: web/dist is not built";
const WALKS = [
  { view: { locale: "it-IT", colorScheme: "light", width: 1280 }, name: "Pagine del negozio", make: "Crea la chiave", label: "Nome", waiting: "In attesa del primo evento", heard: "Il tracker si fa sentire", copy: "Copia" },
  { view: { locale: "en-GB", colorScheme: "light", width: 375 }, name: "Pages of the shop", make: "Make the key", label: "Name", waiting: "Waiting for the first event", heard: "The tracker is heard", copy: "Copy" },
];
let desk;

before(async () => {
  if (!skip) desk = await Desk.open("Bottega");
});

after(() => desk?.close());

for (const { view, name, make, label, waiting, heard, copy } of WALKS) {
  test(`in ${view.locale}: the key, the guide and the first event`, { skip }, async () => {
    await desk.page(view, async (page, problems) => {
      const found = [];
      const picture = async (step) => found.push(...(await look(page, view, `snowplow-${step}`, problems)));
      await desk.at(page, "/data/connections/new");
      await picture("0-pick");
      await page.getByRole("link", { name: /^Snowplow/ }).click();
      await page.getByLabel(label, { exact: true }).fill(name);
      await picture("1-key");
      await page.getByRole("button", { name: make }).click();
      await page.getByText(waiting).waitFor();
      await picture("2-guide");
      const key = await page.getByRole("button", { name: `${copy}: App id` }).locator("xpath=..").locator("code").textContent();
      assert.match(key, /^wk_/);
      assert.ok((await page.locator("pre, code").allTextContents()).some((text) => text.includes(`appId: "${key}"`)), "the example has the key in it");
      const event = { e: "pv", eid: "e-1", aid: key, duid: "d-1", page: "Home", dtm: String(Date.now()) };
      const answer = await page.request.post(`${desk.shop.url}/com.snowplowanalytics.snowplow/tp2`, { data: { data: [event] } });
      assert.equal(answer.status(), 200, await answer.text());
      await page.getByText(heard).waitFor();
      await picture("3-heard");
      await desk.at(page, "/data/sources");
      await page.getByText("Snowplow", { exact: true }).first().waitFor();
      none(found);
    });
  });
}
