import { Avatar, Menu, SegmentedControl, Stack, Text, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconHeartbeat, IconKeyboard, IconLogout, IconLogout2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import { AppLink } from "../design/link";
import { toastProblem } from "../design/toasts";
import { openKeysHelp } from "./hotkeys";
import { LanguageChoice } from "./language-choice";
import { paths } from "./paths";
import { useSession, useSignOut } from "./session";

/** Who is signed in, how the page looks and speaks, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const { session } = useSession();
  const { person, workspace, workspaces } = session;
  const { signOut, signOutEverywhere } = useSignOut();
  return (
    <Menu width={270} position="bottom-end" closeOnItemClick>
      <Menu.Target>
        <UnstyledButton aria-label={t("account.open", { name: person.name })} style={{ borderRadius: "50%" }}>
          <Avatar name={person.name} color="spruce" radius="xl" size={34} alt="" aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap={0} px="sm" py="xs">
          <Text fw={600} dir="auto">
            {person.name}
          </Text>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {person.email}
          </Text>
          <Text size="sm" c="dimmed">
            {t(`roles.${workspace.role}`)}
          </Text>
        </Stack>
        <Menu.Divider />
        <Stack gap="xs" px="sm" py="xs">
          <LanguageChoice />
          <SchemeChoice />
        </Stack>
        <Menu.Divider />
        {workspaces.length > 1 && (
          <>
            <Menu.Label>{t("account.workspace")}</Menu.Label>
            {workspaces
              .filter(({ id }) => id !== workspace.id)
              .map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => void changeWorkspace(id)}>
                  {name}
                </Menu.Item>
              ))}
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<IconKeyboard size={17} />} onClick={openKeysHelp}>
          {t("account.keys")}
        </Menu.Item>
        <Menu.Item leftSection={<IconHeartbeat size={17} />} component={AppLink} to={paths.settings("status")}>
          {t("account.status")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout2 size={17} />} onClick={() => void signOutEverywhere().catch(toastProblem)}>
          {t("account.signOutEverywhere")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={17} />} onClick={() => void signOut().catch(toastProblem)}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
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
