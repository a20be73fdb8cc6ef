/** What forms share: what went wrong below them, and drafts that outlive an expired session or a reload. */

import { Button, Group, Text, Transition } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Problem } from "../api/problem";
import classes from "./forms.module.css";
import { problemDetail, problemText } from "./problem-text";
import { MOTION_MS } from "./theme";

/** A problem in one line, for below a form's fields. */
export function ProblemLine({ problem }: { problem: Problem }) {
  // For the language: another one is another text.
  useTranslation();
  const detail = problemDetail(problem);
  return (
    <Group role="alert" gap={6} wrap="nowrap" align="flex-start" className={classes.problem}>
      <IconAlertTriangle size={17} aria-hidden />
      <div>
        <Text size="sm">{problemText(problem)}</Text>
        {detail && (
          <Text size="xs" c="dimmed" lang="en" style={{ overflowWrap: "anywhere" }}>
            {detail}
          </Text>
        )}
      </div>
    </Group>
  );
}

/**
 * Keeps what is typed into a form until it is saved: closing the page, a reload or an expired session lose nothing.
 * Returns `forget`, to be called once it is saved.
 */
export function useDraft<V extends object>(name: string, form: UseFormReturnType<V>, isReady = true): { forget: () => void; isRestored: boolean } {
  const key = `ritorno.draft.${name}`;
  const [isRestored, setRestored] = useState(false);
  useEffect(() => {
    if (!isReady) return;
    const kept = readDraft<V>(key);
    if (kept) {
      form.setValues(kept);
      setRestored(true);
    }
    // Only once, when the form has its first values.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, isReady]);
  const values = JSON.stringify(form.getValues());
  const isDirty = form.isDirty();
  useEffect(() => {
    if (isReady && isDirty) writeDraft(key, values);
  }, [key, values, isDirty, isReady]);
  return {
    isRestored,
    forget: () => {
      setRestored(false);
      writeDraft(key, null);
    },
  };
}

function readDraft<V>(key: string): Partial<V> | null {
  try {
    const kept = sessionStorage.getItem(key);
    return kept ? (JSON.parse(kept) as Partial<V>) : null;
  } catch {
    return null;
  }
}

function writeDraft(key: string, values: string | null): void {
  try {
    if (values === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, values);
  } catch {
    // Storage may be switched off in the browser; then a draft lasts as long as the page.
  }
}

/** The foot of a long form: appears once something was changed, and stays in view. */
export function SaveBar({ isDirty, isBusy, onDiscard }: { isDirty: boolean; isBusy: boolean; onDiscard: () => void }) {
  const { t } = useTranslation();
  return (
    <Transition mounted={isDirty} transition="fade" duration={MOTION_MS}>
      {(styles) => (
        <div className={classes.saveBar} style={styles}>
          <Text size="sm" fw={520}>
            {t("unsaved")}
          </Text>
          <Group gap="xs" ml="auto">
            <Button variant="default" onClick={onDiscard}>
              {t("discard")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t("save")}
            </Button>
          </Group>
        </div>
      )}
    </Transition>
  );
}
