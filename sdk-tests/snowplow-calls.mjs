/**
 * A scenario's calls in Snowplow's words: its own where it has them (page views, the actions and entities of the e-commerce
 * plug-in), and `iglu:ritorno/call/jsonschema/1-0-0` for the others.
 */

const ECOMMERCE = "iglu:com.snowplowanalytics.snowplow.ecommerce";
const ACTIONS = {
  "Product Viewed": "product_view",
  "Product Added": "add_to_cart",
  "Product Removed": "remove_from_cart",
  "Checkout Step Viewed": "checkout_step",
  "Checkout Step Completed": "checkout_step",
  "Order Completed": "transaction",
};

/** The action of a call with the entities beside it; null where Snowplow has no word for it. */
export function actionOf({ type, event, properties = {} }) {
  const action = type === "track" ? ACTIONS[event] : undefined;
  if (!action) return null;
  const { cart_id, currency, order_id, total, step, product_id, name, price, quantity, payment_method } = properties;
  const product = product_id && { id: product_id, name, price, quantity, currency: currency ?? "EUR" };
  const cart = cart_id && { cart_id, total_value: total ?? 0, currency: currency ?? "EUR" };
  const transaction = order_id && { transaction_id: order_id, revenue: total, currency, payment_method: payment_method ?? "card" };
  return { action, product, cart, transaction, step: action === "checkout_step" ? { step } : undefined };
}

/** The entities of an action, self-describing. */
export function entitiesOf({ product, cart, transaction, step }) {
  const named = { product, cart, transaction, checkout_step: step };
  return Object.entries(named)
    .filter(([, data]) => data)
    .map(([name, data]) => ({ schema: `${ECOMMERCE}/${name}/jsonschema/1-0-0`, data: JSON.parse(JSON.stringify(data)) }));
}

export const ACTION = `${ECOMMERCE}/snowplow_ecommerce_action/jsonschema/1-0-2`;

/** A call as it stands, for what Snowplow has no word for. */
export function callOf({ type, event, name, previousId, properties, traits }) {
  return { schema: "iglu:ritorno/call/jsonschema/1-0-0", data: JSON.parse(JSON.stringify({ type, event, name, previousId, properties, traits })) };
}

/** The device's clock, as the scenario says it. */
export function clockOf({ timestamp }) {
  return timestamp ? { type: "dtm", value: Date.parse(timestamp) } : undefined;
}
