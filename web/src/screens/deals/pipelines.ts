/** The workspace's pipelines, and how their stages read. */

import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";

export type Pipeline = Schemas["Pipeline"];
export type StageKind = Schemas["StageKind"];

/** The pipeline that abandoned carts are in. */
export const PIPELINE = "Sales management";
/** Where the deal of an abandoned cart begins. */
export const STAGE_FIRST = "Check out abbandonato";
/** The id of the won stage, in every pipeline. */
export const STAGE_WON = "Confirmed";
export const NAME_MAX = 60;

export function usePipelines(): { pipelines: Pipeline[]; error: unknown; retry: () => void } {
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/pipelines", {}, { staleTime: 60_000 });
  return { pipelines: data?.items ?? [], error: data ? null : error, retry: () => void refetch() };
}

/** How a pipeline and a stage read: what nobody has renamed in the reader's language, the rest as it was named. */
export function useStageNames(): { stageName: (pipeline: string, stage: string) => string; pipelineName: (pipeline: string) => string } {
  const { t } = useTranslation("deals");
  const { pipelines } = usePipelines();
  return {
    stageName: (pipeline, stage) => {
      const name = pipelines.find(({ id }) => id === pipeline)?.stages.find(({ id }) => id === stage)?.name ?? stage;
      return name === STAGE_FIRST ? t("stages.first") : name === STAGE_WON ? t("stages.won") : name;
    },
    pipelineName: (pipeline) => {
      const name = pipelines.find(({ id }) => id === pipeline)?.name ?? pipeline;
      return name === PIPELINE ? t("pipeline.first") : name;
    },
  };
}
