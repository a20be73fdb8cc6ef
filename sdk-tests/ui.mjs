/**
 * Opens the page of a running server as a person would: `ui.mjs BASE_URL [FOLDER]`.
 *
 * On a desktop and a phone, in Italian and English, light and dark: the right words, live figures, nothing wider than
 * the screen, nothing on the console, no other host. With FOLDER it leaves a picture of each there.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { openBrowser, watchPage } from "./chromium.mjs";
import { fail } from "./scenario.mjs";

const [baseUrl, folder] = process.argv.slice(2);
if (!baseUrl) fail(`usage: ${process.argv[1]} BASE_URL [FOLDER]`);

const TITLE = { en: "Ritorno is running", it: "Ritorno è in funzione" };
const CASES = [
  { locale: "en-GB", width: 1280, colorScheme: "light" },
  { locale: "it-IT", width: 1280, colorScheme: "dark" },
  { locale: "it-IT", width: 390, colorScheme: "light" },
  { locale: "en-GB", width: 390, colorScheme: "dark" },
  { locale: "de-DE", width: 390, colorScheme: "light" },
];

async function check(browser, { locale, width, colorScheme }) {
  const context = await browser.newContext({ locale, colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const problems = watchPage(page);
  await page.goto(baseUrl);
  await page.locator('#health[data-state="ready"], #health[data-state="hold"]').waitFor({ timeout: 10_000 });

  const language = locale.startsWith("it") ? "it" : "en";
  assert.equal(await page.locator("h1").innerText(), TITLE[language]);
  assert.equal(await page.evaluate(() => document.documentElement.lang), language);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "nothing is wider than the screen");
  for (const figure of ["lag", "timers", "outbox"]) {
    assert.notEqual(await page.locator(`#figure-${figure}`).innerText(), "–", `the figure ${figure} is known`);
  }
  if (folder) await page.screenshot({ path: join(folder, `page-${language}-${width}-${colorScheme}.png`), fullPage: true });

  const other = language === "it" ? "en" : "it";
  await page.locator(`[data-language="${other}"]`).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("h1").innerText(), TITLE[other], "the switch works from the keyboard");
  await page.reload();
  assert.equal(await page.locator("h1").innerText(), TITLE[other], "the choice is kept");
  assert.deepEqual(problems, []);
  await context.close();
}

const browser = await openBrowser();
try {
  for (const each of CASES) await check(browser, each);
  console.log(`${CASES.length} pages looked at`);
} finally {
  await browser.close();
}
