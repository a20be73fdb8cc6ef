import { Button, Group, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, type Problem } from "../../api/problem";
import { useAgents } from "../../app/session";
import { ProblemLine, toast, useDraft } from "../../design";
import { useCustomerWrites } from "./queries";

interface ContactDialogProps {
  customer: string;
  name: string;
  /** Who is proposed as the one who spoke. */
  agent: string | undefined;
  /** The cart spoken about, where it is known. */
  cart?: string;
  isOpen: boolean;
  onClose: () => void;
}

/** “I spoke with the customer”: the order that follows is the agent's. */
export function ContactDialog(props: ContactDialogProps) {
  const { t } = useTranslation(["customers", "common"]);
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={<bdi>{t("contact.title", { customer: props.name })}</bdi>} closeButtonProps={{ "aria-label": t("common:close") }}>
      <ContactForm {...props} />
    </Modal>
  );
}

function ContactForm({ customer, name, agent, cart, onClose }: ContactDialogProps) {
  const { t } = useTranslation(["customers", "common"]);
  const { agents } = useAgents();
  const { addContact } = useCustomerWrites(customer);
  const form = useForm({ initialValues: { agent: agent ?? "", outcome: "" } });
  const draft = useDraft(`contact.${customer}`, form);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = form.onSubmit(async (values) => {
    setBusy(true);
    setProblem(null);
    try {
      await addContact({ agent: values.agent || null, outcome: values.outcome.trim() || null, cart: cart ?? null });
      draft.forget();
      toast(t("contact.saved", { customer: name }));
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={save}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t("contact.text")}
        </Text>
        {agents.length > 0 && <Select label={t("contact.agent")} data={agents.filter(({ is_active, id }) => is_active || id === agent).map(({ id, name: label }) => ({ value: id, label }))} allowDeselect={false} {...form.getInputProps("agent")} />}
        <Textarea label={t("contact.outcome")} placeholder={t("contact.outcomeHint")} autosize minRows={2} maxRows={8} maxLength={500} dir="auto" data-autofocus {...form.getInputProps("outcome")} />
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t("contact.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
