/** The report on the recovery of carts, as both the home page and the reports read it. */

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { api, take, type Schemas } from "../api/client";
import { addDays, countDays } from "../format/days";
import type { Amount } from "../format";

export type Recovery = Schemas["Recovery"];

/** Days, both counted. */
export interface Period {
  from: string;
  to: string;
}

export type RecoveryReport = Schemas["RecoveryReport"];

/** The report as JSON; the same address gives a table where one is asked for. */
async function readRecovery({ from, to }: Period): Promise<RecoveryReport> {
  return (await take(api.GET("/api/v1/reports/recovery", { params: { query: { from, to } } }))) as RecoveryReport;
}

export function useRecovery(period: Period, enabled = true) {
  return useQuery({
    queryKey: ["get", "/api/v1/reports/recovery", period],
    queryFn: () => readRecovery(period),
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** What came back in one currency: through messages and visits, and closed by agents. */
export interface Earned {
  currency: string;
  total: Amount;
  byMessages: Amount;
  byAgents: Amount;
}

/** Each currency stands alone; the one that earned most comes first. */
export function earnedOf(recovery: Recovery): Earned[] {
  return recovery.revenue
    .map(({ currency, linear, agent_closed }) => ({
      currency,
      byMessages: linear,
      byAgents: agent_closed,
      total: { currency, minor: linear.minor + agent_closed.minor },
    }))
    .sort((a, b) => b.total.minor - a.total.minor);
}

export function earnedIn(recovery: Recovery, currency: string): Earned {
  const zero = { currency, minor: 0 };
  return earnedOf(recovery).find((each) => each.currency === currency) ?? { currency, total: zero, byMessages: zero, byAgents: zero };
}

/** The currency to speak of first: the one that earned most, else the workspace's own. */
export function mainCurrency(recovery: Recovery, own: string): string {
  return earnedOf(recovery).find(({ total }) => total.minor > 0)?.currency ?? own;
}

const BUCKETS_MAX = 12;
const PAST_STALE_MS = 5 * 60_000;

/** A period cut into at most twelve equal parts, counted back from its last day; the first may be shorter. */
export function cut({ from, to }: Period): Period[] {
  const days = countDays(from, to);
  const length = Math.max(1, Math.ceil(days / BUCKETS_MAX));
  const parts: Period[] = [];
  for (let end = to; end >= from; end = addDays(end, -length)) {
    const start = addDays(end, 1 - length);
    parts.unshift({ from: start < from ? from : start, to: end });
  }
  return parts;
}

export interface Part {
  period: Period;
  recovery: Recovery | null;
}

/** The report of each part of a period. Parts that are over are read once. */
export function useTrend(period: Period, enabled = true): Part[] {
  const parts = cut(period);
  return useQueries({
    queries: parts.map((part, index) => {
      const isOver = index < parts.length - 1;
      return {
        queryKey: ["get", "/api/v1/reports/recovery", { part }],
        queryFn: () => readRecovery(part),
        enabled,
        staleTime: isOver ? PAST_STALE_MS : 10_000,
        meta: { isStill: isOver },
      };
    }),
    combine: (results) => results.map((result, index) => ({ period: parts[index] ?? period, recovery: result.data?.recovery ?? null })),
  });
}
