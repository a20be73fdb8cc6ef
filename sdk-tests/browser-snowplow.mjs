/**
 * Sends a scenario from a real browser with `@snowplow/browser-tracker` and its e-commerce plug-in, from a page of another
 * origin (the shop's): the tracker calls with credentials, which is part of it.
 */

import { sendFromPage } from "./browser-shop.mjs";

await sendFromPage("./browser-snowplow-page.js");
