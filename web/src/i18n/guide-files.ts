/** Our own code that goes into a shop's server, as it is tried and published in `examples`. */

import medusa from "../../../examples/medusa-subscriber/ritorno.ts?raw";
import vendure from "../../../examples/vendure-plugin/ritorno.plugin.ts?raw";
import type { GuideFile } from "./guide";

export const VENDURE_PLUGIN: GuideFile = { name: "ritorno.plugin.ts", text: vendure };
export const MEDUSA_SUBSCRIBER: GuideFile = { name: "ritorno.ts", text: medusa };
