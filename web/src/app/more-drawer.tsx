import { Drawer, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NavigationItems } from "./navigation";
import classes from "./shell.module.css";

/** All areas, on phones and tablets. */
export function MoreDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={isOpen} onClose={onClose} position="bottom" size="auto" title={t("nav.label")} closeButtonProps={{ "aria-label": t("close") }}>
      <Stack gap={2} pb="md">
        <NavigationItems group="work" onNavigate={onClose} />
        <hr className={classes.rule} />
        <NavigationItems group="setup" onNavigate={onClose} />
      </Stack>
    </Drawer>
  );
}
