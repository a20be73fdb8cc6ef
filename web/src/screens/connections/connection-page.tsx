import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { ConfirmWithReason, Note, Page, PageSkeleton, ProblemView, UrlTabs, toast, toastProblem, useUrlState } from "../../design";
import { JobsTab } from "./jobs-tab";
import { OverviewTab } from "./overview-tab";
import { hasApi, refresh, useConnection, type Connection } from "./queries";
import { RejectedTab } from "./rejected-tab";
import { SettingsTab } from "./settings-tab";
import { ConnectionMark } from "./state-mark";
import { useWords } from "./texts";

/** One connected shop: how it is, what was found, what was not understood, and how it is set. */
export function ConnectionPage() {
  const { source } = useParams({ strict: false }) as { source: string };
  const { data, error, refetch } = useConnection(Number(source));
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} page />;
  if (!data) return <PageSkeleton />;
  return <Loaded connection={data} />;
}

function Loaded({ connection }: { connection: Connection }) {
  const { t } = useTranslation(["connections", "data"]);
  const { can } = useSession();
  const words = useWords();
  const tabs = [
    { value: "overview", label: t("page.tabs.overview"), content: <OverviewTab connection={connection} /> },
    { value: "jobs", label: t("page.tabs.jobs"), content: <JobsTab connection={connection} /> },
    { value: "rejected", label: t("page.tabs.rejected"), content: <RejectedTab connection={connection} /> },
    ...(can("sources:write") ? [{ value: "settings", label: t("page.tabs.settings"), content: <SettingsTab key={connection.source} connection={connection} /> }] : []),
  ];
  const crumbs = [
    { label: t("data:title"), to: paths.data() },
    { label: t("title"), to: paths.connections() },
  ];
  return (
    <Page title={connection.name} lead={words.shop(connection.shop)} crumbs={crumbs} aside={<ConnectionMark state={connection.state} />} actions={can("sources:write") && <Actions connection={connection} />}>
      {connection.state === "paused" && <Note tone="wait" title={t("page.pausedNote")}>{t("page.pausedNoteText")}</Note>}
      {connection.state === "uninstalled" && <Note tone="bad" title={t("page.uninstalledNote")}>{t("page.uninstalledNoteText")}</Note>}
      <UrlTabs tabs={tabs} label={t("page.tabsLabel")} />
    </Page>
  );
}

function Actions({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const url = useUrlState("tab");
  const [isPausing, { open, close }] = useDisclosure(false);
  const [isBusy, setBusy] = useState(false);
  const { source, name } = connection;
  const params = { path: { source } };
  const attempt = async (act: () => Promise<void>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const pause = async () => {
    await take(api.POST("/api/v1/connections/{source}/pause", { params }));
    await refresh(client);
    toast(t("page.paused", { name }), { undo: resume });
  };
  const resume = async () => {
    await take(api.POST("/api/v1/connections/{source}/resume", { params }));
    await refresh(client);
    toast(t("page.resumed", { name }));
  };
  const compare = async () => {
    await take(api.POST("/api/v1/connections/{source}/reconcile", { params, body: {} }));
    await refresh(client);
    url.set({ tab: "jobs" });
    toast(t("page.compareStarted"));
  };
  const isRead = hasApi(connection);
  return (
    <Group gap="xs">
      {connection.state === "active" ? (
        <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={open}>
          {t("page.pause")}
        </Button>
      ) : (
        <Button leftSection={<IconPlayerPlay size={16} />} loading={isBusy} onClick={() => void attempt(resume)}>
          {t("page.resume")}
        </Button>
      )}
      {isRead && connection.state === "active" && (
        <Button leftSection={<IconRefresh size={16} />} loading={isBusy} onClick={() => void attempt(compare)}>
          {t("page.compare")}
        </Button>
      )}
      <ConfirmWithReason isOpen={isPausing} onClose={close} title={t("page.pauseTitle", { name })} action={t("page.pause")} onConfirm={pause}>
        {t("page.pauseText")}
      </ConfirmWithReason>
    </Group>
  );
}
