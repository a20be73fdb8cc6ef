import { Button, FileInput, Group, Modal, Progress, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { upload, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { Note, ProblemLine } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./products.module.css";

type Answer = Schemas["FeedAnswer"];

interface UploadDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** A file of products, sent as it is read: how far it is, then what went in and which rows did not. */
export function UploadDialog({ isOpen, onClose, onDone }: UploadDialogProps) {
  const { t } = useTranslation(["products", "common"]);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const close = () => {
    setAnswer(null);
    onClose();
  };
  const done = (answer: Answer) => {
    setAnswer(answer);
    onDone();
  };
  return (
    <Modal opened={isOpen} onClose={close} size="lg" title={t("feeds.upload")} closeButtonProps={{ "aria-label": t("common:close") }}>
      {answer ? <Result answer={answer} close={close} again={() => setAnswer(null)} /> : <Choose close={close} done={done} />}
    </Modal>
  );
}

function Choose({ close, done }: { close: () => void; done: (answer: Answer) => void }) {
  const { t } = useTranslation(["products", "common"]);
  const { share } = useFormat();
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState("catalogue");
  const [format, setFormat] = useState("");
  const [progress, setProgress] = useState<number | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = async () => {
    if (!file) return;
    setProblem(null);
    setProgress(0);
    try {
      const query = new URLSearchParams({ source: source.trim(), file: file.name, ...(format ? { format } : {}) });
      done(await upload<Answer>(`/api/v1/catalogue/imports?${query}`, file, setProgress));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setProgress(null);
    }
  };
  const isSending = progress !== null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Stack gap="md">
        <FileInput label={t("feeds.file")} description={t("feeds.fileHint")} required value={file} onChange={setFile} accept=".csv,.tsv,.txt,.xml,.rss,.json,.ndjson,.jsonl" leftSection={<IconFile size={16} aria-hidden />} placeholder={t("feeds.choose")} disabled={isSending} data-autofocus />
        <TextInput label={t("feeds.source")} description={t("feeds.sourceHint")} required maxLength={100} value={source} onChange={(event) => setSource(event.currentTarget.value)} disabled={isSending} />
        <Select label={t("feeds.format")} data={[{ value: "", label: t("feeds.recognised") }, { value: "csv", label: "CSV" }, { value: "xml", label: "XML (Google Merchant)" }, { value: "json", label: "JSON" }]} value={format} onChange={(value) => setFormat(value ?? "")} allowDeselect={false} disabled={isSending} />
        {isSending && (
          <div role="status">
            <Progress value={progress * 100} animated={progress >= 1} aria-label={t("feeds.sending")} />
            <Text size="sm" c="dimmed" mt={4}>
              {progress < 1 ? t("feeds.sent", { share: share(progress) }) : t("feeds.finishing")}
            </Text>
          </div>
        )}
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} disabled={isSending}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isSending} disabled={!file || source.trim() === ""}>
            {t("feeds.send")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Result({ answer, close, again }: { answer: Answer; close: () => void; again: () => void }) {
  const { t } = useTranslation(["products", "common"]);
  const { number } = useFormat();
  return (
    <Stack gap="md">
      <Note tone={answer.error ? "bad" : answer.refused > 0 ? "wait" : "good"} role="status" title={t("feeds.went", { count: answer.accepted, number: number(answer.accepted) })}>
        {answer.error ? t("feeds.brokenText", { reason: answer.error }) : answer.refused > 0 ? t("feeds.someRefused", { count: answer.refused, number: number(answer.refused) }) : t("feeds.allIn")}
      </Note>
      <Rows rows={answer.rows} refused={answer.refused} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={again}>
          {t("feeds.another")}
        </Button>
        <Button onClick={close}>{t("common:close")}</Button>
      </Group>
    </Stack>
  );
}

function Rows({ rows, refused }: { rows: Schemas["RefusedRow"][]; refused: number }) {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  if (rows.length === 0) return null;
  return (
    <div>
      <ul className={classes.rows} aria-label={t("feeds.refused")} tabIndex={0}>
        {rows.map(({ line, reason }) => (
          <li key={line}>
            <span>{t("feeds.line", { number: number(line) })}</span>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
      {refused > rows.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("feeds.more", { count: refused - rows.length, number: number(refused - rows.length) })}
        </Text>
      )}
    </div>
  );
}

/** What became of an earlier feed. */
export function RefusedDialog({ import: looked, onClose }: { import: Schemas["FeedImport"] | null; onClose: () => void }) {
  const { t } = useTranslation(["products", "common"]);
  const { number } = useFormat();
  return (
    <Modal opened={looked !== null} onClose={onClose} size="lg" title={looked?.file || looked?.source} closeButtonProps={{ "aria-label": t("common:close") }}>
      {looked && (
        <Stack gap="md">
          <Note tone={looked.error ? "bad" : looked.refused > 0 ? "wait" : "good"} title={t("feeds.went", { count: looked.accepted, number: number(looked.accepted) })}>
            {looked.error ? t("feeds.brokenText", { reason: looked.error }) : looked.refused > 0 ? t("feeds.someRefused", { count: looked.refused, number: number(looked.refused) }) : t("feeds.allIn")}
          </Note>
          <Rows rows={looked.rows} refused={looked.refused} />
        </Stack>
      )}
    </Modal>
  );
}
