import { Button, Group, Modal, MultiSelect, Radio, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { CopyText, Note, ProblemLine } from "../../design";

const KINDS = ["write", "secret", "api"] as const;
const AREAS = ["events", "quarantine", "customers", "carts", "flows", "messages", "reports", "agents", "sources", "settings", "people", "audit"];
const SCOPES = ["*", ...AREAS.flatMap((area) => [`${area}:read`, `${area}:write`])];

/** Makes a key, then shows its text, this once. */
export function MakeKey({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(["data", "common"]);
  const [made, setMade] = useState<Schemas["CreatedKey"] | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={made ? t("keys.madeTitle", { name: made.name }) : t("keys.make")} closeButtonProps={{ "aria-label": t("common:close") }} size="lg" closeOnClickOutside={!made}>
      {made ? <Made made={made} onClose={close} /> : <MakeForm onMade={setMade} onClose={close} />}
    </Modal>
  );
}

function Made({ made, onClose }: { made: Schemas["CreatedKey"]; onClose: () => void }) {
  const { t } = useTranslation("data");
  return (
    <Stack gap="md">
      <Note tone="wait" title={t("keys.once")}>
        {t("keys.onceText")}
      </Note>
      <CopyText text={made.text} label={made.name} />
      {made.kind !== "api" && (
        <div>
          <Text size="sm" fw={560} mb={4}>
            {t("keys.host")}
          </Text>
          <CopyText text={window.location.origin} label={t("keys.host")} />
          <Text size="sm" c="dimmed" mt={6}>
            {t("keys.hostText")}
          </Text>
        </div>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          {t("keys.kept")}
        </Button>
      </Group>
    </Stack>
  );
}

function MakeForm({ onMade, onClose }: { onMade: (made: Schemas["CreatedKey"]) => void; onClose: () => void }) {
  const { t } = useTranslation(["data", "common"]);
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { data: sources } = queries.useQuery("get", "/api/v1/sources", { params: { query: { limit: 200 } } });
  const form = useForm({ initialValues: { name: "", kind: "write" as Schemas["KeyKind"], scopes: [] as string[], source: "" } });
  const { kind } = form.getValues();
  const make = async () => {
    setBusy(true);
    setProblem(null);
    const { name, scopes, source } = form.getValues();
    try {
      const body: Schemas["CreateKey"] = kind === "api" ? { kind, name, scopes } : { kind, name, ...(source ? { source: Number(source) } : {}) };
      onMade(await take(api.POST("/api/v1/keys", { body })));
      await client.invalidateQueries(below("/api/v1/keys", "/api/v1/sources"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={form.onSubmit(() => void make())}>
      <Stack gap="md">
        <TextInput label={t("keys.name")} description={t("keys.nameHint")} required maxLength={100} data-autofocus {...form.getInputProps("name")} />
        <Radio.Group label={t("keys.kind")} value={kind} onChange={(value) => form.setFieldValue("kind", value as Schemas["KeyKind"])}>
          <Stack gap="xs" mt={6}>
            {KINDS.map((value) => (
              <Radio key={value} value={value} label={t(`keys.kinds.${value}`)} description={t(`keys.about.${value}`)} />
            ))}
          </Stack>
        </Radio.Group>
        {kind === "api" ? (
          <MultiSelect label={t("keys.scopes")} description={t("keys.scopesHint")} data={SCOPES} searchable required clearable {...form.getInputProps("scopes")} />
        ) : (
          <Select label={t("keys.source")} description={t("keys.sourceHint")} placeholder={t("keys.newSource")} data={(sources?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name }))} clearable value={form.getValues().source || null} onChange={(value) => form.setFieldValue("source", value ?? "")} />
        )}
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t("keys.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
