import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below, usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, ProblemLine, When, toast, useUrlState, type Column } from "../../design";
import { useWords } from "../connections/texts";
import { DataFrame } from "./data-frame";

type Source = Schemas["Source"];
const KINDS = ["browser", "server", "snowplow"] as const;

/** Where events come from. */
export function SourcesPage() {
  const { t } = useTranslation(["data", "connections"]);
  const { can } = useSession();
  const url = useUrlState("make");
  const list = usePages("/api/v1/sources", {}, (query) => take(api.GET("/api/v1/sources", { params: { query } })));
  const kindName = useKindName();
  const columns: Column<Source>[] = [
    { key: "name", label: t("sources.name"), render: ({ name }) => <strong style={{ fontWeight: 540 }}>{name}</strong> },
    { key: "kind", label: t("sources.kind"), render: ({ kind }) => kindName(kind) },
    { key: "made", label: t("sources.made"), render: ({ created_at }) => <When at={created_at} /> },
  ];
  const make = can("sources:write") && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => url.set({ make: "1" })}>
      {t("sources.make")}
    </Button>
  );
  return (
    <DataFrame title={t("sources.title")} lead={t("sources.lead")} actions={make}>
      <DataList
        label={t("sources.title")}
        columns={columns}
        list={list}
        idOf={({ id }) => String(id)}
        empty={
          <EmptyState icon={IconPlugConnected} title={t("sources.none")} action={<Button component={AppLink} to={can("sources:write") ? paths.newConnection() : paths.keys()} variant="default">{t(can("sources:write") ? "connections:make" : "keys.title")}</Button>}>
            {t("sources.noneText")}
          </EmptyState>
        }
      />
      <MakeSource isOpen={url.values.make !== ""} onClose={url.clear} />
    </DataFrame>
  );
}

function useKindName(): (kind: string) => string {
  const { t } = useTranslation("data");
  const words = useWords();
  return (kind) => (kind === "browser" || kind === "server" ? t(`sources.${kind}`) : words.shop(kind));
}

function MakeSource({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(["data", "common"]);
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm({ initialValues: { name: "", kind: "browser" } });
  const kindName = useKindName();
  const close = () => {
    form.reset();
    setProblem(null);
    onClose();
  };
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { name } = await take(api.POST("/api/v1/sources", { body: form.getValues() }));
      await client.invalidateQueries(below("/api/v1/sources"));
      toast(t("sources.done", { name }));
      close();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={isOpen} onClose={close} title={t("sources.make")} closeButtonProps={{ "aria-label": t("common:close") }}>
      <form onSubmit={form.onSubmit(() => void make())}>
        <Stack gap="md">
          <TextInput label={t("sources.name")} description={t("sources.nameHint")} required maxLength={100} data-autofocus {...form.getInputProps("name")} />
          <Select label={t("sources.kind")} data={KINDS.map((value) => ({ value, label: kindName(value) }))} allowDeselect={false} {...form.getInputProps("kind")} />
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              {t("common:cancel")}
            </Button>
            <Button type="submit" loading={isBusy}>
              {t("sources.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
