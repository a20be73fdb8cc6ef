/**
 * What happens in the workspace, as it happens. One stream for the whole page; what a person looks at is read anew when
 * something changed, at most every few seconds. A page nobody looks at holds no stream.
 */

import type { Query, QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import type { Schemas } from "../api/client";
import { hearServerClock } from "../format/clock";

export type LiveState = "connecting" | "open" | "lost";

export interface Announcement {
  kind: string;
  customer?: string;
  cart?: string;
  state?: string;
  total_minor?: number;
  currency?: string;
  agent?: string | null;
  reason?: string;
}

interface Live {
  state: LiveState;
  status: Schemas["LiveStatus"] | null;
}

const REFRESH_EVERY_MS = 3_000;
/** Reports add up whole periods: not at every event. */
const REFRESH_REPORTS_EVERY_MS = 15_000;
/** A stream may end and come back within this without anybody being told. */
const LOST_AFTER_MS = 4_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 15_000;
/** The server tells its status every three seconds. A stream that is silent for so long is dead, whatever it says. */
const SILENT_MAX_MS = 12_000;
/** A list that somebody unrolled is not read again as a whole at every event. */
const PAGES_MAX = 3;

/** These change by what people do here, not by events. */
const STILL = ["/api/v1/session", "/api/v1/settings", "/api/v1/agents", "/api/v1/people", "/api/v1/keys", "/api/v1/sources", "/api/v1/audit", "openapi"];

let live: Live = { state: "connecting", status: null };
const watchers = new Set<() => void>();
const hearers = new Set<(announcement: Announcement) => void>();

function become(next: Partial<Live>): void {
  live = { ...live, ...next };
  for (const watcher of watchers) watcher();
}

/** Whether the page is told of what happens, and how the workspace's loop stands. */
export function useLive(): Live {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => live,
  );
}

/** Calls back at each announcement, such as `cart_state` and `agent_notice`. Pass a stable function. */
export function useAnnouncements(hear: (announcement: Announcement) => void): void {
  useEffect(() => {
    hearers.add(hear);
    return () => void hearers.delete(hear);
  }, [hear]);
}

/** Opens the stream, and closes it when nobody looks. Returns how to stop it. */
export function startLive(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wait = RETRY_MIN_MS;
  let heardAt = Date.now();
  const refresh = makeRefresh(client);

  const stopRetry = () => {
    clearTimeout(retry);
    retry = undefined;
  };
  const open = () => {
    stopRetry();
    source?.close();
    source = new EventSource("/api/v1/live");
    heardAt = Date.now();
    source.addEventListener("status", (event) => {
      const status = JSON.parse(event.data as string) as Schemas["LiveStatus"];
      const was = live;
      heardAt = Date.now();
      hearServerClock(status.now);
      become({ state: "open", status });
      wait = RETRY_MIN_MS;
      if (was.state === "lost" || was.status?.position !== status.position || was.status?.hold_since !== status.hold_since) refresh();
    });
    for (const kind of ["cart_state", "agent_notice"]) source.addEventListener(kind, (event) => tell((event as MessageEvent<string>).data));
    source.addEventListener("missed", refresh);
    source.onerror = () => {
      // The browser tries again by itself after a stream that ended, and not at all after an answer that was no stream.
      if (source?.readyState !== EventSource.CLOSED) return reconnecting();
      lose();
    };
  };
  /** The stream ends by itself every ten minutes: that is no loss until it does not come back. */
  const reconnecting = () => {
    // Each try that fails comes here again: the first one starts the count.
    retry ??= setTimeout(() => {
      retry = undefined;
      if (source?.readyState !== EventSource.OPEN) lose();
    }, LOST_AFTER_MS);
  };
  const lose = () => {
    source?.close();
    become({ state: "lost" });
    stopRetry();
    retry = setTimeout(open, wait);
    wait = Math.min(RETRY_MAX_MS, wait * 2);
  };
  const look = () => {
    if (document.visibilityState === "visible") {
      if (!source || source.readyState === EventSource.CLOSED) open();
    } else {
      stopRetry();
      source?.close();
    }
  };
  const listen = setInterval(() => {
    if (source && source.readyState !== EventSource.CLOSED && Date.now() - heardAt > SILENT_MAX_MS) lose();
  }, RETRY_MIN_MS * 3);
  document.addEventListener("visibilitychange", look);
  // The browser knows at once that there is no network; the stream itself would only fall silent.
  window.addEventListener("offline", lose);
  window.addEventListener("online", open);
  open();
  return () => {
    clearInterval(listen);
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("offline", lose);
    window.removeEventListener("online", open);
    stopRetry();
    source?.close();
  };
}

function tell(data: string): void {
  const announcement = JSON.parse(data) as Announcement;
  for (const hear of hearers) hear(announcement);
}

function makeRefresh(client: QueryClient): () => void {
  const lists = throttle(REFRESH_EVERY_MS, () => void client.invalidateQueries({ predicate: (query) => isMoving(query) && !isReport(query) }));
  const reports = throttle(REFRESH_REPORTS_EVERY_MS, () => void client.invalidateQueries({ predicate: (query) => isMoving(query) && isReport(query) }));
  return () => {
    lists();
    reports();
  };
}

function pathOf(query: Query): string {
  const path = query.queryKey[1];
  return typeof path === "string" ? path : "";
}

function isReport(query: Query): boolean {
  return pathOf(query).startsWith("/api/v1/reports");
}

function isMoving(query: Query): boolean {
  // What could not be read is worth another try, whatever it is.
  if (query.state.status === "error") return true;
  if (query.meta?.["isStill"] || STILL.some((path) => pathOf(query).startsWith(path))) return false;
  const pages = (query.state.data as { pages?: unknown[] } | undefined)?.pages;
  return !pages || pages.length <= PAGES_MAX;
}

/** Runs at once, and then at most once in a while, the last call never forgotten. */
function throttle(everyMs: number, run: () => void): () => void {
  let last = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (timer) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        last = Date.now();
        run();
      },
      Math.max(0, last + everyMs - Date.now()),
    );
  };
}
