/** Short words on what was just done, with a way back. They can be read again in the bell's list. */

import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import { useSyncExternalStore } from "react";
import { asProblem } from "../api/problem";
import { serverNow } from "../format/clock";
import { problemDetail, problemText } from "./problem-text";
import type { Tone } from "./theme";
import { TONE_COLORS } from "./theme";

export interface Toast {
  id: string;
  at: string;
  tone: Tone;
  text: string;
}

const KEPT_MAX = 50;
const CLOSE_AFTER_MS = 6_000;
/** Time enough to read, think and take it back. */
const UNDO_AFTER_MS = 10_000;

let kept: readonly Toast[] = [];
const listeners = new Set<() => void>();
let count = 0;

/** What was said since the page was opened, newest first. */
export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => kept,
  );
}

interface ToastOptions {
  tone?: Tone;
  /** Takes it back. */
  undo?: () => Promise<unknown>;
}

export function toast(text: string, { tone = "good", undo }: ToastOptions = {}): void {
  const id = `toast-${(count += 1)}`;
  kept = [{ id, at: new Date(serverNow()).toISOString(), tone, text }, ...kept].slice(0, KEPT_MAX);
  for (const listener of listeners) listener();
  notifications.show({
    id,
    color: TONE_COLORS[tone],
    message: undo ? <UndoToast id={id} text={text} undo={undo} /> : text,
    autoClose: tone === "bad" ? false : undo ? UNDO_AFTER_MS : CLOSE_AFTER_MS,
    closeButtonProps: { "aria-label": i18next.t("close") },
  });
}

/** What went wrong with something done in passing; forms and dialogs show it in their own place. */
export function toastProblem(error: unknown): void {
  const problem = asProblem(error);
  const detail = problemDetail(problem);
  toast(detail ? `${problemText(problem)} (${detail})` : problemText(problem), { tone: "bad" });
}

function UndoToast({ id, text, undo }: { id: string; text: string; undo: () => Promise<unknown> }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm">{text}</Text>
      <Button
        size="compact-sm"
        variant="light"
        onClick={() => {
          notifications.hide(id);
          undo().then(() => toast(i18next.t("undone"), { tone: "neutral" }), toastProblem);
        }}
      >
        {i18next.t("undo")}
      </Button>
    </Group>
  );
}
