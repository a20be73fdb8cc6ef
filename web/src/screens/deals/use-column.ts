import { api, take, type Schemas } from "../../api/client";
import { usePages, type Paged } from "../../api/queries";
import type { Stages } from "./stages";
import { withMoves, type Deal } from "./use-moves";

interface Asked {
  pipeline: string;
  stages: Stages;
  agent: string;
  moved: ReadonlyMap<string, Deal>;
}

export interface Column {
  items: Deal[];
  list: Paged<Deal>;
  count: number;
  amounts: Schemas["Amount"][];
}

/** The deals of one stage, with what was just moved, how many they are and what they are worth. */
export function useColumn(stage: string, { pipeline, stages, agent, moved }: Asked): Column {
  const list = usePages("/api/v1/deals", { pipeline, stage, agent: agent || undefined }, (query) => take(api.GET("/api/v1/deals", { params: { query } })), { limit: 30 });
  const items = withMoves(list.items, { pipeline, stage }, moved);
  // The server counts a whole stage; of one agent's deals only those that were read can be counted.
  const said = agent ? undefined : stages.counts.get(stage);
  if (list.isLoading && said) return { items, list, count: said.deals, amounts: said.amounts };
  if (agent || !list.hasMore) return { items, list, count: items.length, amounts: sumOf(items) };
  const left = list.items.length - items.length;
  return { items, list, count: (said?.deals ?? 0) - left, amounts: said?.amounts ?? [] };
}

function sumOf(items: Deal[]): Schemas["Amount"][] {
  const sums = new Map<string, number>();
  for (const { amount } of items) if (amount) sums.set(amount.currency, (sums.get(amount.currency) ?? 0) + amount.minor);
  return [...sums].map(([currency, minor]) => ({ currency, minor }));
}
