/**
 * Ritorno's browser snippet: tells a shop's own server what a visitor looks at, gathers and orders.
 *
 * It keeps no cookie and stores nothing until `ritorno.consent(true)`: before that a visitor is a number in this page's memory.
 * What it sends are Segment's calls, in batches, to `/v1/batch`; the server drops what comes twice.
 */

type Json = Record<string, unknown>;

/** A product as the shop's pages know it; prices are decimals (`189.9`). */
interface Product extends Json {
  product_id: string;
  name?: string;
  price?: number;
  quantity?: number;
  variant?: string;
  url?: string;
  image_url?: string;
}

interface Call extends Json {
  type: "track" | "identify" | "page";
  messageId: string;
  timestamp: string;
}

/** What is stored in the browser, once the visitor has agreed to it. */
interface Stored {
  anonymousId: string;
  userId?: string;
  cart?: string;
  /** Calls that could not be sent when the last page was left. */
  unsent?: Call[];
}

const VERSION = "0.1.0";
const STORE = "ritorno";
/** Calls that wait at most; older ones go when a server stays away. */
const QUEUE_MAX = 300;
const BATCH_MAX = 40;
/** Browsers send at most 64 KB for a page that is being left. */
const LEAVE_BYTES_MAX = 60_000;
const SEND_AFTER_MS = 300;
const RETRY_FIRST_MS = 1_000;
const RETRY_LAST_MS = 60_000;

const page = window;
const script = document.currentScript as HTMLScriptElement | null;

const randomId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const read = (): Stored | null => {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "null") as Stored | null;
  } catch {
    return null;
  }
};

let key = script?.dataset["key"] ?? "";
let host = script?.dataset["host"] ?? (script?.src ? new URL(script.src).origin : "");
let known: Stored = { anonymousId: randomId() };
let mayStore = false;
let currency: string | undefined = script?.dataset["currency"];

let queue: Call[] = [];
/** Being sent right now, and still in the queue. */
let underWay: Promise<void> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let retryMs = 0;

function store(unsent?: Call[]): void {
  if (!mayStore) return;
  try {
    localStorage.setItem(STORE, JSON.stringify({ ...known, unsent }));
  } catch {
    // Full or forbidden: it works without.
  }
}

/** Someone who agreed on an earlier page is known on this one. */
function recall(): void {
  const stored = read();
  if (!stored?.anonymousId) return;
  mayStore = true;
  const { unsent, ...rest } = stored;
  known = rest;
  if (unsent?.length) {
    queue = unsent.concat(queue);
    store();
    sendSoon(0);
  }
}

function call(type: Call["type"], fields: Json): void {
  if (!key) return;
  const { pathname, href, search } = location;
  queue.push({
    type,
    messageId: randomId(),
    timestamp: new Date().toISOString(),
    anonymousId: known.anonymousId,
    userId: known.userId,
    context: {
      library: { name: "ritorno.js", version: VERSION },
      locale: document.documentElement.lang || navigator.language,
      page: { path: pathname, url: href, search, title: document.title, referrer: document.referrer },
    },
    ...fields,
  });
  if (queue.length > QUEUE_MAX) queue.splice(0, queue.length - QUEUE_MAX);
  sendSoon(SEND_AFTER_MS);
}

function sendSoon(ms: number): void {
  if (timer === undefined && !underWay) timer = setTimeout(() => void send(), ms);
}

const body = (batch: Call[]): string => JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), batch });

/** Sends what waits, one batch after the other; resolves when nothing waits any more or the server is not there. */
async function send(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  underWay ??= work().finally(() => {
    underWay = null;
    if (queue.length) sendSoon(retryMs || SEND_AFTER_MS);
  });
  return underWay;
}

