import type { TrackerGuide } from "../guide";
import { SNOWPLOW_BROWSER, SNOWPLOW_CALL, SNOWPLOW_NODE } from "../guide-code";

export const guide: TrackerGuide = {
  minutes: 10,
  needs: ["A shop whose pages or server have a Snowplow tracker, or somebody who can put one in", "For carts and orders: the tracker’s e-commerce plug-in, or its older cart and transaction events"],
  part: {
    steps: [
      { text: "Give the tracker this address as its collector, and the key as its app id. That is all.", values: ["endpoint", "key"] },
      { text: "In the shop’s pages it looks like this. The e-commerce plug-in tells of products, carts and orders.", code: SNOWPLOW_BROWSER },
      { text: "On a server it looks like this.", code: SNOWPLOW_NODE },
      { text: "Where the app id is needed for itself, the key stands in the path instead: this is the collector’s address then. Trackers that take no path have an option for it, such as postPath.", values: ["path"] },
      { text: "What Snowplow has no word for, such as consent, the whole cart or an agent, is told with a schema of ours. It needs no registry.", code: SNOWPLOW_CALL },
    ],
    note: "A customer is known by setUserId, a visitor by the tracker’s own id. Page pings and figures of the browser are not kept; what cannot be read waits in quarantine as the tracker sent it. A tracker may send to several collectors at once: the one you have goes on as it is.",
  },
};
