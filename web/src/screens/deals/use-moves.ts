import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { below } from "../../api/queries";
import { toast, toastProblem } from "../../design";
import { useStageNames } from "./pipelines";

export type Deal = Schemas["DealItem"];

/** Where a deal is or shall be. */
export interface Place {
  pipeline: string;
  stage: string;
}

/** The lists follow the log by a few seconds: so long, what was moved is shown where it was put. */
const SETTLES_AFTER_MS = 6_000;

export interface Moves {
  /** Deals shown elsewhere than where the server still lists them: by id, with the place they were put into. */
  moved: ReadonlyMap<string, Deal>;
  move: (deal: Deal, to: Place) => void;
}

/** Moves deals at once, tells the server, and offers the way back. */
export function useMoves(): Moves {
  const { t } = useTranslation(["deals", "common"]);
  const client = useQueryClient();
  const { stageName, pipelineName } = useStageNames();
  const [moved, setMoved] = useState<ReadonlyMap<string, Deal>>(new Map());
  const show = useCallback((deal: Deal, place: Place | null) => {
    setMoved((before) => {
      const after = new Map(before);
      if (place === null) after.delete(deal.id);
      else after.set(deal.id, { ...deal, ...place });
      return after;
    });
  }, []);
  const put = async (deal: Deal, from: Place, to: Place) => {
    show(deal, to);
    try {
      await api.PUT("/api/v1/deals/{id}/stage", { params: { path: { id: deal.id } }, body: to });
    } catch (error) {
      show(deal, isAt(deal, from) ? null : from);
      throw error;
    }
    setTimeout(() => {
      void client.invalidateQueries(below("/api/v1/deals", "/api/v1/deal_stages", "/api/v1/customers", "/api/v1/carts")).then(() =>
        setMoved((before) => {
          const shown = before.get(deal.id);
          if (!shown || !isAt(shown, to)) return before;
          const after = new Map(before);
          after.delete(deal.id);
          return after;
        }),
      );
    }, SETTLES_AFTER_MS);
  };
  const move = (deal: Deal, to: Place) => {
    const from: Place = { pipeline: deal.pipeline, stage: deal.stage };
    if (isAt(deal, to)) return;
    const name = deal.customer.name || deal.customer.email || t("common:search.unnamed");
    const stage = stageName(to.pipeline, to.stage);
    const said = to.pipeline === from.pipeline ? t("moved", { name, stage }) : t("movedTo", { name, stage, pipeline: pipelineName(to.pipeline) });
    put(deal, from, to).then(() => toast(said, { undo: () => put({ ...deal, ...to }, to, from) }), toastProblem);
  };
  return { moved, move };
}

function isAt(deal: Place, place: Place): boolean {
  return deal.pipeline === place.pipeline && deal.stage === place.stage;
}

/** What a column shows: the server's list without what left, and what came on top. */
export function withMoves(items: Deal[], place: Place, moved: ReadonlyMap<string, Deal>): Deal[] {
  const came = [...moved.values()].filter((deal) => isAt(deal, place) && !items.some(({ id }) => id === deal.id));
  const stayed = items.flatMap((deal) => {
    const put = moved.get(deal.id);
    return !put ? [deal] : isAt(put, place) ? [put] : [];
  });
  return [...came, ...stayed];
}
