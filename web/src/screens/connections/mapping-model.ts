/** What a mapping can be helped with: the paths of an example, and a first rule guessed from it. Pure: no React here. */

export interface PathOfExample {
  path: string;
  /** The value there, shortened. */
  sample: string;
  isList: boolean;
}

const PATHS_MAX = 80;
const SAMPLE_MAX = 28;
const DEPTH_MAX = 6;

/** Every place in an example that holds something; of a list its first element. */
export function pathsOf(example: unknown): PathOfExample[] {
  const found: PathOfExample[] = [];
  const walk = (value: unknown, path: string, depth: number) => {
    if (found.length >= PATHS_MAX || depth > DEPTH_MAX) return;
    if (Array.isArray(value)) {
      if (path) found.push({ path, sample: `[${value.length}]`, isList: true });
      if (value.length > 0) walk(value[0], path ? `${path}.0` : "0", depth + 1);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, path ? `${path}.${name}` : name, depth + 1);
    } else if (path) {
      const text = JSON.stringify(value) ?? "";
      found.push({ path, sample: text.length > SAMPLE_MAX ? `${text.slice(0, SAMPLE_MAX)}…` : text, isList: false });
    }
  };
  walk(example, "", 0);
  return found;
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export type RuleName = "order" | "cart" | "customer";

/** Words by which shops call a thing, the likeliest first. */
const WORDS = {
  user: /(^|[._])(customer|user|client|buyer|cliente)[._]?(id|number|nr|code)?$|customer\.id$|user_id$/i,
  email: /e-?mail/i,
  order: /(^|[._])order[._]?(id|number|nr|no|code)$|(^|\.)(id|number|code)$/i,
  cart: /(^|[._])(cart|basket|checkout|quote)[._]?(id|token|code)$|(^|\.)(id|token)$/i,
  total: /(^|[._])(grand_?)?total([._](price|amount|paid|cents))?$|amount$|totale$/i,
  currency: /currency|valuta/i,
  at: /(created|placed|paid|updated|ordered)(_at|_?date|At|On)?$|timestamp$|(^|\.)(date|time)$/i,
  product: /(product_?id|sku|article|item_?id|(^|\.)id)$/i,
  name: /(^|\.)(name|title|nome)$/i,
  quantity: /(qty|quantity|pieces|count)$/i,
  price: /(unit_?)?price$|prezzo$/i,
  firstName: /first_?name|^nome$/i,
  lastName: /last_?name|surname|cognome/i,
};

function guess(paths: PathOfExample[], word: RegExp): string | undefined {
  // The shallowest place is the likeliest: an order's own total rather than that of its tax.
  const fitting = paths.filter(({ path, isList }) => !isList && word.test(path) && !/\.\d+(\.|$)/.test(path));
  return fitting.sort((a, b) => a.path.split(".").length - b.path.split(".").length)[0]?.path;
}

/** A first rule, with the places that look right in the example; the others are to be put right by hand. */
export function ruleOf(name: RuleName, example: unknown): object {
  const paths = pathsOf(example);
  const find = (word: RegExp, otherwise: string) => guess(paths, word) ?? otherwise;
  const when = guess(paths, /^(event|topic|type)$/i);
  const value = when && typeof example === "object" && example !== null ? (example as Record<string, unknown>)[when] : undefined;
  const condition = when && typeof value === "string" ? { when: { path: when, is: value } } : {};
  const user = guess(paths, WORDS.user);
  const email = guess(paths, WORDS.email);
  const who = user ?? email ?? "customer.id";
  if (name === "customer") {
    return { type: "identify", ...condition, user_id: who, traits: { email: email ?? "email", first_name: find(WORDS.firstName, "first_name"), last_name: find(WORDS.lastName, "last_name") } };
  }
  const isOrder = name === "order";
  const at = guess(paths, WORDS.at);
  return {
    ...condition,
    event: isOrder ? "Order Completed" : "Cart Updated",
    user_id: who,
    ...(at ? { timestamp: at } : {}),
    properties: {
      ...(isOrder ? { order_id: find(WORDS.order, "order.id") } : { cart_id: find(WORDS.cart, "cart.id") }),
      currency: guess(paths, WORDS.currency) ?? { value: "EUR" },
      ...(isOrder ? { total: find(WORDS.total, "total") } : {}),
      products: productsOf(example, paths),
    },
  };
}

/** The list in the example that looks like lines of an order. */
function productsOf(example: unknown, paths: PathOfExample[]): object {
  const lists = paths.filter(({ isList, path }) => isList && /item|line|product|row|article/i.test(path));
  const each = lists[0]?.path ?? "items";
  const first = at(example, `${each}.0`);
  const inside = pathsOf(first);
  const find = (word: RegExp, otherwise: string) => guess(inside, word) ?? otherwise;
  return { each, fields: { product_id: find(WORDS.product, "sku"), name: find(WORDS.name, "name"), quantity: find(WORDS.quantity, "quantity"), price: find(WORDS.price, "price") } };
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, name) => (typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[name] : undefined), value);
}

/** The document with one more rule; a text that is no document begins anew. */
export function withRule(document: string, rule: object): string {
  const read = readJson(document);
  const kept = typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : EMPTY;
  const events = Array.isArray(kept["events"]) ? (kept["events"] as unknown[]) : [];
  return JSON.stringify({ ...kept, events: [...events, rule] }, null, 2);
}

const EMPTY = { name: "shop", signature: { header: "x-signature", encoding: "hex" }, events: [] };

/** What a new mapping begins with. */
export const NEW_MAPPING = JSON.stringify(EMPTY, null, 2);
