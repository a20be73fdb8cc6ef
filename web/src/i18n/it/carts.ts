import type { carts as en } from "../en/carts";

export const carts: typeof en = {
  title: "Carrelli",
};
