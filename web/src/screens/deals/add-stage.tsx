import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { STAGE_MAX } from "./stages";

interface AddStageProps {
  isOpen: boolean;
  taken: string[];
  onClose: () => void;
  onAdd: (name: string) => void;
}

/** Names a further stage. */
export function AddStage({ isOpen, taken, onClose, onAdd }: AddStageProps) {
  const { t } = useTranslation(["deals", "common"]);
  const [name, setName] = useState("");
  const wanted = name.trim();
  const isTaken = taken.some((stage) => stage.toLowerCase() === wanted.toLowerCase());
  const close = () => {
    setName("");
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={t("addStage.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!wanted || isTaken) return;
          onAdd(wanted);
          close();
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t("addStage.text")}
          </Text>
          <TextInput label={t("addStage.name")} placeholder={t("addStage.example")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={STAGE_MAX} error={isTaken ? t("addStage.taken") : undefined} required data-autofocus />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" disabled={!wanted || isTaken}>
              {t("addStage.action")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
