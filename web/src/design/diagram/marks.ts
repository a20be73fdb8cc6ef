/** What a diagram can show on its elements. Apart from the drawing, so that naming a mark loads no diagram library. */

import type { Tone } from "../theme";

export interface DiagramMark {
  /** Its colour; a visited element without anything to count has a tone alone. */
  tone: Tone;
  /** A number in the element's corner, such as the journeys that stand there. */
  count?: number;
  /** The count in words, for those who listen and on hover. */
  label?: string;
}

/** Ids of BPMN elements (tasks, events, gateways, sequence flows) with their mark. */
export type DiagramMarks = Readonly<Record<string, DiagramMark>>;