async function work(): Promise<void> {
  while (queue.length && key) {
    const batch = queue.slice(0, BATCH_MAX);
    let waitMs = 0;
    try {
      // Plain text asks for no preflight; the server reads the body whatever its label says.
      const answer = await fetch(`${host}/v1/batch`, {
        method: "POST",
        body: body(batch),
        headers: { "content-type": "text/plain" },
        credentials: "omit",
        keepalive: batch.length < 10,
      });
      if (answer.status === 429 || answer.status === 408 || answer.status >= 500) {
        waitMs = Number(answer.headers.get("retry-after")) * 1_000 || RETRY_FIRST_MS;
      }
      // What the server refuses for good would be refused again.
    } catch {
      waitMs = RETRY_FIRST_MS;
    }
    if (waitMs) {
      retryMs = Math.min(Math.max(waitMs, retryMs * 2), RETRY_LAST_MS);
      return;
    }
    retryMs = 0;
    const sent = new Set(batch);
    queue = queue.filter((each) => !sent.has(each));
  }
}

/** The page may be gone in a moment: everything goes at once, what a batch already carries too. */
function leave(): void {
  let from = 0;
  while (from < queue.length) {
    let to = from + BATCH_MAX;
    while (to > from + 1 && body(queue.slice(from, to)).length > LEAVE_BYTES_MAX) to = from + ((to - from) >> 1);
    if (!navigator.sendBeacon?.(`${host}/v1/batch`, body(queue.slice(from, to)))) break;
    from = to;
  }
  // A beacon gives no answer, and a page that comes back sends the rest again, which the server knows by its number.
  const rest = queue.slice(from);
  queue = rest;
  store(rest.length ? rest : undefined);
}

const track = (event: string, properties: Json = {}): void => call("track", { event, properties });

const aboutCart = (more: Json): Json => {
  if (!known.cart) {
    known.cart = randomId();
    store();
  }
  return { cart_id: known.cart, currency, ...more };
};

const ritorno = {
  /** Where to send, for pages that do not say it on the script's element. */
  init(options: { key: string; host?: string; currency?: string }): void {
    key = options.key;
    host = (options.host ?? host).replace(/\/$/, "");
    currency = options.currency ?? currency;
    sendSoon(0);
  },
  page: (name?: string, properties: Json = {}): void => call("page", { name, properties }),
  /** Any other event, by the names of Segment's e-commerce specification. */
  track,
  viewed: (product: Product): void => track("Product Viewed", { currency, ...product }),
  added: (product: Product): void => track("Product Added", aboutCart(product)),
  removed: (product: Product): void => track("Product Removed", aboutCart(product)),
  /** The visitor looks at the cart, which holds these. */
  cartViewed: (products: Product[]): void => track("Cart Viewed", aboutCart({ products })),
  checkout: (products: Product[], more: Json = {}): void => track("Checkout Started", aboutCart({ products, ...more })),
  /** The order is placed; the next product begins a new cart. */
  ordered(order: { order_id: string; total?: number; products?: Product[] } & Json): void {
    track("Order Completed", aboutCart(order));
    delete known.cart;
    store();
  },
  /** Who it is: an id of the shop's, traits such as `email`, or both. */
  identify(userId: string | null, traits: Json = {}): void {
    if (userId) known.userId = userId;
    store();
    call("identify", { traits });
  },
  /** The cart's id; a shop that has ids of its own says them here. */
  cart(id?: string): string | undefined {
    if (id) known.cart = id;
    store();
    return known.cart;
  },
  /** The visitor agrees to be recognised on the next page, or takes that back. */
  consent(agrees: boolean): void {
    mayStore = agrees;
    if (agrees) store();
    else
      try {
        localStorage.removeItem(STORE);
      } catch {
        // Nothing could be stored, so nothing is there.
      }
  },
  /** Sends now; resolves when it was tried. */
  flush: (): Promise<void> => send(),
  /** Somebody else sits down: a new visitor from now on. */
  reset(): void {
    known = { anonymousId: randomId() };
    store();
  },
  /** What pages call before this file is there: `(window.ritorno ||= []).push(["page"])`. */
  push([name, ...args]: [string, ...unknown[]]): void {
    (ritorno as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
  },
};

const before = (page as unknown as { ritorno?: [string, ...unknown[]][] }).ritorno;
(page as unknown as { ritorno: typeof ritorno }).ritorno = ritorno;
recall();
if (Array.isArray(before)) before.forEach((each) => ritorno.push(each));
if (script?.dataset["auto"] !== undefined) ritorno.page();
page.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});
