import { Button } from "@mantine/core";
import { IconHandGrab, IconHandStop } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { toastProblem } from "../../design";
import { useTaskWrites } from "./use-task-writes";

interface TakeButtonProps {
  task: Pick<Schemas["TaskItem"], "id" | "title" | "is_mine">;
  size?: string;
}

/** Takes a task, or gives back one of one's own. */
export function TakeButton({ task, size = "compact-sm" }: TakeButtonProps) {
  const { t } = useTranslation("tasks");
  const { claim, release } = useTaskWrites();
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    await (task.is_mine ? release(task.id) : claim(task.id)).catch(toastProblem);
    setBusy(false);
  };
  const Icon = task.is_mine ? IconHandStop : IconHandGrab;
  return (
    <Button size={size} variant="default" leftSection={<Icon size={15} />} loading={isBusy} onClick={() => void act()} aria-label={t(task.is_mine ? "giveBackNamed" : "takeNamed", { title: task.title })}>
      {t(task.is_mine ? "giveBack" : "take")}
    </Button>
  );
}
