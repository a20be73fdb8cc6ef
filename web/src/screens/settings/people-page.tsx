import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPlus, IconUsers } from "@tabler/icons-react";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { below, usePages } from "../../api/queries";
import { useAgents, useSession } from "../../app/session";
import { ConfirmWithReason, DataList, EmptyState, RowActions, StateBadge, toast, toastProblem, useUrlState, type Column } from "../../design";
import { SettingsFrame } from "./frame";
import { PersonForm } from "./person-form";
import { RoleDialog } from "./role-dialog";

type Member = Schemas["Member"];

/** Who may sign in, and as what. */
export function PeoplePage() {
  const { t } = useTranslation(["settings", "common"]);
  const { session, can } = useSession();
  const { nameOf } = useAgents();
  const { values, set } = useUrlState("add");
  const people = usePages("/api/v1/people", {}, (query) => take(api.GET("/api/v1/people", { params: { query } })));
  const isEditable = can("people:write");
  const columns: Column<Member>[] = [
    { key: "name", label: t("people.name"), render: ({ id, name }) => (id === session.person.id ? t("people.you", { name }) : name) },
    { key: "email", label: t("people.email"), render: ({ email }) => email },
    { key: "role", label: t("people.role"), render: ({ role }) => t(`common:roles.${role}`) },
    { key: "agent", label: t("people.agent"), wideOnly: true, render: ({ agent }) => nameOf(agent) ?? "–" },
    { key: "state", label: t("people.state"), card: "aside", render: (member) => <StateBadge of="person" state={stateOf(member)} /> },
    ...(isEditable ? [{ key: "actions", label: t("people.doing"), isLabelHidden: true, width: "3rem", card: "aside" as const, render: (member: Member) => (member.id === session.person.id ? null : <PersonMenu member={member} />) }] : []),
  ];
  const add = (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => set({ add: "1" })}>
      {t("people.add")}
    </Button>
  );
  return (
    <SettingsFrame section="people" actions={isEditable && add}>
      <DataList label={t("people.title")} columns={columns} list={people} idOf={({ id }) => id} empty={<EmptyState icon={IconUsers} title={t("people.none")} action={isEditable && add} />} />
      {values.add !== "" && <PersonForm onClose={() => set({ add: "" })} />}
    </SettingsFrame>
  );
}

function stateOf({ disabled_at, has_password }: Member): "active" | "invited" | "disabled" {
  return disabled_at ? "disabled" : has_password ? "active" : "invited";
}

function PersonMenu({ member }: { member: Member }) {
  const { t } = useTranslation(["settings", "common"]);
  const client = useQueryClient();
  const { session } = useSession();
  const [isAsking, setAsking] = useState(false);
  const [isChoosing, setChoosing] = useState(false);
  // What concerns an owner is for owners.
  const isOpenToMe = member.role !== "owner" || session.workspace.role === "owner";
  const enable = async () => {
    try {
      await setEnabled(client, member.id, true);
      toast(t("people.enabled", { name: member.name }), { undo: () => setEnabled(client, member.id, false) });
    } catch (error) {
      toastProblem(error);
    }
  };
  const disable = async () => {
    await setEnabled(client, member.id, false);
    toast(t("people.disabled", { name: member.name }), { undo: () => setEnabled(client, member.id, true) });
  };
  return (
    <RowActions>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("people.actions", { name: member.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={!isOpenToMe} onClick={() => setChoosing(true)}>
            {t("people.changeRole")}
          </Menu.Item>
          {member.disabled_at ? <Menu.Item onClick={() => void enable()}>{t("people.enable")}</Menu.Item> : <Menu.Item onClick={() => setAsking(true)}>{t("people.disable")}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {isChoosing && <RoleDialog member={member} onClose={() => setChoosing(false)} />}
      <ConfirmWithReason isOpen={isAsking} onClose={() => setAsking(false)} title={t("people.disableTitle", { name: member.name })} action={t("people.disable")} isDangerous onConfirm={disable}>
        {t("people.disableText")}
      </ConfirmWithReason>
    </RowActions>
  );
}

async function setEnabled(client: QueryClient, id: string, isEnabled: boolean): Promise<void> {
  const params = { path: { id } };
  if (isEnabled) await api.POST("/api/v1/people/{id}/enable", { params });
  else await api.POST("/api/v1/people/{id}/disable", { params });
  await client.invalidateQueries(below("/api/v1/people", "/api/v1/audit"));
}
