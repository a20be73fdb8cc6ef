import { Button, FileInput, Group, Modal, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { paths } from "../../app/paths";
import { ProblemLine, toast } from "../../design";
import { FlowProblems } from "./flow-problems";

interface Draft {
  xml: string;
  id: string;
  name: string;
  problems: Schemas["FlowProblem"][];
}

/** Takes in a BPMN file: it is checked as soon as it is chosen, and nothing is switched on by it. */
export function ImportDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(["flows", "common"]);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const choose = (chosen: File | null) => {
    setFile(chosen);
    setDraft(null);
    setProblem(null);
    if (chosen) void run(async () => setDraft(await check(chosen)));
  };
  const close = () => {
    choose(null);
    onClose();
  };
  const takeIn = () =>
    run(async () => {
      if (!draft) return;
      const flow = await take(api.POST("/api/v1/flows", { body: { xml: draft.xml } }));
      await client.invalidateQueries(below("/api/v1/flows"));
      toast(t("import.done", { name: flow.name || flow.id, version: flow.newest_version }));
      close();
      await navigate({ to: paths.flow(flow.id) });
    });
  const isFatal = draft?.problems.some(({ is_fatal }) => is_fatal) ?? true;
  return (
    <Modal opened={isOpen} onClose={close} title={t("import.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <Text>{t("import.text")}</Text>
        <FileInput label={t("import.file")} placeholder={t("import.choose")} leftSection={<IconFileUpload size={17} />} accept=".bpmn,.xml,application/xml,text/xml" value={file} onChange={choose} clearable clearButtonProps={{ "aria-label": t("common:clear") }} data-autofocus />
        {draft && (
          <>
            <Text size="sm">{t("import.is", { name: draft.name || draft.id, id: draft.id })}</Text>
            <FlowProblems problems={draft.problems} />
          </>
        )}
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("common:cancel")}
          </Button>
          <Button onClick={() => void takeIn()} loading={isBusy} disabled={!draft || isFatal}>
            {t("import.action")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

async function check(file: File): Promise<Draft> {
  const xml = await file.text();
  const process = new DOMParser().parseFromString(xml, "application/xml").getElementsByTagNameNS("*", "process")[0];
  const id = process?.getAttribute("id") ?? "unnamed";
  const { problems } = await take(api.POST("/api/v1/flows/{id}/check", { params: { path: { id } }, body: { xml } }));
  return { xml, id, name: process?.getAttribute("name") ?? "", problems };
}
