import type { Guide } from "../guide";
import { SIGNING_EXAMPLE } from "../guide-code";

export const guide: Guide = {
  minutes: 20,
  needs: ["An example of what the shop posts, as JSON", "Somebody who can set the address and the secret at the shop, and knows how it signs"],
  access: {
    steps: [
      { text: "Paste an example body below, and say in the mapping what it means. What it becomes appears at once." },
      { text: "Under “signature”, write the header in which the shop puts its signature, whether it is hex or base64, and what stands before it, such as sha256=." },
    ],
  },
  fields: {
    secret: { label: "Secret", hint: "Only if the shop has one that cannot be changed. If empty, one is made up and shown in the next step." },
  },
  webhooks: {
    steps: [
      { text: "At the shop, set this as the address to which it posts.", values: ["webhook_url"] },
      { text: "Set this as the secret with which it signs. The signature is the HMAC-SHA256 of the body as it is sent, byte by byte.", values: ["secret"] },
      { text: "With this command the signature of a body can be checked by hand.", code: SIGNING_EXAMPLE },
      { text: "If the shop tells the topic in a header, it goes into x-topic; rules can ask for it with {\"topic\": \"…\"}." },
    ],
    note: "What no rule is about, and what a rule cannot read, is kept aside with the reason: it is the best example for the next rule.",
  },
  ownKey: { label: "Secret of the shop’s own", hint: "Only if the shop does not let you set one." },
};
