/** What every page must hold, in every language, scheme and width. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What of it a colour scheme can change. The rest is looked for once a width: it is what takes the time. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];
const PICTURES = process.env.RITORNO_TEST_PICTURES;

/** Language, scheme and width: each language in each scheme, and each width in each language. */
export const VIEWS = [
  { locale: "it-IT", colorScheme: "light", width: 1280 },
  { locale: "en-GB", colorScheme: "dark", width: 1280 },
  { locale: "it-IT", colorScheme: "dark", width: 375 },
  { locale: "en-GB", colorScheme: "light", width: 375 },
];

export function nameOf({ locale, colorScheme, width }) {
  return `${locale.slice(0, 2)}-${colorScheme}-${width}`;
}

/** Waits until nothing is being fetched or drawn in skeletons. */
export async function settled(page) {
  await page.locator("main h1, main [role=alert], h1").first().waitFor({ timeout: 20_000 });
  await page.waitForFunction(() => !document.querySelector(".mantine-Skeleton-root, [aria-busy=true]"), null, { timeout: 20_000 });
  await page.evaluate(() => document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
}

/** Looks at the page as it stands; `problems` is what the watcher of the page has seen. */
export async function look(page, view, name, problems) {
  await settled(page);
  const found = [];
  const expect = (holds, what) => holds || found.push(what);
  const facts = await page.evaluate(() => ({
    language: document.documentElement.lang,
    wide: document.documentElement.scrollWidth - window.innerWidth,
    headings: document.querySelectorAll("h1").length,
    title: document.title,
    keys: [...document.querySelectorAll("main *")]
      // What a shop calls things, such as `order.created`, stands in code.
      .filter((each) => each.children.length === 0 && !each.closest("code, pre"))
      .map((each) => each.textContent)
      .filter((text) => /^[a-z][A-Za-z]+(\.[a-z][A-Za-z]+)+$/.test(text) && !text.includes("@")),
  }));
  expect(facts.language === view.locale.slice(0, 2), `the page's language is ${facts.language}`);
  // A pixel comes from rounding: nobody can scroll by it.
  expect(facts.wide <= 1, `it is ${facts.wide} pixels wider than the screen`);
  expect(facts.headings === 1, `it has ${facts.headings} h1`);
  expect(facts.title.length > 0, "it has no title");
  await page.evaluate(AXE);
  const rules = view.colorScheme === "dark" ? { type: "rule", values: OF_COLOURS } : { type: "tag", values: STANDARDS };
  const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), rules);
  for (const { id, nodes } of violations) {
    found.push(`axe ${id}: ${nodes.length} × ${nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
  // That nobody is signed in yet is found out by asking.
  const asked = (problem) => problem.includes("401") && problem.includes("/api/v1/session");
  found.push(...problems.splice(0).filter((problem) => !asked(problem)));
  if (PICTURES) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `${name}-${nameOf(view)}.png`), fullPage: true });
  }
  return found.map((what) => `${name} (${nameOf(view)}): ${what}`);
}

export function none(found) {
  assert.deepEqual(found, []);
}
