import { Button, Group, Modal, PasswordInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { ProblemLine } from "../../design";

type Destination = Schemas["DestinationView"];

interface FormProps {
  destination: Destination | null;
  onClose: () => void;
  onChecked: (name: string, result: Schemas["CheckedDestination"]) => void;
}

/** Adds or changes another CRM, and checks it at once. */
export function DestinationForm({ destination, onClose, onChecked }: FormProps) {
  const { t } = useTranslation(["settings", "common"]);
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const kinds = queries.useQuery("get", "/api/v1/destination_kinds").data ?? [];
  const form = useForm({
    initialValues: { name: destination?.name ?? "", kind: destination?.kind ?? "hubspot", base_url: destination?.base_url ?? "", credentials: {} as Record<string, string>, settings: written(destination?.settings ?? {}) },
  });
  const { kind } = form.getValues();
  const known = kinds.find((one) => one.kind === kind);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    const { name, base_url, settings, ...values } = form.getValues();
    const credentials = Object.fromEntries(Object.entries(values.credentials).filter(([, value]) => value !== ""));
    try {
      const said = read(settings);
      const gone = Object.fromEntries(Object.keys(destination?.settings ?? {}).map((key) => [key, null]));
      const saved = destination
        ? await take(api.PATCH("/api/v1/destinations/{id}", { params: { path: { id: destination.id } }, body: { name, base_url, credentials, settings: { ...gone, ...said } } }))
        : await take(api.POST("/api/v1/destinations", { body: { name, kind, base_url, credentials, settings: said } }));
      onChecked(saved.name, await take(api.POST("/api/v1/destinations/{id}/check", { params: { path: { id: saved.id } } })));
      await client.invalidateQueries(below("/api/v1/destinations", "/api/v1/audit"));
      onClose();
    } catch (failure) {
      setProblem(asProblem(failure));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={destination ? t("destinations.edit") : t("destinations.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          {!destination && <Select label={t("destinations.kind")} data={(["hubspot", "salesforce", "segment"] as const).map((value) => ({ value, label: t(`destinations.kinds.${value}`) }))} allowDeselect={false} {...form.getInputProps("kind")} />}
          <TextInput label={t("destinations.name")} description={t("destinations.nameHint")} required maxLength={60} data-autofocus {...form.getInputProps("name")} />
          {kind !== "hubspot" && <TextInput label={t("destinations.address")} description={t(kind === "segment" ? "destinations.addressSegment" : "destinations.addressHint")} required={kind === "salesforce"} type="url" {...form.getInputProps("base_url")} />}
          {(known?.credentials ?? []).map((name) => (
            <PasswordInput key={name} label={t(`destinations.credentials.${name as "token"}`)} description={destination ? t("destinations.credentialKept") : undefined} required={!destination} autoComplete="off" {...form.getInputProps(`credentials.${name}`)} value={form.getValues().credentials[name] ?? ""} />
          ))}
          <Textarea label={t("destinations.settings")} description={t("destinations.settingsHint")} autosize minRows={2} maxRows={8} {...form.getInputProps("settings")} />
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t("destinations.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** One setting a line: `name = value`. */
function written(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n");
}

function read(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split("=");
      return [name.trim(), value.join("=").trim()];
    }),
  );
}
