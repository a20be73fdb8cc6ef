import { Button, Group, Modal, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { Note, ProblemLine, toast, useDraft } from "../../design";
import { useCustomerWrites, type CustomerData } from "./queries";

const FIELDS = ["first_name", "last_name", "email", "phone", "language"] as const;
type Values = Record<(typeof FIELDS)[number], string>;

/** What a person may correct by hand. Only what was changed is sent, so that two people can correct two things. */
export function TraitsDialog({ data, isOpen, onClose }: { data: CustomerData; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(["customers", "common"]);
  return (
    <Modal opened={isOpen} onClose={onClose} title={t("edit.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <TraitsForm data={data} onClose={onClose} />
    </Modal>
  );
}

function TraitsForm({ data, onClose }: { data: CustomerData; onClose: () => void }) {
  const { t } = useTranslation(["customers", "common"]);
  const { setTraits } = useCustomerWrites(data.id);
  const [before] = useState(() => valuesOf(data));
  const form = useForm<Values>({ initialValues: before });
  const draft = useDraft(`traits.${data.id}`, form);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = form.onSubmit(async (values) => {
    const changed = differences(before, values);
    setBusy(true);
    setProblem(null);
    try {
      if (Object.keys(changed).length > 0) {
        await setTraits(changed);
        const old = Object.fromEntries(Object.keys(changed).map((name) => [name, before[name as keyof Values]]));
        toast(t("edit.saved"), { undo: () => setTraits(old) });
      }
      draft.forget();
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  });
  const field = (name: keyof Values) => <TextInput key={name} label={t(`edit.${name}`)} type={name === "email" ? "email" : name === "phone" ? "tel" : "text"} dir="auto" maxLength={200} {...form.getInputProps(name)} />;
  return (
    <form onSubmit={save} noValidate>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t("edit.text")}
        </Text>
        {draft.isRestored && <Note tone="info">{t("edit.restored")}</Note>}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md">
          {(["first_name", "last_name"] as const).map(field)}
        </SimpleGrid>
        {(["email", "phone", "language"] as const).map(field)}
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t("common:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function valuesOf({ profile }: CustomerData): Values {
  return Object.fromEntries(FIELDS.map((name) => [name, profile[name] ?? ""])) as Values;
}

function differences(before: Values, after: Values): Schemas["TraitsBody"] {
  return Object.fromEntries(FIELDS.filter((name) => before[name] !== after[name].trim()).map((name) => [name, after[name].trim()]));
}
