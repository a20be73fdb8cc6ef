/** The stages of a pipeline: those that deals are in, the two every pipeline knows, and those a person added here. */

import { useLocalStorage } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { useSession } from "../../app/session";

export const PIPELINE = "Sales management";
/** Where the deal of an abandoned cart begins. */
export const STAGE_FIRST = "Check out abbandonato";
/** A deal that comes here is won. */
export const STAGE_WON = "Confirmed";
export const STAGE_MAX = 60;

export interface Stages {
  /** Names in the order of the board. */
  names: string[];
  /** What the server counts in each. */
  counts: Map<string, Schemas["DealStage"]>;
  add: (name: string) => void;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
}

export function useStages(pipeline: string): Stages {
  const { session } = useSession();
  const { data, isPending, error, refetch } = queries.useQuery("get", "/api/v1/deal_stages", { params: { query: { pipeline } } });
  // A stage exists once a deal is in it; until then it is a column of this browser.
  const [added, setAdded] = useLocalStorage<string[]>({ key: `ritorno.stages.${session.workspace.id}.${pipeline}`, defaultValue: [], getInitialValueInEffect: false });
  const counts = new Map((data?.items ?? []).map((item) => [item.stage, item]));
  const between = new Set([...added, ...counts.keys()].filter((name) => name !== STAGE_FIRST && name !== STAGE_WON));
  return {
    names: [STAGE_FIRST, ...between, STAGE_WON],
    counts,
    add: (name) => setAdded((before) => (before.includes(name) ? before : [...before, name])),
    isLoading: isPending,
    error: data ? null : error,
    retry: () => void refetch(),
  };
}

/** How a stage reads: the two that Ritorno itself sets, in the reader's language; the others as they were named. */
export function useStageName(): (stage: string) => string {
  const { t } = useTranslation("deals");
  return (stage) => (stage === STAGE_FIRST ? t("stages.first") : stage === STAGE_WON ? t("stages.won") : stage);
}
