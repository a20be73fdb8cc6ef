/** The shop's page: the stock tracker with the e-commerce plug-in, its endpoint changed alone; the app id is the key. */

import { SnowplowEcommercePlugin, trackAddToCart, trackCheckoutStep, trackProductView, trackRemoveFromCart, trackTransaction } from "@snowplow/browser-plugin-snowplow-ecommerce";
import { clearUserData, newTracker, setUserId, trackPageView, trackSelfDescribingEvent } from "@snowplow/browser-tracker";
import { actionOf, callOf, clockOf, entitiesOf } from "./snowplow-calls.mjs";

globalThis.run = async (baseUrl, writeKey, calls) => {
  const failed = [];
  let delivered = 0;
  newTracker("shop", baseUrl, {
    appId: writeKey,
    plugins: [SnowplowEcommercePlugin()],
    contexts: { webPage: true },
    onRequestSuccess: (batch) => (delivered += batch.length),
    onRequestFailure: ({ status, message }) => failed.push(`${status} ${message}`),
  });
  let visitor = null;
  for (const call of calls) {
    // A browser is one person at a time: another person on it means that the shop signed the last one out.
    if (call.anonymousId && call.anonymousId !== visitor) clearUserData();
    visitor = call.anonymousId ?? visitor;
    setUserId(call.userId ?? null);
    track(call);
  }
  for (let waited = 0; delivered < calls.length && failed.length === 0 && waited < 20_000; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return delivered < calls.length ? [...failed, `${delivered} of ${calls.length} were delivered`] : failed;
};

function track(call) {
  const timestamp = clockOf(call);
  const said = actionOf(call);
  const without = (entity) => entitiesOf({ ...said, [entity]: undefined });
  switch (said?.action) {
    case "product_view":
      return trackProductView({ ...said.product, context: without("product"), timestamp });
    case "add_to_cart":
      return trackAddToCart({ ...said.cart, products: [said.product], timestamp });
    case "remove_from_cart":
      return trackRemoveFromCart({ ...said.cart, products: [said.product], timestamp });
    case "checkout_step":
      return trackCheckoutStep({ ...said.step, context: without("step"), timestamp });
    case "transaction":
      return trackTransaction({ ...said.transaction, context: without("transaction"), timestamp });
    default:
  }
  if (call.type === "page") return trackPageView({ title: call.name, timestamp });
  return trackSelfDescribingEvent({ event: callOf(call), timestamp });
}
