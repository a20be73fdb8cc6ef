import { Button, Group, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemLine, Section, toast, useUrlState } from "../../design";
import { MappingEditor, type Example } from "./mapping-editor";
import { refresh, useRejectedOpen, type Connection } from "./queries";

/** Changes a mapping, tried on a body that came in and was not understood. */
export function MappingSection({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const url = useUrlState("example");
  const { source } = connection;
  const [mapping, setMapping] = useState(connection.mapping ?? "");
  const [example, setExample] = useState<Example>({ body: "", topic: "" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { data: rejected } = useRejectedOpen(source);
  const { data: wanted } = queries.useQuery("get", "/api/v1/connections/{source}/rejected/{id}", { params: { path: { source, id: url.values.example } } }, { enabled: url.values.example !== "" });
  useEffect(() => {
    if (wanted) setExample({ body: wanted.body, topic: wanted.topic ?? "" });
  }, [wanted]);
  const newest = rejected?.items[0];
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await take(api.PATCH("/api/v1/connections/{source}", { params: { path: { source } }, body: { mapping } }));
      await refresh(client);
      toast(t("settings.saved"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const aside = newest && (
    <Button variant="default" onClick={() => url.set({ example: newest.id })}>
      {t("mapping.fromRejected")}
    </Button>
  );
  return (
    <Section title={t("settings.mapping")} lead={t("settings.mappingText")}>
      <Stack gap="md">
        <MappingEditor value={mapping} onChange={setMapping} example={example} onExample={setExample} aside={aside} />
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end">
          <Button loading={isBusy} disabled={mapping === connection.mapping} onClick={() => void save()}>
            {t("settings.save")}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
