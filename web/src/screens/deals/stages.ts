/** The stages of the pipeline on the board: those that it defines, in its order, and those that only an event said. */

import { queries, type Schemas } from "../../api/client";
import { useStageNames, type StageKind } from "./pipelines";

export interface Stages {
  /** Ids in the order of the board. */
  ids: string[];
  /** What the server counts in each. */
  counts: Map<string, Schemas["DealStage"]>;
  nameOf: (stage: string) => string;
  kindOf: (stage: string) => StageKind;
  error: unknown;
  retry: () => void;
}

export function useStages(pipeline: string): Stages {
  const { stageName } = useStageNames();
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/deal_stages", { params: { query: { pipeline } } });
  const counts = new Map((data?.items ?? []).map((item) => [item.stage, item]));
  return {
    ids: [...counts.keys()],
    counts,
    nameOf: (stage) => stageName(pipeline, stage),
    kindOf: (stage) => counts.get(stage)?.kind ?? "open",
    error: data ? null : error,
    retry: () => void refetch(),
  };
}
