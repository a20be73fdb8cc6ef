import { ActionIcon, CopyButton, Group, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./copy.module.css";

/** A text to be copied whole: a key, an address, a command. */
export function CopyText({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  return (
    <Group gap={4} wrap="nowrap" className={classes.copy}>
      <code>{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("copied") : t("copy")}>
            <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={label ? `${t("copy")}: ${label}` : t("copy")}>
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
