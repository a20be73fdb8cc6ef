/** Opens the machine's own Chromium. Debian's package is enough; `RITORNO_TEST_CHROMIUM` names another one. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export async function openBrowser() {
  const executablePath = process.env.RITORNO_TEST_CHROMIUM ?? PLACES.find(existsSync);
  if (!executablePath) throw new Error("no Chromium found: install it (Debian: apt-get install chromium) or set RITORNO_TEST_CHROMIUM");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Nothing but this machine can be reached, whatever a page asks for. (Intercepting requests in Playwright would
      // do the same, but then Chromium leaves out the preflights that are part of what is tested.)
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
}

/** A list that fills with what a page must not do: errors on its console, and requests to a host that is not this machine. */
export function watchPage(page) {
  const problems = [];
  page.on("pageerror", (error) => problems.push(`error on the page: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !["127.0.0.1", "localhost"].includes(url.hostname)) {
      problems.push(`the page asked another host: ${url}`);
    }
  });
  return problems;
}
