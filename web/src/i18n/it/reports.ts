import type { reports as en } from "../en/reports";

export const reports: typeof en = {
  title: "Rapporti",
};
