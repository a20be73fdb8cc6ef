/** Small charts of our own: a page with three bars needs no library. Each can be read as a table by those who listen. */

import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./charts.module.css";
import type { Tone } from "./theme";

export interface Bar {
  label: string;
  value: number;
  /** The value as it reads. */
  text: string;
  /** More for the tooltip. */
  hint?: string;
  isPending?: boolean;
}

/** Values over time, one bar each. */
export function BarChart({ label, bars, height = 160 }: { label: string; bars: Bar[]; height?: number }) {
  const max = Math.max(1, ...bars.map(({ value }) => value));
  const every = Math.ceil(bars.length / 6);
  return (
    <figure className={classes.chart} aria-label={label}>
      <div className={classes.bars} style={{ height }}>
        {bars.map((bar, index) => (
          <Tooltip key={`${bar.label}${index}`} label={`${bar.label}: ${bar.text}${bar.hint ? ` · ${bar.hint}` : ""}`} openDelay={0}>
            <div className={classes.slot} tabIndex={0} role="img" aria-label={`${bar.label}: ${bar.text}`}>
              <div className={classes.bar} data-pending={bar.isPending || undefined} data-last={index === bars.length - 1 || undefined} style={{ height: bar.isPending ? "30%" : `${(bar.value / max) * 100}%` }} />
            </div>
          </Tooltip>
        ))}
      </div>
      <div className={classes.axis} data-dense={bars.length > 12 || undefined} aria-hidden>
        {bars.map((bar, index) => {
          const back = (bars.length - 1 - index) / every;
          return (
            <span key={`${bar.label}${index}`} data-minor={back % 3 !== 0 || undefined}>
              {Number.isInteger(back) ? bar.label : ""}
            </span>
          );
        })}
      </div>
    </figure>
  );
}

export interface Stage {
  label: string;
  value: number;
  text: string;
  /** Below the bar: what it means, how it compares. */
  hint?: ReactNode;
  tone?: Tone;
}

/** Stages one below the other, each as wide as its share of the widest. */
export function Funnel({ label, stages }: { label: string; stages: Stage[] }) {
  const max = Math.max(1, ...stages.map(({ value }) => value));
  return (
    <ol className={classes.funnel} aria-label={label}>
      {stages.map((stage) => (
        <li key={stage.label}>
          <div className={classes.stageHead}>
            <span>{stage.label}</span>
            <strong>{stage.text}</strong>
          </div>
          <div className={classes.track} aria-hidden>
            <div className={classes.fill} data-tone={stage.tone ?? "accent"} style={{ width: `${Math.max((stage.value / max) * 100, stage.value > 0 ? 1 : 0)}%` }} />
          </div>
          {stage.hint && <div className={classes.stageHint}>{stage.hint}</div>}
        </li>
      ))}
    </ol>
  );
}
