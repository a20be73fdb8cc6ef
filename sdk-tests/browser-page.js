/** The shop's page: loads analytics.js as a shop would, with `cdnURL` changed alone, and offers `run` to the test. */

import { AnalyticsBrowser } from "@segment/analytics-next";

globalThis.run = async (baseUrl, writeKey, calls) => {
  const [analytics] = await AnalyticsBrowser.load({ writeKey, cdnURL: baseUrl });
  const failed = [];
  for (const call of calls) {
    const options = {};
    for (const name of ["timestamp", "messageId", "context"]) {
      if (call[name] !== undefined) options[name] = call[name];
    }
    // A browser is one person at a time: what a server SDK says with every call is kept state here. Another person on the
    // same browser means that the shop signed the last one out.
    if (call.anonymousId && call.anonymousId !== analytics.user().anonymousId()) {
      analytics.reset();
      analytics.setAnonymousId(call.anonymousId);
    }
    if (call.userId && call.type !== "identify" && call.type !== "alias") analytics.user().id(call.userId);
    const context = await send(analytics, call, options);
    const failure = context.failedDelivery?.();
    if (failure) failed.push(`${call.type} ${call.event ?? ""}: ${failure.reason}`);
  }
  return failed;
};

function send(analytics, call, options) {
  switch (call.type) {
    case "identify":
      return analytics.identify(call.userId ?? null, call.traits ?? {}, options);
    case "track":
      return analytics.track(call.event, call.properties ?? {}, options);
    case "page":
      return analytics.page(null, call.name ?? null, call.properties ?? {}, options);
    case "screen":
      return analytics.screen(null, call.name ?? null, call.properties ?? {}, options);
    case "group":
      return analytics.group(call.groupId, call.traits ?? {}, options);
    case "alias":
      return analytics.alias(call.userId, call.previousId, options);
    default:
      throw new Error(`unknown call ${call.type}`);
  }
}
