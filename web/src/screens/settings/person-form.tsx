import { Button, Group, Modal, Radio, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useAgents } from "../../app/session";
import { CopyText, ProblemLine, useDraft } from "../../design";
import { useRoles } from "./role-dialog";

/** Lets somebody in: who they are, and what they may do. They choose their password by a link. */
export function PersonForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const { agents } = useAgents();
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [made, setMade] = useState<Schemas["CreatedPerson"] | null>(null);
  const form = useForm<{ name: string; email: string; role: Schemas["Role"]; agent: string }>({ initialValues: { name: "", email: "", role: "marketer", agent: "" } });
  const { forget } = useDraft("person", form);
  const roles = useRoles();
  const save = async () => {
    setBusy(true);
    setProblem(null);
    const { agent, ...values } = form.getValues();
    try {
      const created = await take(api.POST("/api/v1/people", { body: { ...values, ...(agent ? { agent } : {}) } }));
      forget();
      await client.invalidateQueries(below("/api/v1/people", "/api/v1/audit"));
      setMade(created);
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      setBusy(false);
    }
  };
  if (made) return <Invited made={made} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={t("people.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <TextInput label={t("people.name")} required data-autofocus {...form.getInputProps("name")} />
          <TextInput label={t("people.email")} type="email" required {...form.getInputProps("email")} />
          <Radio.Group label={t("people.role")} {...form.getInputProps("role")}>
            <Stack gap="xs" mt="xs">
              {roles.map((role) => (
                <Radio key={role} value={role} label={t(`common:roles.${role}`)} description={t(`people.roleTexts.${role}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {agents.length > 0 && <Select label={t("people.agent")} description={t("people.agentHint")} data={agents.map(({ id, name }) => ({ value: id, label: name }))} clearable value={form.getValues().agent || null} onChange={(value) => form.setFieldValue("agent", value ?? "")} />}
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t("people.invite")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Invited({ made, onClose }: { made: Schemas["CreatedPerson"]; onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  return (
    <Modal opened onClose={onClose} title={t("people.invited", { name: made.person.name })} closeButtonProps={{ "aria-label": t("common:close") }}>
      <Stack gap="md">
        <Text>{made.invitation_link ? t("people.link") : t("people.known")}</Text>
        {made.invitation_link && <CopyText text={made.invitation_link} label={t("people.linkLabel")} />}
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            {t("common:close")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
