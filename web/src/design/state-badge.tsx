import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconBan,
  IconCheck,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconHelpCircle,
  IconHourglass,
  IconMinus,
  IconPlayerPause,
  IconSend,
  IconShoppingCart,
  IconShoppingCartOff,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./state-badge.module.css";
import type { Tone } from "./theme";

/** Every state of every thing: its colour and its picture. The words are in i18n, `common.states`. */
const STATES = {
  cart: {
    active: ["info", IconShoppingCart],
    abandoned: ["wait", IconShoppingCartOff],
    recovered: ["good", IconArrowBackUp],
    converted: ["good", IconCheck],
    expired: ["neutral", IconMinus],
  },
  message: {
    queued: ["info", IconClock],
    held: ["wait", IconPlayerPause],
    sending: ["info", IconSend],
    sent: ["good", IconCheck],
    skipped: ["neutral", IconBan],
    failed: ["bad", IconAlertTriangle],
    in_doubt: ["bad", IconHelpCircle],
  },
  journey: {
    waiting: ["info", IconHourglass],
    incident: ["bad", IconAlertTriangle],
    ended: ["neutral", IconCircleCheck],
  },
  flow: {
    on: ["good", IconCircleCheck],
    off: ["neutral", IconCircleDashed],
  },
  task: {
    open: ["info", IconCircleDashed],
    done: ["good", IconCheck],
    withdrawn: ["neutral", IconBan],
  },
  stock: {
    in_stock: ["good", IconCheck],
    low: ["wait", IconHourglass],
    out: ["bad", IconBan],
    unknown: ["neutral", IconHelpCircle],
  },
  quarantine: {
    open: ["wait", IconHelpCircle],
    replayed: ["good", IconArrowBackUp],
    dropped: ["neutral", IconBan],
  },
  consent: {
    granted: ["good", IconCheck],
    denied: ["bad", IconBan],
    unknown: ["neutral", IconHelpCircle],
  },
  person: {
    active: ["good", IconCheck],
    invited: ["wait", IconClock],
    disabled: ["neutral", IconBan],
  },
} as const satisfies Record<string, Record<string, readonly [Tone, TablerIcon]>>;

export type StatesOf = typeof STATES;

interface StateBadgeProps<K extends keyof StatesOf> {
  of: K;
  /** As the API says it. One that we do not know is shown as it is. */
  state: string;
}

/** A state, by picture, word and colour. */
export function StateBadge<K extends keyof StatesOf>({ of, state }: StateBadgeProps<K>) {
  const { t } = useTranslation();
  const known = (STATES[of] as Record<string, readonly [Tone, TablerIcon]>)[state];
  if (!known) return <Mark tone="neutral">{state}</Mark>;
  const [tone, icon] = known;
  return (
    <Mark tone={tone} icon={icon}>
      {t(`states.${of}.${state}` as "states.cart.active")}
    </Mark>
  );
}

/** A small mark with a tone; for states use `StateBadge`. */
export function Mark({ tone, icon: Icon, children }: { tone: Tone; icon?: TablerIcon; children: ReactNode }) {
  return (
    <span className={classes.mark} data-tone={tone}>
      {Icon && <Icon size={14} stroke={2} aria-hidden />}
      <span>{children}</span>
    </span>
  );
}
