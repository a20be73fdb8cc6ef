/**
 * Sends a scenario from a real browser with `@segment/analytics-next`, from a page of another origin (the shop's), so
 * that preflights and CORS are part of it. Fails too when the page asks any host outside this machine for something.
 */

import { sendFromPage } from "./browser-shop.mjs";

await sendFromPage("./browser-page.js");
