/** How flows and their steps are called: the API speaks of ids, a person knows the names in the diagram. */

import { useQueries } from "@tanstack/react-query";
import { api, queries, take } from "../api/client";
import { useSession } from "./session";

export interface FlowNames {
  flow: (id: string) => string;
  /** The element's name in the newest version of the flow. */
  step: (flow: string, id: string) => string;
}

export function useFlowNames(): FlowNames {
  const { can } = useSession();
  const flows = queries.useQuery("get", "/api/v1/flows", {}, { enabled: can("flows:read"), staleTime: 60_000 });
  const items = flows.data?.items ?? [];
  const steps = useQueries({
    queries: items.map(({ id, newest_version }) => ({
      queryKey: ["get", "/api/v1/flows", "names", id, newest_version],
      queryFn: async () => [id, namesIn((await take(api.GET("/api/v1/flows/{id}", { params: { path: { id } } }))).xml)] as const,
      staleTime: Infinity,
      meta: { isStill: true },
    })),
    combine: (results) => new Map(results.flatMap(({ data }) => (data ? [data] : []))),
  });
  return {
    flow: (id) => items.find((each) => each.id === id)?.name ?? id,
    step: (flow, id) => steps.get(flow)?.get(id) ?? id,
  };
}

/** Names of the elements of a BPMN file, by id. */
export function namesIn(xml: string): Map<string, string> {
  const names = new Map<string, string>();
  const document = new DOMParser().parseFromString(xml, "application/xml");
  for (const element of document.querySelectorAll("[id][name]")) {
    const [id, name] = [element.getAttribute("id"), element.getAttribute("name")];
    if (id && name) names.set(id, name.replace(/\s+/g, " "));
  }
  return names;
}
