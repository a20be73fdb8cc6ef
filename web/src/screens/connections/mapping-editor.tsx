import { Button, Group, Text, TextInput, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { Note, ProblemView, sentence } from "../../design";
import classes from "./connections.module.css";
import { NEW_MAPPING, pathsOf, readJson, ruleOf, withRule, type PathOfExample, type RuleName } from "./mapping-model";

const TRY_AFTER_MS = 350;
const RULES: RuleName[] = ["cart", "order", "customer"];

export interface Example {
  body: string;
  topic: string;
}

interface MappingEditorProps {
  value: string;
  onChange: (value: string) => void;
  example: Example;
  onExample: (example: Example) => void;
  /** Beside the example, such as a button that takes one that came in. */
  aside?: ReactNode;
}

/** A mapping beside an example body: what it says of the body shows at once. */
export function MappingEditor({ value, onChange, example, onExample, aside }: MappingEditorProps) {
  const { t } = useTranslation("connections");
  const document = useRef<HTMLTextAreaElement>(null);
  const read = readJson(example.body);
  const insert = (path: string) => {
    const field = document.current;
    if (!field) return;
    const text = JSON.stringify(path);
    onChange(value.slice(0, field.selectionStart) + text + value.slice(field.selectionEnd));
    const place = field.selectionStart + text.length;
    // Once the text is drawn: the cursor would jump to its end.
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(place, place);
    });
  };
  return (
    <div className={classes.mapping}>
      <div className={classes.mappingSide}>
        <Textarea className={classes.mono} label={t("mapping.example")} description={t("mapping.exampleHint")} error={example.body.trim() !== "" && read === undefined ? t("mapping.notJson") : undefined} autosize minRows={8} maxRows={18} spellCheck={false} value={example.body} onChange={(event) => onExample({ ...example, body: event.currentTarget.value })} />
        <Group align="flex-end" gap="sm">
          <TextInput label={t("mapping.topic")} description={t("mapping.topicHint")} autoComplete="off" value={example.topic} onChange={(event) => onExample({ ...example, topic: event.currentTarget.value })} style={{ flex: 1 }} />
          {aside}
        </Group>
        <Paths paths={pathsOf(read)} onInsert={insert} />
      </div>
      <div className={classes.mappingSide}>
        <Textarea ref={document} className={classes.mono} label={t("mapping.document")} description={t("mapping.documentHint")} autosize minRows={14} maxRows={30} spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
        <Group gap="xs">
          {RULES.map((name) => (
            <Button key={name} size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} aria-label={`${t("mapping.add")}: ${t(`mapping.rules.${name}`)}`} onClick={() => onChange(withRule(value, ruleOf(name, read)))}>
              {t(`mapping.rules.${name}`)}
            </Button>
          ))}
        </Group>
        <Outcome mapping={value} example={example} />
      </div>
    </div>
  );
}

function Paths({ paths, onInsert }: { paths: PathOfExample[]; onInsert: (path: string) => void }) {
  const { t } = useTranslation("connections");
  const id = useId();
  if (paths.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={560} id={id}>
        {t("mapping.paths")}
      </Text>
      <Text size="sm" c="dimmed">
        {t("mapping.pathsText")}
      </Text>
      <ul className={classes.paths} aria-labelledby={id}>
        {paths.map(({ path, sample }) => (
          <li key={path}>
            <button type="button" onClick={() => onInsert(path)} aria-label={t("mapping.insert", { path })}>
              <code>{path}</code>
              <span>{sample}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the server makes of the example with this mapping. */
export function useTrial(mapping: string, { body, topic }: Example) {
  const [said] = useDebouncedValue(JSON.stringify({ mapping, body, ...(topic.trim() ? { topic: topic.trim() } : {}) }), TRY_AFTER_MS);
  return useQuery({
    queryKey: ["post", "/api/v1/mappings/try", said],
    queryFn: () => take(api.POST("/api/v1/mappings/try", { body: JSON.parse(said) as Schemas["TryMapping"] })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    meta: { isStill: true },
  });
}

function Outcome({ mapping, example }: { mapping: string; example: Example }) {
  const { t } = useTranslation("connections");
  const { data, error, refetch } = useTrial(mapping, example);
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} compact />;
  return (
    <section aria-live="polite" aria-label={t("mapping.becomes")}>
      <Text size="sm" fw={560} mb={6}>
        {t("mapping.becomes")}
      </Text>
      {mapping.trim() === NEW_MAPPING ? <Text size="sm" c="dimmed">{t("mapping.first")}</Text> : data && <Tried tried={data} isEmpty={example.body.trim() === ""} />}
    </section>
  );
}

function Tried({ tried, isEmpty }: { tried: Schemas["TriedMapping"]; isEmpty: boolean }) {
  const { t } = useTranslation("connections");
  const words = (text: string) => <span lang="en" style={{ overflowWrap: "anywhere" }}>{sentence(text)}</span>;
  if (tried.mapping_problem) return <Note tone="bad" title={t("mapping.wrong")}>{words(tried.mapping_problem)}</Note>;
  if (isEmpty) return <Text size="sm" c="dimmed">{t("mapping.empty")}</Text>;
  if (tried.refusal) return <Note tone="bad" title={t("mapping.refused")}>{words(tried.refusal)}</Note>;
  return (
    <div className={classes.outcome}>
      {tried.refused.length > 0 && (
        <Note tone="wait" title={t("mapping.partly")}>
          {tried.refused.map((reason) => (
            <div key={reason}>{words(reason)}</div>
          ))}
        </Note>
      )}
      {tried.events.length === 0 ? (
        <Note tone="wait">{t("mapping.none")}</Note>
      ) : (
        <>
          <Note tone="good">{t("mapping.events", { count: tried.events.length })}</Note>
          {tried.events.map((event, index) => (
            <pre key={index} className={classes.json} tabIndex={0}>
              {JSON.stringify(event, null, 2)}
            </pre>
          ))}
        </>
      )}
    </div>
  );
}
