import { Avatar, Popover, SegmentedControl, Stack, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHeartbeat, IconKeyboard, IconLogout, IconLogout2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { AppLink } from "../design/link";
import { toastProblem } from "../design/toasts";
import { openKeysHelp } from "./hotkeys";
import { LanguageChoice } from "./language-choice";
import { paths } from "./paths";
import { useSession, useSignOut } from "./session";
import classes from "./shell.module.css";

/** Who is signed in, how the page looks and speaks, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { person, workspace, workspaces } = session;
  const { signOut, signOutEverywhere } = useSignOut();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <Popover width={270} position="bottom-end" opened={isOpen} onChange={(open) => !open && close()} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton onClick={toggle} className={classes.account}>
          <span className="r-hidden">{t("account.open", { name: person.name })}</span>
          <Avatar name={person.name} color="spruce" radius="xl" size={34} alt="" aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("account.open", { name: person.name })}>
        <div className={classes.accountPart}>
          <Text fw={600} dir="auto">
            {person.name}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {person.email}
          </Text>
          <Text size="sm" c="dimmed">
            {t(`roles.${workspace.role}`)}
          </Text>
        </div>
        <Stack gap="xs" className={classes.accountPart}>
          <LanguageChoice />
          <SchemeChoice />
        </Stack>
        {workspaces.length > 1 && (
          <div className={classes.accountPart}>
            <Text size="sm" c="dimmed">
              {t("account.workspace")}
            </Text>
            {workspaces
              .filter(({ id }) => id !== workspace.id)
              .map(({ id, name }) => (
                <UnstyledButton key={id} className={classes.item} onClick={() => void changeWorkspace(id)}>
                  {name}
                </UnstyledButton>
              ))}
          </div>
        )}
        <div className={classes.accountPart}>
          <UnstyledButton
            className={classes.item}
            onClick={() => {
              close();
              openKeysHelp();
            }}
          >
            <IconKeyboard size={18} stroke={1.7} aria-hidden />
            {t("account.keys")}
          </UnstyledButton>
          <AppLink to={paths.settings("status")} className={classes.item} onClick={close}>
            <IconHeartbeat size={18} stroke={1.7} aria-hidden />
            {t("account.status")}
          </AppLink>
          <UnstyledButton className={classes.item} onClick={() => void signOutEverywhere().catch(toastProblem)}>
            <IconLogout2 size={18} stroke={1.7} aria-hidden />
            {t("account.signOutEverywhere")}
          </UnstyledButton>
          <UnstyledButton className={classes.item} onClick={() => void signOut().catch(toastProblem)}>
            <IconLogout size={18} stroke={1.7} aria-hidden />
            {t("account.signOut")}
          </UnstyledButton>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Everything on the page is of one workspace: a change loads it anew. */
async function changeWorkspace(workspace: number): Promise<void> {
  try {
    await api.POST("/api/v1/session/workspace", { body: { workspace } });
    window.location.assign(paths.home());
  } catch (error) {
    toastProblem(error);
  }
}

function SchemeChoice() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t("account.scheme")}
      value={colorScheme}
      onChange={(scheme) => setColorScheme(scheme as "light" | "dark" | "auto")}
      data={[
        { value: "light", label: t("account.light") },
        { value: "dark", label: t("account.dark") },
        { value: "auto", label: t("account.auto") },
      ]}
    />
  );
}
