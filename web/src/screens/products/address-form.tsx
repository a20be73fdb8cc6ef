import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemLine } from "../../design";

interface AddressFormProps {
  /** None: a new one. */
  feed: Schemas["ProductFeed"] | null;
  onClose: () => void;
  onDone: () => Promise<void>;
}

const EVERY_MINUTES = [60, 360, 1440] as const;

/** Where a feed is, how often it is fetched, and whether it names everything. */
export function AddressForm({ feed, onClose, onDone }: AddressFormProps) {
  const { t } = useTranslation(["products", "common"]);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useForm({ initialValues: { source: feed?.source ?? "catalogue", url: feed?.url ?? "", format: feed?.format ?? "", every: String(feed?.every_minutes ?? 1440), is_complete: feed?.is_complete ?? false } });
  const save = async () => {
    setBusy(true);
    setProblem(null);
    const { source, url, format, every, is_complete } = form.getValues();
    const body = { url: url.trim(), format, every_minutes: Number(every), is_complete };
    try {
      if (feed) await take(api.PATCH("/api/v1/catalogue/feeds/{id}", { params: { path: { id: feed.id } }, body }));
      else await take(api.POST("/api/v1/catalogue/feeds", { body: { ...body, source: source.trim() } }));
      await onDone();
      onClose();
    } catch (failure) {
      setProblem(asProblem(failure));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t(feed ? "address.edit" : "address.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <TextInput label={t("address.url")} description={t("address.urlHint")} placeholder="https://" type="url" inputMode="url" required autoComplete="off" data-autofocus {...form.getInputProps("url")} />
          {!feed && <TextInput label={t("feeds.source")} description={t("feeds.sourceHint")} required maxLength={100} {...form.getInputProps("source")} />}
          <Select label={t("address.every")} data={EVERY_MINUTES.map((minutes) => ({ value: String(minutes), label: t(`address.times.m${minutes}`) }))} allowDeselect={false} {...form.getInputProps("every")} />
          <Select label={t("feeds.format")} data={[{ value: "", label: t("feeds.recognised") }, { value: "csv", label: "CSV" }, { value: "xml", label: "XML (Google Merchant)" }, { value: "json", label: "JSON" }]} allowDeselect={false} {...form.getInputProps("format")} />
          <Checkbox label={t("address.complete")} description={t("address.completeHint")} {...form.getInputProps("is_complete", { type: "checkbox" })} />
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t("address.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
