/**
 * A shop's page in a real browser, of another origin than the server, so that preflights and CORS are part of it. It loads a
 * script that offers `run(baseUrl, writeKey, calls)`, which answers what was not delivered. Fails too when the page asks any host
 * outside this machine for something.
 */

import { createServer } from "node:http";
import { build } from "esbuild";
import { openBrowser, watchPage } from "./chromium.mjs";
import { fail, readArguments } from "./scenario.mjs";

/** Sends the scenario of the command line from a page with this script. */
export async function sendFromPage(entry) {
  const { baseUrl, writeKey, calls } = readArguments();

  const bundle = await build({
    entryPoints: [new URL(entry, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const script = bundle.outputFiles[0].text;

  const shop = createServer((request, response) => {
    if (request.url === "/shop.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    } else {
      response
        .writeHead(200, { "content-type": "text/html; charset=utf-8" })
        .end('<!doctype html><html lang="it"><title>Negozio</title><link rel="icon" href="data:,"><script src="/shop.js"></script><h1>Negozio</h1>');
    }
  });
  await new Promise((resolve) => shop.listen(0, "127.0.0.1", resolve));

  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    const problems = watchPage(page);
    await page.goto(`http://127.0.0.1:${shop.address().port}/`);
    const failed = await page.evaluate(
      ([url, key, list]) => globalThis.run(url, key, list),
      [baseUrl, writeKey, calls],
    );
    problems.push(...failed);
    if (problems.length > 0) fail(problems.join("\n"));
    console.log(`${calls.length} sent`);
  } finally {
    await browser.close();
    shop.close();
  }
}
