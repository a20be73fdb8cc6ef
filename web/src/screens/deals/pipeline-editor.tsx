import { ActionIcon, Button, Group, Modal, Select, Stack, Text, TextInput, Tooltip } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { ConfirmWithReason, ProblemLine, toast } from "../../design";
import classes from "./deals.module.css";
import { NAME_MAX, PIPELINE, STAGE_FIRST, useStageNames, type Pipeline, type StageKind } from "./pipelines";
import type { Stages } from "./stages";

const KINDS = ["open", "won", "lost"] as const;

interface Row {
  key: number;
  id: string | null;
  name: string;
  kind: StageKind;
}

interface EditorProps {
  /** Absent: a new one. */
  pipeline?: Pipeline;
  stages?: Stages;
  onClose: () => void;
  /** What to show now; `null`: it is gone. */
  onDone: (id: string | null) => void;
}

/** Names a pipeline and its stages, orders them, and says which one is won and which are lost. */
export function PipelineEditor({ pipeline, stages, onClose, onDone }: EditorProps) {
  const { t } = useTranslation(["deals", "common"]);
  const { pipelineName } = useStageNames();
  const client = useQueryClient();
  const [name, setName] = useState(pipeline ? pipelineName(pipeline.id) : "");
  const rows = useRows(pipeline);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const strays = [...(stages?.counts.values() ?? [])].filter((stage) => !stage.is_known && !rows.all.some((row) => row.name === stage.stage));
  const refresh = () => client.invalidateQueries(below("/api/v1/pipelines", "/api/v1/deal_stages", "/api/v1/deals", "/api/v1/audit"));
  const save = async () => {
    setBusy(true);
    setProblem(null);
    // What nobody renamed stays as the server has it, whatever it is called in the reader's language.
    const body = { name: pipeline && name.trim() === pipelineName(pipeline.id) ? pipeline.name : name, revision: pipeline?.revision ?? 0, stages: rows.said() };
    try {
      const made = await take(pipeline ? api.PUT("/api/v1/pipelines/{id}", { params: { path: { id: pipeline.id } }, body }) : api.POST("/api/v1/pipelines", { body }));
      await refresh();
      toast(t(pipeline ? "pipeline.saved" : "pipeline.made", { name: name.trim() }));
      onDone(made.id);
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    if (!pipeline) return;
    await api.DELETE("/api/v1/pipelines/{id}", { params: { path: { id: pipeline.id } } });
    onDone(null);
    await refresh();
    toast(t("pipeline.removed", { name: pipeline.name }));
    onClose();
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t(pipeline ? "pipeline.edit" : "pipeline.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <TextInput label={t("pipeline.name")} placeholder={t("pipeline.example")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={NAME_MAX} required data-autofocus={pipeline ? undefined : true} />
          <div>
            <Text size="sm" fw={540}>
              {t("pipeline.stages")}
            </Text>
            <Text size="sm" c="dimmed">
              {t("pipeline.stagesText")}
            </Text>
          </div>
          <ol className={classes.stages}>
            {rows.all.map((row, at) => (
              <StageRow key={row.key} row={row} at={at} rows={rows} deals={(row.id !== null && stages?.counts.get(row.id)?.deals) || 0} isFixed={pipeline?.id === PIPELINE && row.id === STAGE_FIRST} />
            ))}
          </ol>
          <Group gap="xs">
            <Button variant="default" size="compact-md" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => rows.add("")}>
              {t("addStage.action")}
            </Button>
            {strays.map(({ stage }) => (
              <Button key={stage} variant="subtle" size="compact-md" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => rows.add(stage)}>
                <bdi>{t("pipeline.takeIn", { stage })}</bdi>
              </Button>
            ))}
          </Group>
          {problem && <ProblemLine problem={problem} />}
          <Group justify="space-between" gap="xs">
            {pipeline && pipeline.id !== PIPELINE ? (
              <Button variant="subtle" color="brick" onClick={() => setRemoving(true)}>
                {t("pipeline.remove")}
              </Button>
            ) : (
              <span />
            )}
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                {t("common:cancel")}
              </Button>
              <Button type="submit" loading={isBusy}>
                {t(pipeline ? "common:save" : "pipeline.make")}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
      <ConfirmWithReason isOpen={isRemoving} onClose={() => setRemoving(false)} title={t("pipeline.removeTitle", { name: pipeline?.name })} action={t("pipeline.remove")} isDangerous onConfirm={remove}>
        {t("pipeline.removeText")}
      </ConfirmWithReason>
    </Modal>
  );
}

