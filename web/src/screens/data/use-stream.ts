import { useCallback, useEffect, useRef, useState } from "react";
import { api, take, type Schemas } from "../../api/client";
import { useLive } from "../../app/live";

export type LogEvent = Schemas["LogEvent"];

/** What of the log is shown: all where nothing is said. */
export interface StreamFilter {
  name?: string;
  source?: number;
  customer?: string;
}

export interface Stream {
  /** Newest first. */
  entries: LogEvent[];
  isPaused: boolean;
  /** How many came while it stood still. */
  held: number;
  pause: () => void;
  goOn: () => void;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
  /** Whether the log goes on before what is shown. */
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
}

/** New events are shown up to here; who unrolled more keeps what was unrolled. */
const NEW_MAX = 500;
const PAGE = 100;
/** Stretches of the log read at once after a long absence; then it begins anew at the newest. */
const STRETCHES_MAX = 5;

interface Shown {
  entries: LogEvent[];
  waiting: LogEvent[];
  /** Where the log goes on downwards. */
  next: string | null;
  /** Up to where it was read. */
  seenTo: number | null;
}

const NOTHING: Shown = { entries: [], waiting: [], next: null, seenTo: null };

/** The log as it grows: read once from its end, then only what came behind that, whenever the server says that it grew. */
export function useStream(filter: StreamFilter): Stream {
  const { status } = useLive();
  const key = JSON.stringify(filter);
  const [shown, setShown] = useState<Shown>(NOTHING);
  const [isPaused, setPaused] = useState(false);
  const [isLoading, setLoading] = useState(true);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const state = useRef({ key, shown: NOTHING, isPaused: false, isBusy: false, isWoken: false });

  const become = useCallback((next: Shown) => {
    state.current.shown = next;
    setShown(next);
  }, []);

  const look = useCallback(async () => {
    const now = state.current;
    // Who is told while reading reads once more.
    now.isWoken = true;
    if (now.isBusy) return;
    now.isBusy = true;
    try {
      while (now.isWoken) {
        now.isWoken = false;
        const asked = now.key;
        const read = await readOn(JSON.parse(asked) as StreamFilter, now.shown, now.isPaused);
        if (asked === now.key) become(read);
        else now.isWoken = true;
      }
      setError(null);
    } catch (problem) {
      setError(problem);
    } finally {
      now.isBusy = false;
      setLoading(false);
    }
  }, [become]);

  useEffect(() => {
    if (state.current.key !== key) {
      state.current.key = key;
      setLoading(true);
      become(NOTHING);
    }
    void look();
  }, [become, look, key, status?.appended]);

  const loadMore = async () => {
    const { next } = state.current.shown;
    if (!next) return;
    setLoadingMore(true);
    try {
      const page = await read({ ...filter, cursor: next });
      const before = state.current.shown;
      if (state.current.key === key) become({ ...before, entries: [...before.entries, ...page.items], next: page.next ?? null });
    } catch (problem) {
      setError(problem);
    } finally {
      setLoadingMore(false);
    }
  };
  return {
    entries: shown.entries,
    isPaused,
    held: shown.waiting.length,
    pause: () => {
      state.current.isPaused = true;
      setPaused(true);
    },
    goOn: () => {
      state.current.isPaused = false;
      setPaused(false);
      const now = state.current.shown;
      become({ ...now, entries: [...now.waiting, ...now.entries], waiting: [] });
    },
    isLoading,
    error: shown.entries.length === 0 ? error : null,
    retry: () => void look(),
    hasMore: shown.next !== null,
    isLoadingMore,
    loadMore: () => void loadMore(),
  };
}

function read(query: StreamFilter & { after?: number; cursor?: string }): Promise<Schemas["LogPage"]> {
  return take(api.GET("/api/v1/events", { params: { query: { ...query, limit: PAGE } } }));
}

/** What is shown with what came since; paused, that waits. */
async function readOn(filter: StreamFilter, shown: Shown, isPaused: boolean): Promise<Shown> {
  let { seenTo } = shown;
  if (seenTo === null) return begin(filter);
  let came: LogEvent[] = [];
  for (let stretch = 0; ; stretch += 1) {
    if (stretch === STRETCHES_MAX && !isPaused) return begin(filter);
    const page: Schemas["LogPage"] = await read({ ...filter, after: seenTo });
    came = [...page.items.reverse(), ...came];
    if (page.seen_to <= seenTo || stretch === STRETCHES_MAX) break;
    seenTo = page.seen_to;
  }
  if (isPaused) return { ...shown, seenTo, waiting: [...came, ...shown.waiting].slice(0, NEW_MAX) };
  const entries = [...came, ...shown.entries];
  // What is cut off at the end is read again from the log by whoever goes down to it.
  if (entries.length <= NEW_MAX || came.length === 0) return { ...shown, seenTo, entries };
  return begin(filter);
}

async function begin(filter: StreamFilter): Promise<Shown> {
  const page = await read(filter);
  return { entries: page.items, waiting: [], next: page.next ?? null, seenTo: page.seen_to };
}
