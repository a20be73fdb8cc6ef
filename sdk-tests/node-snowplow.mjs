/** Sends a scenario with `@snowplow/node-tracker`; only the endpoint differs from a stock set-up, and the app id is the key. */

import { buildPageView, buildSelfDescribingEvent, newTracker } from "@snowplow/node-tracker";
import { fail, readArguments } from "./scenario.mjs";
import { ACTION, actionOf, callOf, clockOf, entitiesOf } from "./snowplow-calls.mjs";

const { baseUrl, writeKey, calls } = readArguments();
const { hostname, port } = new URL(baseUrl);
const errors = [];
const tracker = newTracker(
  { namespace: "shop", appId: writeKey },
  {
    endpoint: hostname,
    port: Number(port),
    protocol: "http",
    bufferSize: 10,
    onRequestFailure: ({ status, message }) => errors.push(`${status} ${message}`),
  },
);

for (const call of calls) {
  tracker.setUserId(call.userId ?? null);
  tracker.setDomainUserId(call.anonymousId ?? null);
  track(call);
}
await tracker.flush();

if (errors.length > 0) fail(`not delivered: ${errors.join("; ")}`);
console.log(`${calls.length} sent`);
process.exit(0);

function track(call) {
  const action = actionOf(call);
  if (action) {
    const event = { schema: ACTION, data: { type: action.action } };
    tracker.track(buildSelfDescribingEvent({ event }), entitiesOf(action), clockOf(call));
  } else if (call.type === "page") {
    tracker.track(buildPageView({ pageUrl: call.properties?.url ?? "https://shop.example/", pageTitle: call.name }), [], clockOf(call));
  } else {
    tracker.track(buildSelfDescribingEvent({ event: callOf(call) }), [], clockOf(call));
  }
}
