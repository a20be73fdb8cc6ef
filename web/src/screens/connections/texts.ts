/** Words that several of these screens use. */

import { useTranslation } from "react-i18next";
import { isShopName, isTrackerName } from "../../i18n/guide";

const KINDS = ["customers", "products", "stock", "carts", "orders"] as const;
type Kind = (typeof KINDS)[number];

export interface Words {
  shop: (name: string) => string;
  kind: (name: string) => string;
  one: (kind: string) => string;
  /** “Every hour”; a text for 0 minutes too. */
  every: (minutes: number) => string;
}

export function useWords(): Words {
  const { t } = useTranslation("connections");
  const isKind = (name: string): name is Kind => (KINDS as readonly string[]).includes(name);
  return {
    shop: (name) => (isShopName(name) ? t(`shops.${name}.name`) : isTrackerName(name) ? t(`trackers.${name}.name`) : name),
    kind: (name) => (isKind(name) ? t(`kinds.${name}`) : name),
    one: (name) => (isKind(name) ? t(`job.one.${name}`) : name),
    every: (minutes) => {
      if (minutes === 0) return t("page.byHand");
      if (minutes === 24 * 60) return t("every.day");
      if (minutes % 60 === 0) return t("every.hours", { count: minutes / 60 });
      return t("every.minutes", { count: minutes });
    },
  };
}

/** Choices for how often a shop is compared, in minutes. */
export const EVERY_MINUTES = [5, 15, 30, 60, 360, 1440, 0];
