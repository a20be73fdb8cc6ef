import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { ProblemLine, toast } from "../../design";

const ROLES = ["admin", "marketer", "agent", "viewer"] as const;

/** The roles that the signed-in person may give. */
export function useRoles(): readonly Schemas["Role"][] {
  const { session } = useSession();
  return session.workspace.role === "owner" ? ["owner", ...ROLES] : ROLES;
}

/** Gives a person another role; it holds at once. */
export function RoleDialog({ member, onClose }: { member: Schemas["Member"]; onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const client = useQueryClient();
  const roles = useRoles();
  const [role, setRole] = useState<Schemas["Role"]>(member.role);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const put = async (to: Schemas["Role"]) => {
    await api.PUT("/api/v1/people/{id}/role", { params: { path: { id: member.id } }, body: { role: to } });
    await client.invalidateQueries(below("/api/v1/people", "/api/v1/audit"));
  };
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await put(role);
      toast(t("people.roleChanged", { name: member.name, role: t(`common:roles.${role}`) }), { undo: () => put(member.role) });
      onClose();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t("people.roleTitle", { name: member.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            {t("people.roleText")}
          </Text>
          <Radio.Group aria-label={t("people.role")} value={role} onChange={(chosen) => setRole(chosen as Schemas["Role"])}>
            <Stack gap="sm">
              {roles.map((each) => (
                <Radio key={each} value={each} label={t(`common:roles.${each}`)} description={t(`people.roleTexts.${each}`)} data-autofocus={each === role || undefined} />
              ))}
            </Stack>
          </Radio.Group>
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy} disabled={role === member.role}>
              {t("people.roleAction")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
