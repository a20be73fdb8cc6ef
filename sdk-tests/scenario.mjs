/**
 * What every script here takes: `BASE_URL WRITE_KEY SCENARIO.json`.
 *
 * A scenario is a JSON list of calls in the order in which the shop makes them:
 * `{type, event?, name?, userId?, anonymousId?, previousId?, groupId?, properties?, traits?, context?, messageId?, timestamp?}`,
 * with the meaning of Segment's specification. `timestamp` is RFC 3339; without it the SDK takes the present.
 */

import { readFileSync } from "node:fs";

const TYPES = new Set(["identify", "track", "page", "screen", "group", "alias"]);

export function readArguments() {
  const [baseUrl, writeKey, file] = process.argv.slice(2);
  if (!file) fail(`usage: ${process.argv[1]} BASE_URL WRITE_KEY SCENARIO.json`);
  const calls = JSON.parse(readFileSync(file, "utf8"));
  for (const call of calls) {
    if (!TYPES.has(call.type)) fail(`the scenario has a call of unknown type ${call.type}`);
  }
  return { baseUrl: baseUrl.replace(/\/+$/, ""), writeKey, calls };
}

/** The arguments of one call for the two Node SDKs, whose `track`, `identify` … take the same object. */
export function nodeMessage({ type: _type, timestamp, ...rest }) {
  return timestamp ? { ...rest, timestamp: new Date(timestamp) } : rest;
}

export function fail(reason) {
  console.error(reason);
  process.exit(1);
}
