import { Button, Menu, Text } from "@mantine/core";
import { IconChevronDown, IconUser, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { useAgents, useSession } from "../../app/session";
import { AppLink, toast, toastProblem } from "../../design";
import { useCustomerWrites } from "./queries";

type Agent = Schemas["Agent"];

interface Chosen {
  /** Who is signed in sells too. */
  mine: Agent | undefined;
  /** Gives the customer to an agent, or takes theirs away, and can be undone. */
  give: (agent: Agent | null) => void;
}

/** Giving a customer to an agent, with a way back. `own`: the agent of their own that they have now. */
export function useGiveAgent(customer: string, name: string, own: string | null | undefined): Chosen {
  const { t } = useTranslation("customers");
  const { session } = useSession();
  const { agents } = useAgents();
  const { setAgent } = useCustomerWrites(customer);
  const before = agents.find(({ id }) => id === own) ?? null;
  const give = (agent: Agent | null) => {
    if ((agent?.id ?? null) === (own ?? null)) return;
    setAgent(agent).then(
      () => toast(agent ? t("agent.given", { customer: name, agent: agent.name }) : t("agent.released", { customer: name }), { undo: () => setAgent(before) }),
      toastProblem,
    );
  };
  return { mine: agents.find(({ id, is_active }) => id === session.person.agent && is_active), give };
}

interface AgentMenuProps {
  label: ReactNode;
  own: string | null | undefined;
  onGive: (agent: Agent | null) => void;
  isBusy?: boolean;
  variant?: "default" | "filled";
  /** For many at once there is no agent of before to be released. */
  alwaysRelease?: boolean;
}

/** A button whose list holds all agents. */
export function AgentMenu({ label, own, onGive, isBusy = false, variant = "default", alwaysRelease = false }: AgentMenuProps) {
  const { t } = useTranslation("customers");
  const { agents } = useAgents();
  const { session, can } = useSession();
  const active = agents.filter(({ is_active }) => is_active);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant={variant} loading={isBusy} leftSection={<IconUser size={16} aria-hidden />} rightSection={<IconChevronDown size={14} aria-hidden />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah="60vh" style={{ overflowY: "auto" }}>
        {active.length > 0 && <Menu.Label>{t("agent.give")}</Menu.Label>}
        {active.map((agent) => (
          <Menu.Item key={agent.id} leftSection={agent.id === own ? <IconUserCheck size={16} /> : <IconUser size={16} />} aria-current={agent.id === own || undefined} onClick={() => onGive(agent)}>
            <bdi>{agent.id === session.person.agent ? t("agent.you", { name: agent.name }) : agent.name}</bdi>
          </Menu.Item>
        ))}
        {active.length === 0 && <Menu.Label>{t("agent.noneText")}</Menu.Label>}
        {active.length === 0 && can("agents:write") && (
          <Menu.Item component={AppLink} to={paths.settings("agents")}>
            {t("agent.add")}
          </Menu.Item>
        )}
        {(own || alwaysRelease) && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconUserOff size={16} />} onClick={() => onGive(null)}>
              {t("agent.release")}
              <Text size="xs" c="dimmed">
                {t("agent.releaseText")}
              </Text>
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
