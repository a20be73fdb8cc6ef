import { ActionIcon, Button, Group, NumberInput, Select, Stack, Text, TextInput, Textarea } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../format/react";
import classes from "./flows.module.css";

export type VariableKind = "text" | "number" | "boolean" | "json";

/** A variable as a person types it. */
export interface Draft {
  key: number;
  name: string;
  kind: VariableKind;
  text: string;
  /** It is there already: its name stays. */
  isKnown: boolean;
}

const KINDS: VariableKind[] = ["text", "number", "boolean", "json"];

export function draftsOf(variables: Record<string, unknown>): Draft[] {
  return Object.entries(variables).map(([name, value], key) => ({ key, name, kind: kindOf(value), text: textOf(value), isKnown: true }));
}

function kindOf(value: unknown): VariableKind {
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "object" && value !== null ? "json" : "text";
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

/** The value that was typed; `undefined`: it is none. */
export function valueOf({ kind, text }: Pick<Draft, "kind" | "text">): unknown {
  const trimmed = text.trim();
  if (kind === "text") return trimmed === "" ? null : text;
  if (kind === "number") return trimmed === "" ? null : Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
  if (kind === "boolean") return trimmed === "" ? null : trimmed === "true";
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return undefined;
  }
}

interface VariablesFormProps {
  drafts: Draft[];
  onChange: (drafts: Draft[]) => void;
}

/** Variables, each with a field of its kind; JSON only for lists and what has parts. */
export function VariablesForm({ drafts, onChange }: VariablesFormProps) {
  const { t } = useTranslation("flows");
  const change = (key: number, part: Partial<Draft>) => onChange(drafts.map((draft) => (draft.key === key ? { ...draft, ...part } : draft)));
  const add = () => onChange([...drafts, { key: Math.max(-1, ...drafts.map(({ key }) => key)) + 1, name: "", kind: "text", text: "", isKnown: false }]);
  return (
    <Stack gap="sm">
      {drafts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("variables.none")}
        </Text>
      )}
      {drafts.map((draft) => (
        <div key={draft.key} className={classes.variable}>
          {draft.isKnown ? (
            <Text className={classes.variableName} component="span" title={draft.name}>
              {draft.name}
            </Text>
          ) : (
            <TextInput aria-label={t("variables.name")} placeholder={t("variables.name")} value={draft.name} onChange={(event) => change(draft.key, { name: event.currentTarget.value })} maxLength={100} />
          )}
          <Select aria-label={t("variables.kindOf", { name: draft.name })} data={KINDS.map((value) => ({ value, label: t(`variables.kind.${value}`) }))} value={draft.kind} allowDeselect={false} onChange={(kind) => change(draft.key, { kind: (kind ?? "text") as VariableKind, text: kind === "boolean" ? "" : draft.text })} />
          <ValueInput draft={draft} onChange={(text) => change(draft.key, { text })} />
          {!draft.isKnown && (
            <ActionIcon variant="subtle" color="gray" aria-label={t("variables.remove")} onClick={() => onChange(drafts.filter(({ key }) => key !== draft.key))}>
              <IconX size={16} />
            </ActionIcon>
          )}
        </div>
      ))}
      <Group>
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={15} />} onClick={add}>
          {t("variables.add")}
        </Button>
      </Group>
    </Stack>
  );
}

function ValueInput({ draft, onChange }: { draft: Draft; onChange: (text: string) => void }) {
  const { t } = useTranslation("flows");
  const { language } = useFormat();
  const label = t("variables.valueOf", { name: draft.name });
  const isWrong = valueOf(draft) === undefined;
  if (draft.kind === "boolean") return <Select aria-label={label} data={[{ value: "true", label: t("variables.yes") }, { value: "false", label: t("variables.no") }]} value={draft.text || null} placeholder="–" onChange={(text) => onChange(text ?? "")} clearable />;
  if (draft.kind === "number") return <NumberInput aria-label={label} value={draft.text} onChange={(value) => onChange(String(value))} decimalSeparator={language === "it" ? "," : "."} hideControls inputMode="decimal" />;
  if (draft.kind === "json") return <Textarea aria-label={label} value={draft.text} onChange={(event) => onChange(event.currentTarget.value)} autosize minRows={2} maxRows={10} error={isWrong ? t("variables.notJson") : undefined} styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }} spellCheck={false} />;
  return <TextInput aria-label={label} value={draft.text} onChange={(event) => onChange(event.currentTarget.value)} maxLength={4000} dir="auto" />;
}

/** What differs from before, by name; `null` where something typed is no value, or a name is missing or there twice. */
export function changedOf(before: Record<string, unknown>, drafts: Draft[]): Record<string, unknown> | null {
  const changed: Record<string, unknown> = {};
  const names = new Set<string>();
  for (const draft of drafts) {
    const name = draft.name.trim();
    const value = valueOf(draft);
    if (!draft.isKnown && name === "" && draft.text.trim() === "") continue;
    if (name === "" || names.has(name) || value === undefined) return null;
    names.add(name);
    if (JSON.stringify(before[name] ?? null) !== JSON.stringify(value) || !(name in before)) changed[name] = value;
  }
  return changed;
}
