import { IconAlertTriangle, IconCheck, IconCircleCheck, IconClock, IconMinus, IconPlayerPause, IconPlugConnectedX, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Mark, type Tone } from "../../design";
import type { Connection, Job } from "./queries";

const CONNECTION = { active: ["good", IconCircleCheck], paused: ["wait", IconPlayerPause], uninstalled: ["bad", IconPlugConnectedX] } as const;
const JOB = {
  waiting: ["info", IconClock],
  running: ["info", IconRefresh],
  paused: ["wait", IconPlayerPause],
  stopped: ["bad", IconAlertTriangle],
  done: ["good", IconCheck],
  cancelled: ["neutral", IconMinus],
} as const;

export function ConnectionMark({ state }: Pick<Connection, "state">) {
  const { t } = useTranslation("connections");
  const [tone, icon] = CONNECTION[state];
  return (
    <Mark tone={tone satisfies Tone} icon={icon}>
      {t(`state.${state}`)}
    </Mark>
  );
}

export function JobMark({ state }: Pick<Job, "state">) {
  const { t } = useTranslation("connections");
  const [tone, icon] = JOB[state];
  return (
    <Mark tone={tone satisfies Tone} icon={icon}>
      {t(`job.states.${state}`)}
    </Mark>
  );
}
