import { useCallback, useEffect, useRef, useState } from "react";
import { api, take, type Schemas } from "../../api/client";
import { useAnnouncements, useLive, type Announcement } from "../../app/live";

export interface StreamEntry {
  /** Its place in the log. */
  position: number;
  event: Schemas["TimelineEvent"];
  customer: string;
  name: string;
}

export interface Stream {
  entries: StreamEntry[];
  isPaused: boolean;
  /** How many came while it stood still. */
  held: number;
  pause: () => void;
  goOn: () => void;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
}

const KEPT_MAX = 200;
/** Whose timelines are read anew when something came in: the newest customers and those with the newest carts. */
const LOOKED_AT_MAX = 8;
const EVENTS_EACH = 10;

/** The events as they come in: the timelines of the customers who are doing something now, in the order of the log. */
export function useStream(): Stream {
  const { status } = useLive();
  const [entries, setEntries] = useState<StreamEntry[]>([]);
  const [waiting, setWaiting] = useState<StreamEntry[]>([]);
  const [isPaused, setPaused] = useState(false);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const paused = useRef(false);
  const busy = useRef(false);
  const wanted = useRef(new Set<string>());

  const look = useCallback(async () => {
    if (busy.current) return;
    busy.current = true;
    try {
      const told = [...wanted.current];
      wanted.current.clear();
      const came = await readNewest(told);
      (paused.current ? setWaiting : setEntries)((before) => merge(before, came));
      setError(null);
    } catch (problem) {
      setError(problem);
    } finally {
      busy.current = false;
      setLoading(false);
    }
  }, []);

  useEffect(() => void look(), [look, status?.position]);
  useAnnouncements(
    useCallback((announcement: Announcement) => {
      if (announcement.customer) wanted.current.add(announcement.customer);
    }, []),
  );

  const known = new Set(entries.map(({ position }) => position));
  return {
    entries,
    isPaused,
    held: waiting.filter(({ position }) => !known.has(position)).length,
    pause: () => {
      paused.current = true;
      setPaused(true);
    },
    goOn: () => {
      paused.current = false;
      setPaused(false);
      setEntries((before) => merge(before, waiting));
      setWaiting([]);
    },
    isLoading,
    error: entries.length === 0 ? error : null,
    retry: () => void look(),
  };
}

async function readNewest(told: string[]): Promise<StreamEntry[]> {
  const [carts, customers] = await Promise.all([take(api.GET("/api/v1/carts", { params: { query: { limit: LOOKED_AT_MAX } } })), take(api.GET("/api/v1/customers", { params: { query: { limit: LOOKED_AT_MAX } } }))]);
  const names = new Map<string, string>();
  const note = ({ id, name, email }: { id: string; name: string; email?: string | null }) => names.set(id, name || email || "");
  customers.items.forEach(note);
  carts.items.forEach(({ customer }) => note(customer));
  const ids = [...new Set([...told, ...carts.items.map(({ customer }) => customer.id), ...customers.items.map(({ id }) => id)])].slice(0, LOOKED_AT_MAX);
  const lists = await Promise.all(ids.map((id) => readTimeline(id, names.get(id) ?? "")));
  return lists.flat();
}

async function readTimeline(customer: string, name: string): Promise<StreamEntry[]> {
  const { items } = await take(api.GET("/api/v1/customers/{id}/timeline", { params: { path: { id: customer }, query: { limit: EVENTS_EACH } } }));
  return items.map((event) => ({ position: event.position, event, customer, name }));
}

/** Newest first, each once. */
function merge(before: StreamEntry[], came: StreamEntry[]): StreamEntry[] {
  const all = new Map([...before, ...came].map((entry) => [entry.position, entry]));
  return [...all.values()].sort((a, b) => b.position - a.position).slice(0, KEPT_MAX);
}
