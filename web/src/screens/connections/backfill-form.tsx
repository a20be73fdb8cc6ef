import { Button, Checkbox, Group, Select, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemLine } from "../../design";
import { serverNow } from "../../format/clock";
import { refresh, type Connection } from "./queries";
import { useWords } from "./texts";

const DAY_MS = 86_400_000;
const SPANS = { all: null, year: 365, quarter: 90, month: 30 } as const;
type Span = keyof typeof SPANS;

/** Chooses what of the past is brought in, and starts it. */
export function BackfillForm({ connection, onStarted }: { connection: Connection; onStarted?: () => void }) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const client = useQueryClient();
  const [kinds, setKinds] = useState(connection.kinds);
  const [span, setSpan] = useState<Span>("all");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = async () => {
    setBusy(true);
    setProblem(null);
    const days = SPANS[span];
    const since = days === null ? {} : { since: new Date(serverNow() - days * DAY_MS).toISOString() };
    try {
      await take(api.POST("/api/v1/connections/{source}/backfill", { params: { path: { source: connection.source } }, body: { kinds, ...since } }));
      await refresh(client);
      onStarted?.();
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
        void start();
      }}
    >
      <Stack gap="md">
        <Checkbox.Group label={t("wizard.history.what")} value={kinds} onChange={(chosen) => setKinds(connection.kinds.filter((kind) => chosen.includes(kind)))}>
          <Group gap="md" mt={6}>
            {connection.kinds.map((kind) => (
              <Checkbox key={kind} value={kind} label={words.kind(kind)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Select label={t("wizard.history.since")} maw={320} allowDeselect={false} value={span} onChange={(value) => setSpan((value ?? "all") as Span)} data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: t(`wizard.history.${value}`) }))} />
        {problem && <ProblemLine problem={problem} />}
        <Group>
          <Button type="submit" loading={isBusy} disabled={kinds.length === 0}>
            {t("wizard.history.start")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
