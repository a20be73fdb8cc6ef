/** Every address inside the interface, in one place. Screens never write one by hand. */

type Query = Record<string, string | undefined>;

function withQuery(path: string, query: Query = {}): string {
  const said = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`;
}

function id(text: string): string {
  return encodeURIComponent(text);
}

export const paths = {
  home: () => "/",
  carts: (query?: { state?: string; agent?: string }) => withQuery("/carts", query),
  cart: (cart: string) => `/carts/${id(cart)}`,
  customers: (query?: { q?: string; agent?: string; tag?: string }) => withQuery("/customers", query),
  customer: (customer: string, query?: { tab?: string }) => withQuery(`/customers/${id(customer)}`, query),
  deals: (query?: { pipeline?: string; agent?: string }) => withQuery("/deals", query),
  flows: () => "/flows",
  flow: (flow: string, query?: { tab?: string }) => withQuery(`/flows/${id(flow)}`, query),
  journeys: (query?: { flow?: string; state?: string }) => withQuery("/flows/journeys", query),
  journey: (journey: string) => `/flows/journeys/${id(journey)}`,
  products: (query?: { q?: string }) => withQuery("/products", query),
  product: (product: string) => `/products/${id(product)}`,
  stores: () => "/products/stores",
  feeds: (query?: { upload?: string }) => withQuery("/products/feeds", query),
  tasks: (query?: { who?: string; due?: string }) => withQuery("/tasks", query),
  task: (task: string) => `/tasks/${id(task)}`,
  messages: (query?: { state?: string }) => withQuery("/messages", query),
  message: (message: string) => `/messages/${id(message)}`,
  reports: (query?: { from?: string; to?: string }) => withQuery("/reports", query),
  data: (query?: { tab?: string }) => withQuery("/data", query),
  connections: () => "/data/connections",
  /** The wizard: from the choice of a shop, or where a connection's set-up was left. */
  newConnection: (query?: { shop?: string; source?: number; step?: string }) => withQuery("/data/connections/new", { ...query, source: query?.source === undefined ? undefined : String(query.source) }),
  connection: (source: number, query?: { tab?: string; example?: string }) => withQuery(`/data/connections/${source}`, query),
  sources: () => "/data/sources",
  keys: () => "/data/keys",
  makeKey: () => "/data/keys?make=1",
  liveEvents: () => "/data/live",
  dataHealth: () => "/data/health",
  quarantine: (query?: { state?: string }) => withQuery("/data/quarantine", query),
  settings: (section?: "shop" | "people" | "agents" | "sending" | "flows" | "destinations" | "audit" | "status" | "api") => (section ? `/settings/${section}` : "/settings"),
  signIn: (query?: { next?: string }) => withQuery("/sign-in", query),
  firstRun: () => "/first-run",
};