interface Rows {
  all: Row[];
  set: (key: number, change: Partial<Row>) => void;
  add: (name: string) => void;
  remove: (key: number) => void;
  move: (at: number, by: 1 | -1) => void;
  said: () => { id: string | null; name: string; kind: StageKind }[];
}

function useRows(pipeline: Pipeline | undefined): Rows {
  const { t } = useTranslation("deals");
  const { stageName } = useStageNames();
  const [all, setAll] = useState<Row[]>(() => {
    if (pipeline) return pipeline.stages.map(({ id, kind }, key) => ({ key, id, kind, name: stageName(pipeline.id, id) }));
    return (["new", "talking", "won", "lost"] as const).map((word, key) => ({ key, id: null, name: t(`pipeline.start.${word}`), kind: word === "won" || word === "lost" ? word : "open" }));
  });
  const nextKey = Math.max(0, ...all.map(({ key }) => key)) + 1;
  return {
    all,
    // A pipeline has one won stage: another one becomes it, and the one before is open.
    set: (key, change) => setAll((before) => before.map((row) => (row.key === key ? { ...row, ...change } : change.kind === "won" && row.kind === "won" ? { ...row, kind: "open" } : row))),
    add: (name) =>
      setAll((before) => {
        const at = before.findIndex(({ kind }) => kind !== "open");
        const row: Row = { key: nextKey, id: null, name, kind: "open" };
        return at < 0 ? [...before, row] : [...before.slice(0, at), row, ...before.slice(at)];
      }),
    remove: (key) => setAll((before) => before.filter((row) => row.key !== key)),
    move: (at, by) =>
      setAll((before) => {
        const after = [...before];
        const [row] = after.splice(at, 1);
        if (row) after.splice(at + by, 0, row);
        return after;
      }),
    said: () =>
      all.map(({ id, name, kind }) => {
        const known = pipeline?.stages.find((stage) => stage.id === id);
        return { id, kind, name: pipeline && known && name.trim() === stageName(pipeline.id, known.id) ? known.name : name };
      }),
  };
}

function StageRow({ row, at, rows, deals, isFixed }: { row: Row; at: number; rows: Rows; deals: number; isFixed: boolean }) {
  const { t } = useTranslation("deals");
  const label = row.name.trim() || t("pipeline.unnamed", { number: at + 1 });
  const why = isFixed ? t("pipeline.fixed") : row.kind === "won" ? t("pipeline.oneWon") : deals > 0 ? t("pipeline.notEmpty", { count: deals }) : null;
  return (
    <li className={classes.stage}>
      <TextInput className={classes.stageName} aria-label={t("pipeline.stageName", { number: at + 1 })} placeholder={t("addStage.example")} value={row.name} onChange={(event) => rows.set(row.key, { name: event.currentTarget.value })} maxLength={NAME_MAX} required />
      <Select
        className={classes.stageKind}
        aria-label={t("pipeline.kind", { stage: label })}
        data={KINDS.map((kind) => ({ value: kind, label: t(`pipeline.kinds.${kind}`) }))}
        value={row.kind}
        // One of them has to be won: another is made it instead.
        disabled={isFixed || row.kind === "won"}
        onChange={(kind) => kind && rows.set(row.key, { kind: kind as StageKind })}
        allowDeselect={false}
      />
      <Group gap={2} wrap="nowrap">
        <ActionIcon variant="subtle" color="gray" aria-label={t("pipeline.up", { stage: label })} disabled={at === 0} onClick={() => rows.move(at, -1)}>
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t("pipeline.down", { stage: label })} disabled={at === rows.all.length - 1} onClick={() => rows.move(at, 1)}>
          <IconArrowDown size={16} />
        </ActionIcon>
        <Tooltip label={why ?? t("pipeline.removeStage", { stage: label })}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("pipeline.removeStage", { stage: label })} aria-disabled={why !== null || undefined} data-disabled={why !== null || undefined} onClick={() => why === null && rows.remove(row.key)}>
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </li>
  );
}
