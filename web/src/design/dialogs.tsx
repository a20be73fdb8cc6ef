import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, type Problem } from "../api/problem";
import { ProblemLine } from "./forms";

interface ConfirmProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and to whom. */
  children: ReactNode;
  /** The verb: “Switch off”, never “OK”. */
  action: string;
  isDangerous?: boolean;
  /** Asks for a reason, which is passed on. Leave away for none. */
  reason?: { label: string; placeholder?: string; isRequired?: boolean };
  onConfirm: (reason: string) => Promise<unknown>;
}

/** Asks before what cannot be taken back, says what it does, and, where wanted, why the person does it. */
export function ConfirmWithReason({ isOpen, onClose, title, children, action, isDangerous = false, reason, onConfirm }: ConfirmProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm(text.trim());
      setText("");
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <Stack gap="md">
          <Text component="div">{children}</Text>
          {reason && <TextInput label={reason.label} placeholder={reason.placeholder} required={reason.isRequired} value={text} onChange={(event) => setText(event.currentTarget.value)} maxLength={500} data-autofocus />}
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={isBusy} color={isDangerous ? "brick" : undefined} data-autofocus={reason ? undefined : true}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
