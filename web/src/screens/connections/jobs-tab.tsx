import { Button, Modal, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDatabaseImport, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session";
import { EmptyState, FilterBar, FilterChoice, ListSkeleton, Note, ProblemView, useUrlState } from "../../design";
import { BackfillForm } from "./backfill-form";
import classes from "./connections.module.css";
import { JobCard } from "./job-card";
import { hasApi, useJobs, type Connection } from "./queries";

const ROWS = 50;

/** What was brought in and compared, newest first. */
export function JobsTab({ connection }: { connection: Connection }) {
  const { t } = useTranslation(["connections", "common"]);
  const { can } = useSession();
  const url = useUrlState("purpose");
  const [isAsking, { open, close }] = useDisclosure(false);
  const { purpose } = url.values;
  const wanted = purpose === "backfill" || purpose === "reconcile" ? purpose : undefined;
  const { data, error, refetch } = useJobs(connection.source, wanted, ROWS);
  const isRead = hasApi(connection);
  if (!isRead) return <Note>{t("wizard.history.noApi")}</Note>;
  const options = [
    { value: "reconcile", label: t("page.onlyReconcile") },
    { value: "backfill", label: t("page.onlyBackfill") },
  ];
  return (
    <Stack gap="md">
      <FilterBar>
        <FilterChoice label={t("page.filter")} any={t("common:all")} value={wanted ?? ""} onChange={(value) => url.set({ purpose: value })} options={options} />
        {can("sources:write") && (
          <Button variant="default" leftSection={<IconDatabaseImport size={16} />} onClick={open}>
            {t("page.bringIn")}
          </Button>
        )}
      </FilterBar>
      {error && !data && <ProblemView error={error} retry={() => void refetch()} compact />}
      {!error && !data && <ListSkeleton rows={4} />}
      {data && data.items.length === 0 && (
        <EmptyState icon={IconRefresh} title={t("page.jobsNone")} compact>
          {t("page.jobsNoneText")}
        </EmptyState>
      )}
      <div className={classes.jobs}>
        {data?.items.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </div>
      <Modal opened={isAsking} onClose={close} title={t("wizard.history.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
        <p className={classes.soft}>{t("wizard.history.text")}</p>
        <BackfillForm connection={connection} onStarted={close} />
      </Modal>
    </Stack>
  );
}
