/**
 * Walks through the demonstration as a newcomer would: `demo.mjs BASE_URL [FOLDER]`.
 *
 * On a desktop in Italian and on a phone in English, pressing what the guide offers: a product into the cart, checkout, 24 hours
 * later, the mail, its link, the order, the way into Ritorno. Nothing on the console, no other host, nothing wider than the
 * screen. With FOLDER it leaves a picture of each step there.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { openBrowser, watchPage } from "./chromium.mjs";
import { fail } from "./scenario.mjs";

const [baseUrl, folder] = process.argv.slice(2);
if (!baseUrl) fail(`usage: ${process.argv[1]} BASE_URL [FOLDER]`);

const CASES = [
  { locale: "it-IT", width: 1280, leave: "24 ore dopo" },
  { locale: "en-GB", width: 375, leave: "24 hours later" },
];

async function walk(browser, { locale, width, leave }, n) {
  const context = await browser.newContext({ locale, viewport: { width, height: 800 } });
  const page = await context.newPage();
  const problems = watchPage(page);
  const offered = (text = "") => page.locator(".guide .button:visible", { hasText: text }).first();
  const at = async (step) => {
    await page.locator(".guide .over", { hasText: new RegExp(`${step} (di|of) 7`) }).waitFor({ timeout: 15_000 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `step ${step} is wider than the screen`);
    if (folder) await page.screenshot({ path: join(folder, `demo-${locale.slice(0, 2)}-${width}-${step}.png`) });
  };

  await page.goto(`${baseUrl}/demo`);
  await page.locator(".product").first().waitFor();
  await at(1);
  await offered().click();
  await page.locator("#add").click();
  await at(2);
  await offered().click();
  await page.locator("#checkout").click();
  await page.locator("#go-on").click();
  await at(3);
  await offered(leave).click();
  await at(4);
  await page.locator(".guide a[href*='mailbox?mail=']:visible").first().click();
  await page.waitForURL("**/demo/mailbox?mail=*");
  await at(5);
  await page.frameLocator("iframe").locator("a[href*='/c/']").first().click();
  await page.waitForURL("**/demo/cart");
  await at(6);
  assert.equal(await page.locator(".lines li").count(), 1, "the cart is as it was left");
  await page.locator("#checkout").click();
  await page.locator("#order").click();
  await at(7);
  assert.match(await page.locator(".guide").innerText(), /189/, "the guide names the money");
  await offered().click();
  await page.waitForURL("**/reports");
  const session = await page.evaluate(async () => (await fetch("/api/v1/session")).status);
  assert.equal(session, 200, "the visitor is signed in");
  // The order stands with the customer who left the cart, though nobody said yes to being remembered.
  const orders = () => page.evaluate(async () => (await (await fetch("/api/v1/customers?q=ada.ferrero")).json()).items[0]?.orders ?? 0);
  for (let i = 0; i < 50 && (await orders()) < n; i += 1) await page.waitForTimeout(100);
  assert.ok((await orders()) >= n, "each order is Ada's");
  assert.deepEqual(problems, []);
  await context.close();
}

const browser = await openBrowser();
try {
  for (const [i, each] of CASES.entries()) await walk(browser, each, i + 1);
  console.log(`${CASES.length} walks`);
} finally {
  await browser.close();
}
