import { Group, Kbd, Modal, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { COMMAND_KEY } from "../design/keys";
import { useAreas } from "./navigation";

/** The list of keys. */
export function KeysModal({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const areas = useAreas();
  return (
    <Modal opened={isOpen} onClose={onClose} title={t("keys.title")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack gap="lg">
        <Keys title={t("keys.general")}>
          <Line keys={[`${COMMAND_KEY}K`]} what={t("keys.palette")} />
          <Line keys={["/"]} what={t("keys.search")} />
          <Line keys={["?"]} what={t("keys.help")} />
          <Line keys={["Esc"]} what={t("keys.close")} />
        </Keys>
        <Keys title={t("keys.go")}>
          {areas.map((area) => area.key && <Line key={area.name} keys={["g", area.key]} what={t(`nav.${area.name}`)} />)}
        </Keys>
        <Keys title={t("keys.lists")}>
          <Line keys={["j"]} what={t("keys.next")} />
          <Line keys={["k"]} what={t("keys.previous")} />
          <Line keys={["↵"]} what={t("keys.open")} />
          <Line keys={["x"]} what={t("keys.select")} />
        </Keys>
      </Stack>
    </Modal>
  );
}

function Keys({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={3} mb="xs">
        {title}
      </Title>
      <Stack gap={6}>{children}</Stack>
    </section>
  );
}

function Line({ keys, what }: { keys: string[]; what: string }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between">
      <Text size="sm">{what}</Text>
      <Group gap={6}>
        {keys.map((key, index) => (
          <Group key={key} gap={6}>
            {index > 0 && (
              <Text size="xs" c="dimmed">
                {t("keys.then")}
              </Text>
            )}
            <Kbd>{key}</Kbd>
          </Group>
        ))}
      </Group>
    </Group>
  );
}
