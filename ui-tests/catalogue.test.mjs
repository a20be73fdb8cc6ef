/** The catalogue as a person meets it: empty, a feed uploaded with rows that are wrong, products looked at; where facts come from. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Desk, EN } from "./desk.mjs";
import { look, none } from "./pages.mjs";
import { until } from "./shop.mjs";

const skip = existsSync(new URL("../web/dist/index.html", import.meta.url).pathname) ? false : "skipped: web/dist is not built";
const FEED = `id,title,price,sale_price,availability,quantity,brand,product_type,item_group_id,color
l1,Lampada Arco,129.00 EUR,,in stock,14,Flos,Luce > Lampade,,
l2,"Lampadina «Edison» 60 W, E27, luce calda",4.50 EUR,3.90 EUR,in stock,3,Osram,Luce > Lampadine,,
l3,Sedia,dieci,,in stock,2,,Casa,,
v1,Vaso,19 EUR,,in stock,8,,Casa,vaso,rosso
v2,Vaso,19 EUR,,out of stock,0,,Casa,vaso,blu
v3,Vaso,-3,,out of stock,0,,Casa,vaso,nero
<b>x</b>,<script>alert(1)</script> & Figli,1 EUR,,out of stock,0,,,,
`;
let desk;
let address;
/** What is at the address now. */
let file = "";

before(async () => {
  if (skip) return;
  // The address of these tests is on this machine.
  desk = await Desk.open("Luci", ["--allow-private-addresses"]);
  address = createServer((_, answer) => answer.end(file));
  await new Promise((ready) => address.listen(0, "127.0.0.1", ready));
});
after(async () => {
  await desk?.close();
  address?.close();
});

test("an empty catalogue says how it is filled", { skip }, async () => {
  await desk.inAllViews("products-empty", "/products");
  await desk.inAllViews("feeds-empty", "/products/feeds");
  await desk.inAllViews("stores-empty", "/products/stores");
  await desk.inAllViews("health-empty", "/data/health");
});

test("a feed is uploaded, and what is wrong is named", { skip }, async () => {
  await desk.page(EN, async (page, problems) => {
    await desk.at(page, "/products");
    await page.getByRole("link", { name: "Upload a feed" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("input[type=file]").setInputFiles({ name: "luci.csv", mimeType: "text/csv", buffer: Buffer.from(FEED) });
    await dialog.getByRole("button", { name: "Upload", exact: true }).click();
    await dialog.getByText("5 rows went in").waitFor();
    const rows = await dialog.locator("ul li").allInnerTexts();
    assert.deepEqual(rows.map((row) => row.replaceAll(/\s+/g, " ")), ['Line 4 price "dieci" is no amount, such as 12.50 EUR', 'Line 7 price "-3" is negative']);
    none(await look(page, EN, "upload-result", problems));
    await dialog.getByRole("button", { name: "Close" }).last().click();
    await until("the products are listed", async () => (await desk.api(page, "/products")).items.length === 4);
    await page.goto(`${desk.shop.url}/products?q=lamp`);
    await page.getByText("Lampada Arco").waitFor();
    await page.getByText("Lampada Arco").click();
    await page.waitForURL(/\/products\/[0-9a-f-]+$/);
    await page.getByRole("heading", { level: 1, name: "Lampada Arco" }).waitFor();
  });
});

test("a feed is fetched from an address, and what is missing asks before it is taken away", { skip }, async () => {
  const lamps = (n) => `id,title,price\n${Array.from({ length: n }, (_, i) => `a${i},Applique ${i},${i + 1}.00 EUR\n`).join("")}`;
  file = lamps(6);
  const products = async (page) => (await desk.api(page, "/products?q=applique")).items.length;
  await desk.page(EN, async (page, problems) => {
    await desk.at(page, "/products/feeds");
    await page.getByRole("button", { name: "Fetch from an address" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Address of the file").fill(`http://127.0.0.1:${address.address().port}/appliques.csv`);
    await dialog.getByLabel("Whose products these are").fill("appliques");
    await dialog.getByLabel("This feed names everything that is sold").check();
    none(await look(page, EN, "feed-address-form", problems));
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("read to the end").waitFor({ timeout: 30_000 });
    await until("the products are listed", async () => (await products(page)) === 6);
    file = lamps(2);
    const run = async () => {
      await page.getByRole("button", { name: "What can be done with appliques" }).click();
      await page.getByRole("menuitem", { name: "Fetch now" }).click();
    };
    await run();
    await page.getByText("appliques: what is missing was not taken away").waitFor({ timeout: 30_000 });
    assert.equal(await products(page), 6);
    none(await look(page, EN, "feed-held-back", problems));
  });
  await desk.inAllViews("feeds-held-back", "/products/feeds");
  await desk.page(EN, async (page) => {
    await desk.at(page, "/products/feeds");
    await page.getByRole("button", { name: "Take them away" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Take them away" }).click();
    await until("what is missing is gone", async () => (await products(page)) === 2);
    await page.getByRole("button", { name: "What can be done with appliques" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("appliques.csv").last().waitFor();
  });
});

test("the catalogue looks right everywhere", { skip }, async () => {
  const id = await desk.page(EN, async (page) => (await desk.api(page, "/products?q=vaso")).items[0].id);
  await desk.inAllViews("products", "/products");
  await desk.inAllViews("products-none", "/products?q=nothing");
  await desk.inAllViews("products-out", "/products?state=out");
  await desk.inAllViews("product", `/products/${id}`);
  await desk.inAllViews("feeds", "/products/feeds");
  await desk.inAllViews("data-health", "/data/health");
});

test("a field says where it comes from", { skip }, async () => {
  await desk.shop.send([
    { type: "identify", userId: "mario", traits: { email: "mario@customer.example", phone: "+39 347 1234567" } },
    { type: "track", userId: "mario", event: "Product Added", properties: { cart_id: "c1", product_id: "l1", price: 129, currency: "EUR" } },
  ]);
  await desk.page(EN, async (page, problems) => {
    const [customer] = await until("the customer is there", async () => {
      const { items } = await desk.api(page, "/customers");
      return items.length > 0 && items;
    });
    await desk.at(page, `/customers/${customer.id}`);
    await page.getByRole("button", { name: /^Phone: where does this come from/ }).click();
    await page.getByText("identify").waitFor();
    none(await look(page, EN, "lineage", problems));
    const [cart] = (await desk.api(page, "/carts")).items;
    await desk.at(page, `/carts/${cart.id}`);
    await page.getByRole("link", { name: "Lampada Arco" }).waitFor();
    none(await look(page, EN, "cart-with-catalogue", problems));
  });
  await desk.inAllViews("data-health-spoken", "/data/health");
});
