import { useFlowOptions } from "../flows/use-flow-options";

export interface Names {
  flow: (id: string) => string;
  step: (flow: string, step: string) => string;
}

/** The names of flows and of their steps, by id; the id where the flow is gone. */
export function useNames(): Names {
  const { options, namesOf } = useFlowOptions();
  return {
    flow: (id) => options.find(({ value }) => value === id)?.label ?? id,
    step: (flow, step) => namesOf(flow)[step] || step,
  };
}
