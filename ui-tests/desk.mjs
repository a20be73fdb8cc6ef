/** The owner's browser over a shop of its own: pages in any view, the API as a page calls it, and what each page must hold. */

import assert from "node:assert/strict";
import { openBrowser, watchPage } from "../sdk-tests/chromium.mjs";
import { look, none, settled, VIEWS } from "./pages.mjs";
import { OWNER, Shop } from "./shop.mjs";

export const EN = { locale: "en-GB", colorScheme: "light", width: 1280 };

export class Desk {
  /** A browser and a shop with its owner, who is signed in. `args`: further options of `ritorno serve`. */
  static async open(name = "Monti", args = []) {
    const desk = new Desk();
    desk.browser = await openBrowser();
    desk.shop = await Shop.open(args);
    const context = await desk.browser.newContext();
    const answer = await context.request.post(`${desk.shop.url}/api/v1/first-run`, { data: { ...OWNER, workspace_name: name } });
    assert.equal(answer.status(), 201, await answer.text());
    desk.state = await context.storageState();
    desk.shop.command("settings", `name=${name}`);
    return desk;
  }

  async close() {
    await this.browser.close();
    this.shop.close();
  }

  /** Opens a page for a person, the owner if nobody else is named, and closes it after its use. */
  async page(view, use, state = this.state) {
    const viewport = { width: view.width, height: view.width === 375 ? 780 : 900 };
    const context = await this.browser.newContext({ locale: view.locale, colorScheme: view.colorScheme, viewport, timezoneId: "Europe/Rome", reducedMotion: "reduce", storageState: state });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const problems = watchPage(page);
    try {
      return await use(page, problems, context);
    } finally {
      await context.close();
    }
  }

  async at(page, path) {
    await page.goto(this.shop.url + path);
    await settled(page);
  }

  async api(page, path) {
    const answer = await page.request.get(`${this.shop.url}/api/v1${path}`);
    assert.equal(answer.status(), 200, `${path}: ${await answer.text()}`);
    return answer.json();
  }

  async write(page, method, path, data) {
    const { csrf_token } = await this.api(page, "/session");
    const answer = await page.request.fetch(`${this.shop.url}/api/v1${path}`, { method, data, headers: { "x-csrf-token": csrf_token } });
    assert.ok(answer.ok(), `${method} ${path}: ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  }

  /** Looks at a page in both languages, on a desktop and a phone. `prepare` opens what is to be seen. */
  async inAllViews(name, path, prepare = async () => {}) {
    const found = [];
    for (const view of VIEWS) {
      await this.page(view, async (page, problems) => {
        await this.at(page, path);
        await prepare(page);
        found.push(...(await look(page, view, name, problems)));
      });
    }
    none(found);
  }
}
