import { useQueries } from "@tanstack/react-query";
import { api, queries, take } from "../../api/client";
import type { Option } from "../../design";
import { namesOf } from "./flow-diagram";

export interface FlowOptions {
  options: Option[];
  /** The names of a flow's elements by id, as far as they are read. */
  namesOf: (flow: string) => Record<string, string>;
}

const NOTHING: Record<string, string> = {};

/** The workspace's flows, for choosing one and for naming their elements. */
export function useFlowOptions(): FlowOptions {
  const { data } = queries.useQuery("get", "/api/v1/flows", {});
  const items = data?.items ?? [];
  const files = useQueries({
    queries: items.map(({ id, newest_version }) => ({
      queryKey: ["names", id, newest_version],
      queryFn: async () => namesOf((await take(api.GET("/api/v1/flows/{id}", { params: { path: { id } } }))).xml),
      // A version never changes.
      staleTime: Infinity,
      meta: { isStill: true },
    })),
  });
  const names = new Map(items.map(({ id }, index) => [id, files[index]?.data ?? NOTHING]));
  return { options: items.map(({ id, name }) => ({ value: id, label: name || id })), namesOf: (flow) => names.get(flow) ?? NOTHING };
}
