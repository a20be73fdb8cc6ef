import { Button, Group, NumberInput, Radio, Select, Stack, Text, TextInput, Textarea } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { IconCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { paths } from "../../app/paths";
import { Note, ProblemLine, Section, useDraft } from "../../design";
import { useFormat } from "../../format/react";
import { useLabel } from "./use-label";
import { useTaskWrites } from "./use-task-writes";

type Field = Schemas["TaskField"];
/** As typed: a boolean is `yes`, `no` or empty, for “not said” is another thing than no. */
type Values = Record<string, string | number>;

/** A choice of so many is shown at once; more of them in a list. */
const RADIOS_MAX = 5;

/** What came of a task: its fields, and that it is done. */
export function TaskForm({ task }: { task: Schemas["TaskPage"] }) {
  const { t } = useTranslation(["tasks", "common"]);
  const { complete } = useTaskWrites();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<Values>({
    initialValues: Object.fromEntries(task.fields.map(({ name }) => [name, ""])),
    validate: Object.fromEntries(task.fields.filter(({ is_required }) => is_required).map(({ name }) => [name, (value: string | number) => (String(value).trim() === "" ? t("required") : null)])),
  });
  const draft = useDraft(`task.${task.id}`, form);
  const finish = form.onSubmit(async (values) => {
    setBusy(true);
    setProblem(null);
    try {
      await complete(task.id, resultOf(task.fields, values));
      draft.forget();
      await navigate({ to: paths.tasks() });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={finish} noValidate>
      <Section title={t("result")} lead={task.fields.length === 0 ? t("noFields") : undefined}>
        <Stack gap="lg">
          {draft.isRestored && <Note tone="info">{t("common:draftRestored")}</Note>}
          {task.fields.map((field) => (
            <FieldInput key={field.name} field={field} form={form} />
          ))}
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end">
            <Button type="submit" leftSection={<IconCheck size={16} />} loading={isBusy}>
              {t("finish")}
            </Button>
          </Group>
        </Stack>
      </Section>
    </form>
  );
}

function FieldInput({ field, form }: { field: Field; form: UseFormReturnType<Values> }) {
  const { t } = useTranslation("tasks");
  const { language } = useFormat();
  const labelOf = useLabel();
  const label = field.label ?? labelOf(field.name);
  const props = { label, withAsterisk: field.is_required, ...form.getInputProps(field.name) };
  if (field.kind === "paragraph") return <Textarea {...props} autosize minRows={3} maxRows={12} maxLength={4000} dir="auto" />;
  if (field.kind === "number") return <NumberInput {...props} decimalSeparator={language === "it" ? "," : "."} thousandSeparator={language === "it" ? "." : ","} hideControls inputMode="decimal" maw="16rem" />;
  if (field.kind === "date") return <TextInput {...props} type="date" maw="16rem" />;
  const choices = field.kind === "boolean" ? [{ value: "yes", label: t("yes") }, { value: "no", label: t("no") }] : field.choices.map((value) => ({ value, label: value }));
  if (choices.length > RADIOS_MAX) return <Select {...props} value={String(props.value) || null} data={choices} clearable={!field.is_required} maw="24rem" />;
  if (choices.length > 0) {
    return (
      <Radio.Group {...props} value={String(props.value)}>
        <Group gap="lg" mt={6}>
          {choices.map((choice) => (
            <Radio key={choice.value} value={choice.value} label={<Text component="span" inherit dir="auto">{choice.label}</Text>} />
          ))}
        </Group>
      </Radio.Group>
    );
  }
  return <TextInput {...props} maxLength={4000} dir="auto" />;
}

/** The variables that the journey keeps: what was left empty is left out. */
function resultOf(fields: Field[], values: Values): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const value = values[name];
    if (value === undefined || String(value).trim() === "") continue;
    result[name] = kind === "boolean" ? value === "yes" : kind === "number" ? Number(value) : value;
  }
  return result;
}
