import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { below } from "../../api/queries";
import { toast, toastProblem } from "../../design";
import { useStageName } from "./stages";

export type Deal = Schemas["DealItem"];

/** The lists follow the log by a few seconds: so long, what was moved is shown where it was put. */
const SETTLES_AFTER_MS = 6_000;

export interface Moves {
  /** Deals shown elsewhere than where the server still lists them: by id, with the stage they were put into. */
  moved: ReadonlyMap<string, Deal>;
  move: (deal: Deal, to: string) => void;
}

/** Moves deals at once, tells the server, and offers the way back. */
export function useMoves(): Moves {
  const { t } = useTranslation(["deals", "common"]);
  const client = useQueryClient();
  const nameOf = useStageName();
  const [moved, setMoved] = useState<ReadonlyMap<string, Deal>>(new Map());
  const show = useCallback((deal: Deal, stage: string | null) => {
    setMoved((before) => {
      const after = new Map(before);
      if (stage === null) after.delete(deal.id);
      else after.set(deal.id, { ...deal, stage });
      return after;
    });
  }, []);
  const put = async (deal: Deal, from: string, to: string) => {
    show(deal, to);
    try {
      await api.PUT("/api/v1/deals/{id}/stage", { params: { path: { id: deal.id } }, body: { stage: to } });
    } catch (error) {
      show(deal, from === deal.stage ? null : from);
      throw error;
    }
    setTimeout(() => {
      void client.invalidateQueries(below("/api/v1/deals", "/api/v1/deal_stages", "/api/v1/customers", "/api/v1/carts")).then(() =>
        setMoved((before) => {
          if (before.get(deal.id)?.stage !== to) return before;
          const after = new Map(before);
          after.delete(deal.id);
          return after;
        }),
      );
    }, SETTLES_AFTER_MS);
  };
  const move = (deal: Deal, to: string) => {
    const from = deal.stage;
    if (from === to) return;
    const name = deal.customer.name || deal.customer.email || t("common:search.unnamed");
    put(deal, from, to).then(() => toast(t("moved", { name, stage: nameOf(to) }), { undo: () => put({ ...deal, stage: to }, to, from) }), toastProblem);
  };
  return { moved, move };
}

/** What a column shows: the server's list without what left, and what came on top. */
export function withMoves(items: Deal[], stage: string, moved: ReadonlyMap<string, Deal>): Deal[] {
  const came = [...moved.values()].filter((deal) => deal.stage === stage && !items.some(({ id }) => id === deal.id));
  const stayed = items.flatMap((deal) => {
    const put = moved.get(deal.id);
    return !put ? [deal] : put.stage === stage ? [put] : [];
  });
  return [...came, ...stayed];
}
