import { Button, Kbd, Menu, Select, Skeleton, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAdjustmentsHorizontal, IconPencil, IconPlus } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAgents, useSession } from "../../app/session";
import { BREAKPOINTS, FilterBar, FilterSelect, Note, Page, ProblemView, useUrlState } from "../../design";
import classes from "./deals.module.css";
import { PhoneList } from "./phone-list";
import { PipelineEditor } from "./pipeline-editor";
import { PIPELINE, usePipelines, useStageNames } from "./pipelines";
import { useStages } from "./stages";
import { useMoves } from "./use-moves";

// Dragging is a library of its own: a phone never fetches it.
const Board = lazy(async () => ({ default: (await import("./board")).Board }));

/** The deals of a pipeline, stage by stage. */
export function DealsPage() {
  const { t } = useTranslation(["deals", "common"]);
  const { can } = useSession();
  const { agents } = useAgents();
  const url = useUrlState("agent", "pipeline", "stage");
  const pipeline = url.values.pipeline || PIPELINE;
  const { pipelines } = usePipelines();
  const { pipelineName } = useStageNames();
  const stages = useStages(pipeline);
  const { moved, move } = useMoves();
  const [editing, setEditing] = useState<"this" | "new" | null>(null);
  const isPhone = useMediaQuery(`(max-width: ${BREAKPOINTS.phone})`, window.matchMedia(`(max-width: ${BREAKPOINTS.phone})`).matches) ?? false;
  const isMine = can("carts:write");
  const shared = { pipeline, stages, agent: url.values.agent, moved, move: isMine ? move : undefined };
  const choose = (id: string) => url.set({ pipeline: id === PIPELINE ? "" : id, stage: "" });
  const shown = pipelines.find(({ id }) => id === pipeline);
  return (
    <Page title={t("title")} lead={t("lead", { pipeline: pipelineName(pipeline) })} actions={can("settings:write") && <Manage edit={shown ? () => setEditing("this") : undefined} make={() => setEditing("new")} />}>
      <FilterBar clear={() => url.set({ agent: "" })} isAny={url.values.agent !== ""}>
        {pipelines.length > 1 && (
          <Select
            className={classes.choice}
            aria-label={t("pipeline.label")}
            data={pipelines.map(({ id }) => ({ value: id, label: pipelineName(id) }))}
            value={pipeline}
            onChange={(id) => id && choose(id)}
            allowDeselect={false}
            checkIconPosition="right"
          />
        )}
        <FilterSelect label={t("agent")} any={t("anyAgent")} value={url.values.agent} onChange={(agent) => url.set({ agent })} options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
        {!isPhone && isMine && (
          <Text size="sm" c="dimmed" className={classes.keys} visibleFrom="md">
            <Kbd size="xs">Shift</Kbd> <Kbd size="xs">←</Kbd> <Kbd size="xs">→</Kbd> {t("keys")}
          </Text>
        )}
      </FilterBar>
      {!isMine && <Note>{t("common:notAllowed")}</Note>}
      {stages.error ? (
        <ProblemView error={stages.error} retry={stages.retry} />
      ) : isPhone ? (
        <PhoneList {...shared} />
      ) : (
        <Suspense fallback={<Skeleton height={420} radius="lg" role="status" aria-label={t("common:loading")} />}>
          <Board {...shared} />
        </Suspense>
      )}
      {editing === "new" && <PipelineEditor onClose={() => setEditing(null)} onDone={(id) => choose(id ?? PIPELINE)} />}
      {editing === "this" && shown && <PipelineEditor key={shown.revision} pipeline={shown} stages={stages} onClose={() => setEditing(null)} onDone={(id) => choose(id ?? PIPELINE)} />}
    </Page>
  );
}

function Manage({ edit, make }: { edit: (() => void) | undefined; make: () => void }) {
  const { t } = useTranslation("deals");
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={16} aria-hidden />}>
          {t("pipeline.manage")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} disabled={!edit} onClick={edit}>
          {t("pipeline.edit")}
        </Menu.Item>
        <Menu.Item leftSection={<IconPlus size={15} aria-hidden />} onClick={make}>
          {t("pipeline.add")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
