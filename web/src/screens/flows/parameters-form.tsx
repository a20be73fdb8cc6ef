import { Button, Group, NumberInput, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAdjustments, IconChecks } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession, useWorkspace } from "../../app/session";
import { EmptyState, Note, ProblemLine, SaveBar, Section, toast, useDraft } from "../../design";
import { useFormat } from "../../format/react";
import { FlowProblems } from "./flow-problems";

type Flow = Schemas["FlowPage"];
type Value = string | number | boolean;
type Values = Record<string, Value>;

/** The numbers that a marketer may change: checked first, then saved as a new version. */
export function ParametersForm({ flow }: { flow: Flow }) {
  const { t } = useTranslation(["flows", "common"]);
  const { can } = useSession();
  const isMine = can("flows:write");
  const save = useSave(flow);
  const form = useForm<Values>({ initialValues: valuesOf(flow) });
  const { forget } = useDraft(`flow.${flow.id}.${flow.newest_version}`, form);
  if (flow.parameters.length === 0) return <EmptyState icon={IconAdjustments} title={t("parameters.none")}>{t("parameters.noneText")}</EmptyState>;
  const submit = async () => {
    if (await save.run(form.getValues())) forget();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="lg">
        <Section title={t("parameters.title")} lead={t(flow.is_enabled ? "parameters.leadOn" : "parameters.leadOff")}>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="lg">
            {flow.parameters.map((parameter) => (
              <Field key={parameter.name} parameter={parameter} value={form.getValues()[parameter.name] ?? ""} isReadOnly={!isMine} onChange={(value) => form.setFieldValue(parameter.name, value)} />
            ))}
          </SimpleGrid>
          {isMine && (
            <Group mt="lg">
              <Button variant="default" leftSection={<IconChecks size={16} />} loading={save.isBusy} onClick={() => void save.check(form.getValues())}>
                {t("parameters.check")}
              </Button>
            </Group>
          )}
        </Section>
        {save.problems && <FlowProblems problems={save.problems} />}
        {save.problem && <ProblemLine problem={save.problem} />}
        {!isMine && <Note>{t("common:notAllowed")}</Note>}
        <SaveBar isDirty={isMine && form.isDirty()} isBusy={save.isBusy} onDiscard={() => { form.reset(); save.clear(); forget(); }} />
      </Stack>
    </form>
  );
}

interface Save {
  problems: Schemas["FlowProblem"][] | null;
  problem: Problem | null;
  isBusy: boolean;
  clear: () => void;
  check: (values: Values) => Promise<boolean>;
  /** Whether it was saved. */
  run: (values: Values) => Promise<boolean>;
}

function useSave(flow: Flow): Save {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const [problems, setProblems] = useState<Schemas["FlowProblem"][] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const path = { id: flow.id };
  const guard = async (work: () => Promise<boolean>) => {
    setBusy(true);
    setProblem(null);
    try {
      return await work();
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const look = async (parameters: Values) => {
    const found = await take(api.POST("/api/v1/flows/{id}/check", { params: { path }, body: { parameters } }));
    setProblems(found.problems);
    return !found.problems.some(({ is_fatal }) => is_fatal);
  };
  const write = async (parameters: Values) => {
    // One that is on goes on with the new values; one that is off gets a version, and stays off.
    if (flow.is_enabled) return take(api.POST("/api/v1/flows/{id}/enable", { params: { path }, body: { parameters } }));
    return take(api.POST("/api/v1/flows", { body: { xml: flow.xml, templates: flow.templates, decisions: flow.decisions, parameters } }));
  };
  return {
    problems,
    problem,
    isBusy,
    clear: () => {
      setProblems(null);
      setProblem(null);
    },
    check: (values) => guard(() => look(values)),
    run: (values) =>
      guard(async () => {
        if (!(await look(values))) return false;
        const saved = await write(values);
        await client.invalidateQueries(below("/api/v1/flows"));
        toast(t("parameters.saved", { version: saved.newest_version }));
        return true;
      }),
  };
}

interface FieldProps {
  parameter: Schemas["Parameter"];
  value: Value;
  isReadOnly: boolean;
  onChange: (value: Value) => void;
}

function Field({ parameter, value, isReadOnly, onChange }: FieldProps) {
  const { t, i18n } = useTranslation("flows");
  const { language, duration, number } = useFormat();
  const { currency } = useWorkspace();
  const { name } = parameter;
  const standard = parameter.default as Value;
  const key = `known.${name}`;
  const label = i18n.exists(key, { ns: "flows" }) ? t(key as "known.threshold") : plain(name);
  const unit = name.endsWith("_hours") ? t("unit.hours") : name.endsWith("_days") ? t("unit.days") : name === "threshold" ? currency : undefined;
  const description = (
    <>
      <code>{name}</code> · {t("parameters.standard", { value: typeof standard === "number" ? number(standard) : String(standard) })}
    </>
  );
  if (typeof standard === "boolean") return <Switch label={label} description={description} checked={value === true} disabled={isReadOnly} onChange={(event) => onChange(event.currentTarget.checked)} />;
  if (typeof standard === "number") {
    return (
      <div>
        <NumberInput
          label={label}
          description={description}
          value={value as number}
          min={0}
          decimalScale={6}
          allowNegative={false}
          decimalSeparator={language === "it" ? "," : "."}
          thousandSeparator={language === "it" ? "." : ","}
          suffix={unit ? ` ${unit}` : undefined}
          readOnly={isReadOnly}
          onChange={onChange}
          hideControls
          inputMode="decimal"
        />
        {name.endsWith("_hours") && typeof value === "number" && value > 0 && (value < 1 || value >= 48) && (
          <Text size="sm" c="dimmed" mt={4}>
            = {duration(value * 3_600_000)}
          </Text>
        )}
      </div>
    );
  }
  return <TextInput label={label} description={description} value={String(value)} readOnly={isReadOnly} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function valuesOf(flow: Flow): Values {
  return Object.fromEntries(flow.parameters.map(({ name, value }) => [name, value as Value]));
}

/** `wait_hours` → “Wait hours”: for parameters of flows that we do not know. */
function plain(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}
