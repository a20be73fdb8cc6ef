/** Sends a scenario with `@rudderstack/rudder-sdk-node`; only `dataPlaneUrl` differs from a stock set-up. */

import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { fail, nodeMessage, readArguments } from "./scenario.mjs";

const { baseUrl, writeKey, calls } = readArguments();
const errors = [];
const analytics = new RudderAnalytics(writeKey, {
  dataPlaneUrl: baseUrl,
  logLevel: "error",
  errorHandler: (error) => errors.push(error),
});

let answered = 0;
const delivered = calls.map(
  (call) =>
    new Promise((resolve) => {
      analytics[call.type](nodeMessage(call), (error) => {
        if (error) errors.push(error);
        answered += 1;
        resolve();
      });
    }),
);
await analytics.flush();
const late = new Promise((resolve) => setTimeout(resolve, 20_000).unref());
await Promise.race([Promise.all(delivered), late]);

if (errors.length > 0) fail(`not delivered: ${errors.map(String).join("; ")}`);
if (answered < calls.length) fail(`not delivered: ${calls.length - answered} calls had no answer in 20 s`);
console.log(`${calls.length} sent`);
process.exit(0);
