import { Button, Group, Modal, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { Note, ProblemLine, SaveBar, Section, toast, useDraft } from "../../design";
import { DecisionTable } from "../../design/decision-table";
import { ModelProblems } from "./model-problems";
import { TryDecision } from "./try-decision";

type Flow = Schemas["FlowPage"];
/** Decision models by name: each a DMN file. */
interface Values {
  models: Record<string, string>;
}
interface Chosen {
  model: string;
  decision: string;
}

const CHECK_AFTER_MS = 500;
/** So many decisions stand side by side; more of them in a list. */
const SIDE_BY_SIDE_MAX = 4;

/** The decision tables of a flow: edited, checked and tried here, and saved as a new version. */
export function DecisionsTab({ flow }: { flow: Flow }) {
  const { t } = useTranslation(["flows", "common"]);
  const { can } = useSession();
  const isMine = can("flows:write");
  const form = useForm<Values>({ initialValues: { models: flow.decisions } });
  const { forget, isRestored } = useDraft(`decisions.${flow.id}.${flow.newest_version}`, form);
  const { models } = form.getValues();
  const isDirty = form.isDirty();
  const all = useMemo(() => Object.entries(models).flatMap(([model, xml]) => decisionsIn(xml).map((decision) => ({ model, ...decision }))), [models]);
  const [wanted, setWanted] = useState("");
  const chosen = all.find((each) => keyOf(each) === wanted) ?? all[0];
  const [matched, setMatched] = useState<string[]>([]);
  const save = useSave(flow, forget);
  const xml = chosen ? (models[chosen.model] ?? "") : "";
  const checked = useChecked(xml);
  const problems = checked?.problems ?? [];
  const change = (text: string) => {
    if (!chosen) return;
    setMatched([]);
    form.setFieldValue("models", (before) => ({ ...before, [chosen.model]: text }));
  };
  if (!chosen) return <Note>{t("decisions.none")}</Note>;
  const options = all.map((each) => ({ value: keyOf(each), label: each.name || each.decision }));
  const inputs = checked?.decisions.find(({ id }) => id === chosen.decision)?.inputs ?? [];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(models);
      }}
    >
      <Stack gap="lg">
        {isRestored && isDirty && <Note tone="info">{t("common:draftRestored")}</Note>}
        <Section title={chosen.name || chosen.decision} lead={t(isMine ? "decisions.lead" : "decisions.leadRead")} bare>
          <Stack gap="md">
            {all.length > 1 && all.length <= SIDE_BY_SIDE_MAX && <SegmentedControl aria-label={t("decisions.which")} value={keyOf(chosen)} onChange={setWanted} data={options} />}
            {all.length > SIDE_BY_SIDE_MAX && <Select aria-label={t("decisions.which")} value={keyOf(chosen)} onChange={(key) => setWanted(key ?? "")} data={options} allowDeselect={false} searchable />}
            <DecisionTable xml={xml} decision={chosen.decision} label={t("decisions.table", { name: chosen.name || chosen.decision })} onChange={isMine ? change : undefined} matched={matched} wrong={problems.flatMap(({ element }) => element ?? [])} />
          </Stack>
        </Section>
        {checked && (isDirty || problems.length > 0) && <ModelProblems problems={problems} />}
        <TryDecision key={keyOf(chosen)} xml={xml} decision={chosen.decision} inputs={inputs} onMatched={setMatched} />
        {save.problem && <ProblemLine problem={save.problem} />}
        {isMine && isDirty && flow.is_enabled && <Note>{t("decisions.stillOld", { version: flow.enabled_version })}</Note>}
        <SaveBar
          isDirty={isMine && isDirty}
          isBusy={save.isBusy}
          onDiscard={() => {
            form.reset();
            setMatched([]);
            forget();
          }}
        />
        <LeaveGuard isDirty={isMine && isDirty} onLeave={forget} />
      </Stack>
    </form>
  );
}

function keyOf({ model, decision }: Chosen): string {
  return `${model}/${decision}`;
}

/** The decisions of a file that can be shown: tables and single expressions. */
function decisionsIn(xml: string): { decision: string; name: string }[] {
  const file = new DOMParser().parseFromString(xml, "application/xml");
  const isShown = (element: Element) => [...element.children].some(({ localName }) => localName === "decisionTable" || localName === "literalExpression");
  return [...file.getElementsByTagNameNS("*", "decision")].filter(isShown).map((element) => ({ decision: element.id, name: element.getAttribute("name") ?? "" }));
}

/** What the server says of a model, a moment after the last change. */
function useChecked(xml: string): Schemas["CheckedModel"] | undefined {
  const [settled] = useDebouncedValue(xml, CHECK_AFTER_MS);
  const { data } = useQuery({
    queryKey: ["decision_models", "check", settled],
    queryFn: () => take(api.POST("/api/v1/decision_models/check", { body: { xml: settled } })),
    enabled: settled !== "",
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    meta: { isStill: true },
  });
  return data;
}

function useSave(flow: Flow, forget: () => void) {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (decisions: Record<string, string>) => {
    setBusy(true);
    setProblem(null);
    try {
      const parameters = Object.fromEntries(flow.parameters.map(({ name, value }) => [name, value]));
      const saved = await take(api.POST("/api/v1/flows", { body: { xml: flow.xml, templates: flow.templates, decisions, parameters } }));
      forget();
      await client.invalidateQueries(below("/api/v1/flows"));
      toast(t("decisions.saved", { version: saved.newest_version }));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return { problem, isBusy, run };
}

/** Asks before a page is left with something unsaved. */
function LeaveGuard({ isDirty, onLeave }: { isDirty: boolean; onLeave: () => void }) {
  const { t } = useTranslation(["flows", "common"]);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  const stay = () => blocker.reset?.();
  return (
    <Modal opened={blocker.status === "blocked"} onClose={stay} title={t("leave.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <Text>{t("leave.text")}</Text>
        <Group justify="flex-end" gap="xs">
          <Button
            variant="default"
            onClick={() => {
              onLeave();
              blocker.proceed?.();
            }}
          >
            {t("leave.discard")}
          </Button>
          <Button variant="default" onClick={() => blocker.proceed?.()}>
            {t("leave.keep")}
          </Button>
          <Button onClick={stay} data-autofocus>
            {t("leave.stay")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
