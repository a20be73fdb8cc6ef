import { Button, Drawer, Group, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconArrowBackUp, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { ConfirmWithReason, Note, ProblemLine, ProblemView, Reason, StateBadge, TextSkeleton, When, toast, useDraft } from "../../design";
import classes from "./data.module.css";

/** One event in quarantine: why it is there, its text to be put right, and what can be done. */
export function QuarantineDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation(["data", "common"]);
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="xl" title={t("quarantine.one")} closeButtonProps={{ "aria-label": t("common:close") }}>
      {id && <Content key={id} id={id} onDone={onClose} />}
    </Drawer>
  );
}

function Content({ id, onDone }: { id: string; onDone: () => void }) {
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/quarantine/{id}", { params: { path: { id } } }, { refetchOnWindowFocus: false, meta: { isStill: true } });
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!data) return <TextSkeleton lines={8} />;
  return <Editor event={data} onDone={onDone} />;
}

function Editor({ event, onDone }: { event: Schemas["Quarantined"]; onDone: () => void }) {
  const { t } = useTranslation(["data", "common"]);
  const { can } = useSession();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDropping, setDropping] = useState(false);
  const form = useForm({ initialValues: { text: pretty(event.body) } });
  const { forget, isRestored } = useDraft(`quarantine.${event.id}`, form);
  const isOpen = event.state === "open";
  const isMine = isOpen && can("quarantine:write");
  const { text } = form.getValues();
  const fault = isMine ? faultOf(text) : null;
  const params = { path: { id: event.id } };
  const refresh = () => client.invalidateQueries(below("/api/v1/quarantine"));

  const replay = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const body = form.isDirty() ? { event: JSON.parse(text) as Record<string, never> } : {};
      const { is_duplicate } = await take(api.POST("/api/v1/quarantine/{id}/replay", { params, body }));
      forget();
      await refresh();
      toast(t(is_duplicate ? "quarantine.known" : "quarantine.replayed"));
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const drop = async () => {
    await api.POST("/api/v1/quarantine/{id}/drop", { params });
    forget();
    await refresh();
    toast(t("quarantine.dropped"));
    onDone();
  };
  return (
    <Stack gap="md">
      <Group gap="sm">
        <StateBadge of="quarantine" state={event.state} />
        <Text size="sm" c="dimmed">
          {t("quarantine.received")} <When at={event.received_at} />
        </Text>
      </Group>
      <Note tone={isOpen ? "wait" : "neutral"} title={t("quarantine.reason")}>
        <Reason of="quarantine" said={event.said} text={event.reason} />
      </Note>
      {isMine ? (
        <>
          <Textarea className={classes.editor} label={t("quarantine.text")} description={t(isRestored ? "quarantine.draft" : "quarantine.textHint")} autosize minRows={10} maxRows={24} spellCheck={false} error={fault ? t("quarantine.notJson", { fault }) : undefined} {...form.getInputProps("text")} />
          {problem && <ProblemLine problem={problem} />}
          <Group justify="space-between">
            <Button variant="subtle" color="brick" leftSection={<IconTrash size={16} />} onClick={() => setDropping(true)}>
              {t("quarantine.drop")}
            </Button>
            <Group gap="xs">
              {form.isDirty() && (
                <Button variant="default" onClick={() => { form.reset(); forget(); }}>
                  {t("common:discard")}
                </Button>
              )}
              <Button leftSection={<IconArrowBackUp size={16} />} loading={isBusy} disabled={fault !== null} onClick={() => void replay()}>
                {t(form.isDirty() ? "quarantine.replayFixed" : "quarantine.replay")}
              </Button>
            </Group>
          </Group>
        </>
      ) : (
        <pre className={classes.json} tabIndex={0}>
          {pretty(event.body)}
        </pre>
      )}
      {isOpen && !isMine && <Note>{t("common:notAllowed")}</Note>}
      <ConfirmWithReason isOpen={isDropping} onClose={() => setDropping(false)} title={t("quarantine.dropTitle")} action={t("quarantine.drop")} isDangerous onConfirm={drop}>
        {t("quarantine.dropText")}
      </ConfirmWithReason>
    </Stack>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Why the text is no event, in the browser's words; `null` where it may be one. */
function faultOf(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? null : "{ … }";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
