import type { deals as en } from "../en/deals";

export const deals: typeof en = {
  title: "Affari",
};
