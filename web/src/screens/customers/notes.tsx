import { Button, Group, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, type Problem } from "../../api/problem";
import { useSession } from "../../app/session";
import { ProblemLine, ProblemView, Section, TextSkeleton, When, toast, useDraft } from "../../design";
import { useNames } from "./colleagues";
import classes from "./customers.module.css";
import { useCustomerWrites, useDecisions } from "./queries";

const CHARACTERS_MAX = 4_000;

/** What colleagues know and the shop does not. Notes stand among the decisions. */
export function Notes({ customer }: { customer: string }) {
  const { t } = useTranslation(["customers", "common"]);
  const { can } = useSession();
  const list = useDecisions(customer);
  const nameOf = useNames();
  const notes = list.items.filter(({ code }) => code === "note").map(({ at, position, data }) => ({ at, position, ...(data as { text?: string; by?: string }) }));
  return (
    <Section title={t("notes.title")} lead={t("notes.lead")}>
      {can("customers:write") && <NoteForm customer={customer} />}
      {list.problem && list.items.length === 0 && <ProblemView error={list.problem} retry={list.retry} compact />}
      {list.isLoading && <TextSkeleton lines={2} />}
      {!list.isLoading && !list.problem && notes.length === 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("notes.none")}
        </Text>
      )}
      <ul className={classes.plain}>
        {notes.map((note) => (
          <li key={note.position}>
            <div className={classes.noteText} dir="auto">
              {note.text}
            </div>
            <span className={classes.soft}>
              {t("notes.by", { name: nameOf(note.by) })} · <When at={note.at} />
            </span>
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <Button variant="subtle" size="compact-sm" loading={list.isLoadingMore} onClick={list.loadMore}>
          {t("timeline.older")}
        </Button>
      )}
    </Section>
  );
}

function NoteForm({ customer }: { customer: string }) {
  const { t } = useTranslation("customers");
  const { addNote } = useCustomerWrites(customer);
  const form = useForm({ initialValues: { text: "" } });
  const draft = useDraft(`note.${customer}`, form);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const text = form.values.text.trim();
  const save = form.onSubmit(async () => {
    if (!text) return;
    setBusy(true);
    setProblem(null);
    try {
      await addNote(text);
      form.setValues({ text: "" });
      form.resetDirty({ text: "" });
      draft.forget();
      toast(t("notes.saved"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={save}>
      <Textarea
        aria-label={t("notes.field")}
        placeholder={t("notes.placeholder")}
        autosize
        minRows={2}
        maxRows={12}
        maxLength={CHARACTERS_MAX}
        dir="auto"
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
        }}
        {...form.getInputProps("text")}
      />
      {problem && <ProblemLine problem={problem} />}
      <Group justify="flex-end" mt="xs">
        <Button type="submit" variant="default" size="compact-md" loading={isBusy} disabled={!text}>
          {t("notes.add")}
        </Button>
      </Group>
    </form>
  );
}
