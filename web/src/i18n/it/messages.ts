import type { messages as en } from "../en/messages";

export const messages: typeof en = {
  title: "Messaggi",
};
