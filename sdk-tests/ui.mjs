/**
 * Opens the web interface of a running server as a person would: `ui.mjs BASE_URL [FOLDER]`.
 *
 * On a desktop and a phone, in Italian and English, light and dark: the page on which one signs in (or, on a new server,
 * makes the first account) says the right words, nothing is wider than the screen, nothing is on the console, no other
 * host is asked. With FOLDER it leaves a picture of each there.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { openBrowser, watchPage } from "./chromium.mjs";
import { fail } from "./scenario.mjs";

const [baseUrl, folder] = process.argv.slice(2);
if (!baseUrl) fail(`usage: ${process.argv[1]} BASE_URL [FOLDER]`);

const TITLES = {
  "/sign-in": { en: "Sign in", it: "Accedi" },
  "/first-run": { en: "Welcome to Ritorno", it: "Ti diamo il benvenuto in Ritorno" },
};
const CASES = [
  { locale: "en-GB", width: 1280, colorScheme: "light" },
  { locale: "it-IT", width: 1280, colorScheme: "dark" },
  { locale: "it-IT", width: 375, colorScheme: "light" },
  { locale: "en-GB", width: 375, colorScheme: "dark" },
  { locale: "de-DE", width: 375, colorScheme: "light" },
];

async function check(browser, { locale, width, colorScheme }) {
  const context = await browser.newContext({ locale, colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const problems = watchPage(page);
  await page.goto(baseUrl);
  await page.locator("h1").waitFor({ timeout: 10_000 });

  const titles = TITLES[new URL(page.url()).pathname];
  assert.ok(titles, `somebody who is not signed in is led to a page for that, not to ${page.url()}`);
  const language = locale.startsWith("it") ? "it" : "en";
  assert.equal(await page.locator("h1").innerText(), titles[language]);
  assert.equal(await page.evaluate(() => document.documentElement.lang), language);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, "nothing is wider than the screen");
  if (folder) await page.screenshot({ path: join(folder, `page-${language}-${width}-${colorScheme}.png`), fullPage: true });

  const other = language === "it" ? "en" : "it";
  await page.getByRole("radio", { checked: true }).focus();
  await page.keyboard.press(language === "it" ? "ArrowRight" : "ArrowLeft");
  await page.getByRole("heading", { name: titles[other] }).waitFor({ timeout: 5_000 });
  await page.reload();
  await page.getByRole("heading", { name: titles[other] }).waitFor({ timeout: 5_000 });
  // A browser notes every refused answer; that nobody is signed in yet is the one that belongs here.
  assert.deepEqual(problems.filter((problem) => !/401 .*\/api\/v1\/session/.test(problem)), []);
  await context.close();
}

const browser = await openBrowser();
try {
  for (const each of CASES) await check(browser, each);
  console.log(`${CASES.length} pages looked at`);
} finally {
  await browser.close();
}
