import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { Facts, Mark, ProblemLine, Section, sentence } from "../../design";
import { useFormat } from "../../format/react";

type Input = Schemas["DecisionInput"];

interface TryDecisionProps {
  xml: string;
  decision: string;
  inputs: Input[];
  /** Told the ids of the rules that matched. */
  onMatched: (rules: string[]) => void;
}

/** Values by hand, and what the decision makes of them. */
export function TryDecision({ xml, decision, inputs, onMatched }: TryDecisionProps) {
  const { t } = useTranslation("flows");
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [tried, setTried] = useState<Schemas["TriedModel"] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const found = await take(api.POST("/api/v1/decision_models/try", { body: { xml, decision, context: contextOf(inputs, texts) } }));
      setTried(found);
      onMatched(found.matched.flatMap(({ table, rules }) => rulesOf(xml, table, rules)));
    } catch (error) {
      setTried(null);
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t("try.title")} lead={t("try.lead")}>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="md" verticalSpacing="md">
          {inputs.map((input) => (
            <TryInput key={input.name} input={input} text={texts[input.name] ?? ""} onChange={(text) => setTexts({ ...texts, [input.name]: text })} onEnter={() => void run()} />
          ))}
        </SimpleGrid>
        {inputs.length === 0 && <Text c="dimmed">{t("try.nothing")}</Text>}
        <Group>
          <Button variant="default" leftSection={<IconPlayerPlay size={16} />} loading={isBusy} onClick={() => void run()}>
            {t("try.run")}
          </Button>
        </Group>
        {problem && <ProblemLine problem={problem} />}
        <div role="status">{tried && <Result tried={tried} />}</div>
      </Stack>
    </Section>
  );
}

interface TryInputProps {
  input: Input;
  text: string;
  onChange: (text: string) => void;
  onEnter: () => void;
}

function TryInput({ input: { name, kind }, text, onChange, onEnter }: TryInputProps) {
  const { t } = useTranslation("flows");
  const { language } = useFormat();
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== "Enter") return;
    // Not the form around it, which saves.
    event.preventDefault();
    onEnter();
  };
  if (kind === "number") return <NumberInput label={name} value={text} onChange={(value) => onChange(String(value))} onKeyDown={onKeyDown} decimalSeparator={language === "it" ? "," : "."} hideControls inputMode="decimal" />;
  if (kind === "boolean") return <Select label={name} value={text || null} data={[{ value: "true", label: t("variables.yes") }, { value: "false", label: t("variables.no") }]} placeholder="–" onChange={(value) => onChange(value ?? "")} clearable />;
  return <TextInput label={name} description={kind === "Any" ? t("try.any") : undefined} type={kind === "date" ? "date" : "text"} value={text} onChange={(event) => onChange(event.currentTarget.value)} onKeyDown={onKeyDown} inputWrapperOrder={["label", "input", "description"]} />;
}

function Result({ tried }: { tried: Schemas["TriedModel"] }) {
  const { t } = useTranslation("flows");
  const { list } = useFormat();
  const rules = tried.matched.at(-1)?.rules ?? [];
  const isNothing = tried.value === null;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Mark tone={rules.length > 0 ? "good" : "wait"}>{rules.length > 0 ? t("try.rules", { count: rules.length, rules: list(rules.map(String)) }) : t("try.noRule")}</Mark>
      </Group>
      {!isNothing && <Facts facts={partsOf(tried.value, t("try.result"))} columns={2} />}
      {isNothing && <Text>{t("try.null")}</Text>}
      {tried.reasons.map((reason, index) => (
        <Text key={index} size="sm" c="dimmed" lang="en">
          {sentence(reason)}
        </Text>
      ))}
    </Stack>
  );
}

/** A result of several outputs by their names. */
function partsOf(value: unknown, name: string): { label: string; value: string }[] {
  const shown = (part: unknown) => (typeof part === "string" ? part : JSON.stringify(part));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [{ label: name, value: shown(value) }];
  return Object.entries(value).map(([label, part]) => ({ label, value: shown(part) }));
}

/** The ids of a table's rules, by their places from 1. */
function rulesOf(xml: string, table: string, rules: number[]): string[] {
  const file = new DOMParser().parseFromString(xml, "application/xml");
  const found = [...file.getElementsByTagNameNS("*", "decisionTable")].find(({ id }) => id === table);
  const ids = [...(found?.children ?? [])].filter(({ localName }) => localName === "rule").map(({ id }) => id);
  return rules.flatMap((rule) => ids[rule - 1] ?? []);
}

/** `cart.total` and `cart.step` become one context with two parts. */
function contextOf(inputs: Input[], texts: Record<string, string>): Record<string, unknown> {
  const context: Record<string, unknown> = {};
  for (const { name, kind } of inputs) {
    const path = name.split(".");
    let at = context;
    for (const part of path.slice(0, -1)) {
      const inner = at[part];
      at = at[part] = typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
    }
    at[path.at(-1) ?? name] = valueOf(kind, texts[name] ?? "");
  }
  return context;
}

/** What is typed for an input of any type is a number or a list where it reads as one, else a text. */
function valueOf(kind: string, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === "") return kind === "Any" ? [] : null;
  if (kind === "number") return Number(trimmed);
  if (kind === "boolean") return trimmed === "true";
  if (kind !== "Any") return trimmed;
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return trimmed.split(",").map((part) => part.trim());
  }
}
