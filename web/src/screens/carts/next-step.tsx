import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { Mark, When } from "../../design";
import { Below } from "../customers/person-name";

type Journey = Schemas["JourneyItem"];

const JOURNEYS_MAX = 200;

/** What comes next for carts: the newest journeys that wait, by cart. */
export function useNextSteps(): (cart: string) => Journey | undefined {
  const { data } = queries.useQuery("get", "/api/v1/journeys", { params: { query: { state: "waiting,incident", limit: JOURNEYS_MAX } } });
  const byCart = new Map<string, Journey>();
  for (const journey of data?.items ?? []) if (journey.cart && !byCart.has(journey.cart)) byCart.set(journey.cart, journey);
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
