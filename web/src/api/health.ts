/**
 * What `/readyz` says, read with care: a server that is starting, on hold or older than this page may leave things out,
 * and a proxy in front of it may answer with something that is not JSON at all.
 */

export type HealthState = "ready" | "hold" | "not_ready" | "unreachable";

export interface Health {
  state: HealthState;
  /** Why the server is not ready, in its own words. */
  reason: string | null;
  version: string | null;
  /** Age in milliseconds of the oldest event not yet applied; 0 where there is none. */
  oldestUnappliedMs: number | null;
  timersOverdue: number | null;
  outboxDepth: number | null;
}

const UNREACHABLE: Health = {
  state: "unreachable",
  reason: null,
  version: null,
  oldestUnappliedMs: null,
  timersOverdue: null,
  outboxDepth: null,
};

/** Longer than any healthy answer takes, shorter than the pause between two questions. */
const TIMEOUT_MS = 4_000;

export async function fetchHealth(): Promise<Health> {
  try {
    const response = await fetch("/readyz", {
      headers: { accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body: unknown = await response.json().catch(() => null);
    return readHealth(response.ok, body);
  } catch {
    return UNREACHABLE;
  }
}

export function readHealth(answeredOk: boolean, body: unknown): Health {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return {
    state: stateOf(answeredOk, fields["status"]),
    reason: textOf(fields["reason"]) ?? textOf(fields["detail"]),
    version: textOf(fields["version"]),
    oldestUnappliedMs: countOf(fields["oldest_unapplied_ms"]),
    timersOverdue: countOf(fields["timers_overdue"]),
    outboxDepth: countOf(fields["outbox_depth"]),
  };
}

function stateOf(answeredOk: boolean, status: unknown): HealthState {
  if (!answeredOk) return "not_ready";
  return status === "hold" ? "hold" : "ready";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}
