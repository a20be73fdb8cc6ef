/** Sends a scenario with `@segment/analytics-node`; only `host` differs from a stock set-up. */

import { Analytics } from "@segment/analytics-node";
import { fail, nodeMessage, readArguments } from "./scenario.mjs";

const { baseUrl, writeKey, calls } = readArguments();
const analytics = new Analytics({ writeKey, host: baseUrl });
const errors = [];
analytics.on("error", (error) => errors.push(error.reason ?? error));

for (const call of calls) analytics[call.type](nodeMessage(call));

await analytics.closeAndFlush({ timeout: 20_000 });
if (errors.length > 0) fail(`not delivered: ${errors.map(String).join("; ")}`);
console.log(`${calls.length} sent`);
