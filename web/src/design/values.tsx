/** Values in a line of text: money, a moment, a number beside the one before, a reason. */

import { Text, Tooltip } from "@mantine/core";
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from "@tabler/icons-react";
import { useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Amount } from "../format";
import { serverNow, watchServerClock } from "../format/clock";
import { useFormat } from "../format/react";
import classes from "./values.module.css";

/** An amount in the reader's form; a dash where the price is not known. */
export function Money({ amount, whole = false }: { amount: Amount | null | undefined; whole?: boolean }) {
  const { money } = useFormat();
  return <span className={classes.number}>{amount ? money(amount, { whole }) : "–"}</span>;
}

/** Amounts of several currencies are never added up: one stands below the other. */
export function Moneys({ amounts }: { amounts: Amount[] }) {
  const { money } = useFormat();
  if (amounts.length === 0) return <span>–</span>;
  return <span className={classes.number}>{amounts.map((amount) => money(amount)).join(" + ")}</span>;
}

/** “3 hours ago”, kept up to date, with the exact moment on hover and focus. */
export function When({ at, exact = false }: { at: string | null | undefined; exact?: boolean }) {
  const { relative, date } = useFormat();
  const now = useMinute();
  if (!at) return <span>–</span>;
  if (exact) return <time dateTime={at}>{date(at, "minute")}</time>;
  return (
    <Tooltip label={date(at, "second")}>
      <time dateTime={at} tabIndex={0} className={classes.when}>
        {relative(at, now)}
      </time>
    </Tooltip>
  );
}

let minute = serverNow();
const listeners = new Set<() => void>();

/** One clock for all moments on the page. */
function useMinute(): number {
  return useSyncExternalStore(subscribe, () => minute);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // A page that was just opened shows the moment it was opened at, not the one before.
  minute = Math.max(minute, serverNow());
  return () => listeners.delete(listener);
}

function tick(): void {
  minute = serverNow();
  for (const listener of listeners) listener();
}

setInterval(tick, 30_000);
watchServerClock(tick);

interface FigureProps {
  label: string;
  value: ReactNode;
  /** The same figure now and before, of any unit, for the comparison. */
  now?: number | null;
  before?: number | null;
  /** How the one before reads, such as “€ 1,200.00 before”. */
  beforeText?: string;
  /** Whether more is better; the colour follows it, the arrow and the words do not. */
  more?: "good" | "bad" | "neutral";
  hint?: ReactNode;
  to?: ReactNode;
  size?: "md" | "lg";
}

/** A number that matters, with its name, and how it compares. */
export function Figure({ label, value, now, before, beforeText, more = "good", hint, to, size = "md" }: FigureProps) {
  return (
    <div className={classes.figure} data-size={size}>
      <dt>{label}</dt>
      <dd className={classes.value}>{value}</dd>
      {(beforeText || hint || to) && (
        <dd className={classes.below}>
          {beforeText && <Change now={now ?? null} before={before ?? null} more={more} />}
          {beforeText && <span>{beforeText}</span>}
          {hint && <span>{hint}</span>}
          {to}
        </dd>
      )}
    </div>
  );
}

/** Figures side by side; they wrap on small screens. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={classes.figures}>{children}</dl>;
}

interface ChangeProps {
  now: number | null;
  before: number | null;
  more?: "good" | "bad" | "neutral";
}

/** By how much a figure grew or fell, in per cent, with an arrow and in words for those who listen. */
export function Change({ now, before, more = "good" }: ChangeProps) {
  const { t } = useTranslation();
  const { number } = useFormat();
  if (now === null || before === null || before === 0) return null;
  const share = (now - before) / Math.abs(before);
  const direction = Math.abs(share) < 0.0005 ? "same" : share > 0 ? "up" : "down";
  const Icon = direction === "same" ? IconArrowRight : direction === "up" ? IconArrowUpRight : IconArrowDownRight;
  const tone = more === "neutral" || direction === "same" ? "neutral" : (direction === "up") === (more === "good") ? "good" : "bad";
  return (
    <span className={classes.change} data-tone={tone}>
      <Icon size={14} aria-hidden />
      <span className="r-hidden">{t(`change.${direction}`)}</span>
      {number(share, { style: "percent", maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0, signDisplay: "exceptZero" })}
    </span>
  );
}

/** A sentence of the server that comes in both languages: the reason of a decision. */
export function Why({ why }: { why: { it: string; en: string } | null | undefined }) {
  const { language } = useFormat();
  if (!why) return null;
  return <Text component="span" inherit>{why[language]}</Text>;
}
