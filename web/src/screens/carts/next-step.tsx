import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { useSession } from "../../app/session";
import { Mark, When } from "../../design";
import { Below } from "../customers/person-name";

type Journey = Schemas["JourneyItem"];

/** Carts of one question; a list that is unrolled asks once for each further part of it. */
const CARTS_EACH = 100;

/** What comes next for the carts that are shown: of the journeys that wait, the newest of each cart. */
export function useNextSteps(carts: string[]): (cart: string) => Journey | undefined {
  const { can } = useSession();
  const parts: string[] = [];
  for (let from = 0; from < carts.length; from += CARTS_EACH) parts.push(carts.slice(from, from + CARTS_EACH).join(","));
  const journeys = useQueries({
    queries: parts.map((cart) => ({
      queryKey: ["get", "/api/v1/journeys", { cart }],
      queryFn: () => take(api.GET("/api/v1/journeys", { params: { query: { state: "waiting,incident", cart } } })),
      enabled: can("flows:read"),
    })),
    combine: (results) => results.flatMap(({ data }) => data?.items ?? []),
  });
  const byCart = new Map<string, Journey>();
  for (const journey of journeys) if (journey.cart && !byCart.has(journey.cart)) byCart.set(journey.cart, journey);
  return (cart) => byCart.get(cart);
}

/** What a flow does next with a cart, and when. */
export function NextStep({ journey }: { journey: Journey | undefined }) {
  const { t } = useTranslation("carts");
  if (!journey) return <span style={{ color: "var(--r-ink-soft)" }}>–</span>;
  if (journey.state === "incident") return <Mark tone="bad">{t("nextStep.incident")}</Mark>;
  return (
    <>
      {journey.due_at ? <When at={journey.due_at} /> : t("next")}
      <Below>{journey.flow_name}</Below>
    </>
  );
}
