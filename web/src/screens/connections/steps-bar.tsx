import { IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./connections.module.css";

export type StepName = "shop" | "access" | "webhooks" | "history" | "done";

/** What every step is given. */
export interface StepProps {
  /** The button that leads back, where there is a step before. */
  back: ReactNode;
  onNext: () => void;
}

interface StepsBarProps {
  steps: StepName[];
  current: StepName;
  /** Those that one may go to now. */
  reached: readonly StepName[];
  onGo: (step: StepName) => void;
}

/** Where one is among the steps; those that are open can be gone to. */
export function StepsBar({ steps, current, reached, onGo }: StepsBarProps) {
  const { t } = useTranslation("connections");
  const at = steps.indexOf(current);
  return (
    <nav aria-label={t("wizard.stepsLabel")} className="r-no-print">
      <ol className={classes.bar}>
        {steps.map((step, index) => {
          const isDone = index < at;
          const text = (
            <>
              <span className={classes.number} aria-hidden>
                {isDone ? <IconCheck size={14} stroke={2.5} /> : index + 1}
              </span>
              <span className={classes.stepName}>{t(`wizard.steps.${step}`)}</span>
            </>
          );
          return (
            <li key={step} data-state={index === at ? "now" : isDone ? "done" : "open"} aria-current={index === at ? "step" : undefined}>
              {reached.includes(step) && index !== at ? (
                <button type="button" onClick={() => onGo(step)}>
                  {text}
                </button>
              ) : (
                <span className={classes.stepHere}>{text}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
