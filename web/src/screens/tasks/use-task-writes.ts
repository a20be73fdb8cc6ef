import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { below } from "../../api/queries";
import { toast } from "../../design";

export interface TaskWrites {
  claim: (id: string) => Promise<void>;
  release: (id: string) => Promise<void>;
  complete: (id: string, variables: Record<string, unknown>) => Promise<void>;
}

/** What a person does with a task. Taking one and giving it back can be taken back. */
export function useTaskWrites(): TaskWrites {
  const { t } = useTranslation("tasks");
  const client = useQueryClient();
  const fresh = () => client.invalidateQueries(below("/api/v1/tasks", "/api/v1/journeys"));
  const path = (id: string) => ({ params: { path: { id } } });
  const claimed = async (id: string) => {
    await api.POST("/api/v1/tasks/{id}/claim", path(id));
    await fresh();
  };
  const released = async (id: string) => {
    await api.POST("/api/v1/tasks/{id}/release", path(id));
    await fresh();
  };
  return {
    claim: async (id) => {
      await claimed(id);
      toast(t("taken"), { undo: () => released(id) });
    },
    release: async (id) => {
      await released(id);
      toast(t("givenBack"), { undo: () => claimed(id) });
    },
    complete: async (id, variables) => {
      const task = await take(api.POST("/api/v1/tasks/{id}/complete", { ...path(id), body: { variables } }));
      await fresh();
      toast(t("isDone", { title: task.title }));
    },
  };
}
