import type { flows as en } from "../en/flows";

export const flows: typeof en = {
  title: "Flussi",
};
