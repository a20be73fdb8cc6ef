import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { Facts, ProblemLine, Section, toast } from "../../design";
import { useFormat } from "../../format/react";
import { VariablesForm, changedOf, draftsOf } from "./variables-form";

type Journey = Schemas["JourneyPage"];

/** What a journey keeps, to be looked at and corrected. */
export function VariablesSection({ journey }: { journey: Journey }) {
  const { t } = useTranslation("flows");
  const { can } = useSession();
  const { number } = useFormat();
  const [isOpen, setOpen] = useState(false);
  const variables = journey.variables as Record<string, unknown>;
  const entries = Object.entries(variables);
  if (journey.state === "ended") return null;
  return (
    <Section
      title={t("variables.title")}
      lead={t("variables.lead")}
      actions={
        can("flows:write") && (
          <Button size="compact-sm" variant="default" leftSection={<IconPencil size={15} />} onClick={() => setOpen(true)}>
            {t("variables.correct")}
          </Button>
        )
      }
    >
      {entries.length === 0 ? <Text c="dimmed">{t("variables.none")}</Text> : <Facts columns={2} facts={entries.flatMap(([name, value]) => factsOf(name, value, number, t("variables.yes"), t("variables.no")))} />}
      <VariablesDialog journey={journey} isOpen={isOpen} onClose={() => setOpen(false)} />
    </Section>
  );
}

/** A context is shown by its parts: `offer.percent`; a list as it is. */
function factsOf(name: string, value: unknown, number: (value: number) => string, yes: string, no: string): { label: string; value: string }[] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.entries(value as Record<string, unknown>);
    if (parts.length > 0 && parts.length <= 8) return parts.flatMap(([part, inner]) => factsOf(`${name}.${part}`, inner, number, yes, no));
  }
  const text = typeof value === "number" ? number(value) : typeof value === "boolean" ? (value ? yes : no) : typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  return [{ label: name, value: text }];
}

function VariablesDialog({ journey, isOpen, onClose }: { journey: Journey; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(["flows", "common"]);
  return (
    <Modal opened={isOpen} onClose={onClose} title={t("variables.correctTitle")} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
      <Correct journey={journey} onClose={onClose} />
    </Modal>
  );
}

function Correct({ journey, onClose }: { journey: Journey; onClose: () => void }) {
  const { t } = useTranslation(["flows", "common"]);
  const client = useQueryClient();
  const [before] = useState(() => journey.variables as Record<string, unknown>);
  const [drafts, setDrafts] = useState(() => draftsOf(before));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const changed = changedOf(before, drafts);
  const put = async (variables: Record<string, unknown>) => {
    await api.POST("/api/v1/journeys/{id}/variables", { params: { path: { id: journey.id } }, body: { variables } });
    await client.invalidateQueries(below("/api/v1/journeys"));
  };
  const save = async () => {
    if (!changed) return;
    setBusy(true);
    setProblem(null);
    try {
      await put(changed);
      const old = Object.fromEntries(Object.keys(changed).map((name) => [name, before[name] ?? null]));
      toast(t("variables.saved"), { undo: () => put(old) });
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t("variables.correctText")}
        </Text>
        <VariablesForm drafts={drafts} onChange={setDrafts} />
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!changed || Object.keys(changed).length === 0}>
            {t("common:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
