/** What the screens of connections read, and how often they read it anew. */

import type { QueryClient } from "@tanstack/react-query";
import { queries, type Schemas } from "../../api/client";
import { below } from "../../api/queries";

export type Connection = Schemas["ConnectionView"];
export type Job = Schemas["Job"];
export type Rejected = Schemas["RejectedBody"];
export type ShopKind = Schemas["ShopKind"];

const PATH = "/api/v1/connections";
/** While somebody looks at something that moves. */
const MOVING_MS = 1_000;
const LISTENING_MS = 2_000;

export function isUnderWay({ state }: Pick<Job, "state">): boolean {
  return state === "waiting" || state === "running";
}

/** A connection begins as if it were compared up to its first moment: there is nothing of the time before to miss. */
export function comparedUpTo({ reconciled_at, created_at }: Connection): string | null {
  return reconciled_at > created_at ? reconciled_at : null;
}

/** A trouble that is older than what came since is over. */
export function isTroubled({ last_error_at, last_event_at, reconciled_at, last_error }: Connection): boolean {
  if (!last_error || !last_error_at) return false;
  const since = [last_event_at, reconciled_at].filter((at): at is string => Boolean(at));
  return since.every((at) => at < last_error_at);
}

/** Whether the shop's API can be asked. */
export function hasApi({ base_url, kinds }: Connection): boolean {
  return base_url !== "" && kinds.length > 0;
}

export function useShopKinds() {
  return queries.useQuery("get", "/api/v1/shops", {}, { staleTime: Infinity, meta: { isStill: true } });
}

export function useConnections(enabled = true) {
  return queries.useQuery("get", PATH, { params: { query: { limit: 200 } } }, { enabled });
}

/** One connection; `listens`: somebody waits for its first webhook. */
export function useConnection(source: number | null, listens = false) {
  const params = { path: { source: source ?? 0 } };
  return queries.useQuery("get", "/api/v1/connections/{source}", { params }, { enabled: source !== null, refetchInterval: listens ? LISTENING_MS : false });
}

/** The newest jobs of a connection, read anew while one of them moves. */
export function useJobs(source: number, purpose?: Job["purpose"], limit = 20) {
  const params = { path: { source }, query: { limit, ...(purpose ? { purpose } : {}) } };
  return queries.useQuery("get", "/api/v1/connections/{source}/jobs", { params }, { refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? MOVING_MS : false) });
}

/** Whether something lies aside that was not understood. */
export function useRejectedOpen(source: number, listens = false) {
  const params = { path: { source }, query: { state: "open", limit: 100 } };
  return queries.useQuery("get", "/api/v1/connections/{source}/rejected", { params }, { refetchInterval: listens ? LISTENING_MS : false });
}

/** After a write. */
export function refresh(client: QueryClient): Promise<void> {
  return client.invalidateQueries(below(PATH, "/api/v1/sources"));
}
