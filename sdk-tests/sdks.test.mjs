/**
 * What the stock SDKs send when their host alone is changed, seen by the stand-in of echo-server.mjs. These tests fail
 * when a new version of an SDK changes its paths, headers or fields: then the server's door is looked at before the pin
 * moves. Run with `npm test`; RITORNO_TEST_PYTHON names a Python that has requirements.txt installed.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startEcho } from "./echo-server.mjs";

const KEY = "wk_0123456789abcdef";
const SCENARIO = new URL("./scenarios/session.json", import.meta.url).pathname;
const CALLS = JSON.parse(readFileSync(SCENARIO, "utf8"));
const PYTHON = process.env.RITORNO_TEST_PYTHON;

async function send(command, ...args) {
  const echo = await startEcho();
  try {
    const [program, ...before] = command;
    const child = spawn(program, [...before, echo.url, KEY, SCENARIO, ...args], {
      cwd: new URL(".", import.meta.url).pathname,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 120_000,
    });
    let said = "";
    child.stdout.on("data", (chunk) => (said += chunk));
    child.stderr.on("data", (chunk) => (said += chunk));
    const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
    assert.equal(code, 0, said);
    return echo.requests;
  } finally {
    await echo.close();
  }
}

/** What must hold of every event however it came: its kind, who, when, and an id of its own. */
function checkEvents(events) {
  assert.deepEqual(
    events.map(({ type, event, userId, timestamp }) => ({ type, event, userId, time: Date.parse(timestamp) })),
    CALLS.map(({ type, event, userId, timestamp }) => ({ type, event, userId, time: Date.parse(timestamp) })),
  );
  assert.equal(new Set(events.map((event) => event.messageId)).size, events.length, "each event has an id of its own");
  assert.deepEqual(events[2].properties, CALLS[2].properties);
}

function checkBatches(requests, contentType, encoding) {
  for (const { method, path, headers } of requests) {
    assert.equal(`${method} ${path}`, "POST /v1/batch");
    assert.equal(headers.authorization, `Basic ${Buffer.from(`${KEY}:`).toString("base64")}`);
    assert.equal(headers["content-type"], contentType);
    assert.equal(headers["content-encoding"], encoding);
  }
  checkEvents(requests.flatMap((request) => request.json.batch));
}

test("segment node sends JSON batches", async () => {
  checkBatches(await send([process.execPath, "node-segment.mjs"]), "application/json", undefined);
});

test("rudderstack node sends gzipped batches called a form", async () => {
  checkBatches(await send([process.execPath, "node-rudder.mjs"]), "application/x-www-form-urlencoded", "gzip");
});

test("segment python sends JSON batches", { skip: !PYTHON && "skipped: RITORNO_TEST_PYTHON is not set" }, async () => {
  checkBatches(await send([PYTHON, "python-segment.py"]), "application/json", undefined);
});

test("segment python gzips when asked", { skip: !PYTHON && "skipped: RITORNO_TEST_PYTHON is not set" }, async () => {
  checkBatches(await send([PYTHON, "python-segment.py"], "--gzip"), "application/json", "gzip");
});

test("the browser SDK asks for its settings, then sends single events after a preflight", async () => {
  const requests = await send([process.execPath, "browser.mjs"]);
  const [settings, ...rest] = requests;
  assert.equal(`${settings.method} ${settings.path}`, `GET /v1/projects/${KEY}/settings`);
  assert.equal(settings.headers.authorization, undefined);

  const posts = rest.filter((request) => request.method === "POST");
  assert.deepEqual(posts.map((request) => request.path), ["/v1/i", "/v1/p", "/v1/t", "/v1/g", "/v1/a", "/v1/s"]);
  for (const { headers, json } of posts) {
    assert.equal(headers["content-type"], "text/plain");
    assert.equal(headers.authorization, `Basic ${Buffer.from(`${KEY}:`).toString("base64")}`);
    assert.equal(json.writeKey, KEY);
  }
  checkEvents(posts.map((request) => request.json));

  const preflights = rest.filter((request) => request.method === "OPTIONS");
  assert.ok(preflights.length > 0, "another origin with an authorization header asks first");
  for (const { headers } of preflights) {
    assert.equal(headers["access-control-request-method"], "POST");
    assert.equal(headers["access-control-request-headers"], "authorization");
  }
});

/** What Snowplow's trackers send: fields of text, what describes itself among them. */
function checkTracked(requests) {
  const posts = requests.filter((request) => request.method === "POST");
  for (const { path, headers, json } of posts) {
    assert.equal(path, "/com.snowplowanalytics.snowplow/tp2");
    assert.match(headers["content-type"], /^application\/json/);
    assert.match(json.schema, /^iglu:com\.snowplowanalytics\.snowplow\/payload_data\/jsonschema\/1-0-/);
  }
  const tracked = posts.flatMap((request) => request.json.data);
  assert.deepEqual(
    tracked.map(({ aid, uid, dtm }) => ({ aid, uid, dtm })),
    CALLS.map(({ userId, timestamp }) => ({ aid: KEY, uid: userId, dtm: String(Date.parse(timestamp)) })),
  );
  assert.equal(new Set(tracked.map(({ eid }) => eid)).size, CALLS.length, "each event has an id of its own");
  assert.ok(tracked.every(({ stm }) => /^\d{13}$/.test(stm)), "each says when it was sent");
  // The browser posts JSON within JSON, the others base64.
  const plain = (text, coded) => JSON.parse(text ?? Buffer.from(coded, "base64url").toString("utf8"));
  const added = tracked[2];
  assert.ok(added.duid, "it says from which device");
  assert.deepEqual(plain(added.ue_pr, added.ue_px).data.data, { type: "add_to_cart" });
  const beside = plain(added.co, added.cx).data.filter(({ schema }) => schema.includes("ecommerce/")).map(({ data }) => data);
  assert.deepEqual(beside, [
    { id: "p1", name: "Hat", price: 18.99, quantity: 2, currency: "EUR" },
    { cart_id: "c-1", total_value: 0, currency: "EUR" },
  ]);
}

test("snowplow node posts payloads", async () => {
  checkTracked(await send([process.execPath, "node-snowplow.mjs"]));
});

test("the browser tracker of snowplow posts payloads after a preflight", async () => {
  const requests = await send([process.execPath, "browser-snowplow.mjs"]);
  checkTracked(requests);
  const preflights = requests.filter((request) => request.method === "OPTIONS");
  assert.ok(preflights.length > 0, "another origin with JSON asks first");
  assert.equal(preflights[0].headers["access-control-request-headers"], "content-type");
});
