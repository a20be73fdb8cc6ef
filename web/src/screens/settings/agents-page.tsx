import { Button, Group, Modal, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconHeadset, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession, useWorkspace } from "../../app/session";
import { DataList, EmptyState, Mark, ProblemLine, StateBadge, toast, useUrlState, type Column } from "../../design";
import { SettingsFrame } from "./frame";

type Agent = Schemas["Agent"];

/** Those who sell: mail leaves in their name, and carts are handed to them. */
export function AgentsPage() {
  const { t } = useTranslation(["settings", "common"]);
  const { can } = useSession();
  const { settings } = useWorkspace();
  const { values, set } = useUrlState("add");
  const [edited, setEdited] = useState<Agent | null>(null);
  const { data, error, refetch, isPending } = queries.useQuery("get", "/api/v1/agents");
  const isEditable = can("agents:write");
  const columns: Column<Agent>[] = [
    {
      key: "name",
      label: t("agents.name"),
      render: ({ id, name }) => (
        <Group gap="xs" component="span">
          {name}
          {settings?.default_agent === id && <Mark tone="accent">{t("agents.default")}</Mark>}
        </Group>
      ),
    },
    { key: "email", label: t("agents.email"), render: ({ email }) => email },
    { key: "state", label: t("agents.state"), card: "aside", render: ({ is_active }) => <StateBadge of="person" state={is_active ? "active" : "disabled"} /> },
  ];
  const add = (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => set({ add: "1" })}>
      {t("agents.add")}
    </Button>
  );
  return (
    <SettingsFrame section="agents" actions={isEditable && add}>
      <DataList
        label={t("agents.title")}
        columns={columns}
        list={{ items: data?.items ?? [], isLoading: isPending, problem: error ? asProblem(error) : null, retry: () => void refetch() }}
        idOf={({ id }) => id}
        {...(isEditable ? { onOpen: setEdited } : {})}
        empty={
          <EmptyState icon={IconHeadset} title={t("agents.none")} action={isEditable && add}>
            {t("agents.noneText")}
          </EmptyState>
        }
      />
      {(values.add !== "" || edited) && (
        <AgentForm
          agent={edited}
          onClose={() => {
            setEdited(null);
            set({ add: "" });
          }}
        />
      )}
    </SettingsFrame>
  );
}

function AgentForm({ agent, onClose }: { agent: Agent | null; onClose: () => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useForm({ initialValues: { name: agent?.name ?? "", email: agent?.email ?? "", is_active: agent?.is_active ?? true } });
  const save = async () => {
    setBusy(true);
    setProblem(null);
    const body = form.getValues();
    try {
      if (agent) await api.PUT("/api/v1/agents/{id}", { params: { path: { id: agent.id } }, body });
      else await api.POST("/api/v1/agents", { body });
      await client.invalidateQueries(below("/api/v1/agents"));
      toast(agent ? t("common:saved") : t("agents.added", { name: body.name }), agent ? { undo: () => putBack(client, agent) } : {});
      onClose();
    } catch (failure) {
      setProblem(asProblem(failure));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={agent ? t("agents.edit") : t("agents.add")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack gap="md">
          <TextInput label={t("agents.name")} description={t("agents.nameHint")} required maxLength={200} data-autofocus {...form.getInputProps("name")} />
          <TextInput label={t("agents.email")} description={t("agents.emailHint")} type="email" required {...form.getInputProps("email")} />
          <Switch label={t("agents.active")} description={t("agents.activeHint")} {...form.getInputProps("is_active", { type: "checkbox" })} />
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {agent ? t("common:save") : t("agents.add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

async function putBack(client: ReturnType<typeof useQueryClient>, { id, name, email, is_active }: Agent): Promise<void> {
  await api.PUT("/api/v1/agents/{id}", { params: { path: { id } }, body: { name, email, is_active } });
  await client.invalidateQueries(below("/api/v1/agents"));
}
