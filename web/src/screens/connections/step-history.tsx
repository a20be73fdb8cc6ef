import { Button, Group, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Note, ProblemView, Section, TextSkeleton } from "../../design";
import { BackfillForm } from "./backfill-form";
import classes from "./connections.module.css";
import { JobCard } from "./job-card";
import { hasApi, isUnderWay, useJobs, type Connection, type Job } from "./queries";
import { ScheduleSelect } from "./schedule-select";
import type { StepProps } from "./steps-bar";

/** Brings in what the shop has from before, and shows how far it is. */
export function HistoryStep({ connection, back, onNext }: StepProps & { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { data, error, refetch } = useJobs(connection.source, "backfill");
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!data) return <TextSkeleton lines={6} />;
  const jobs = newest(data.items, connection.kinds);
  const isOver = jobs.length > 0 && !jobs.some((job) => isUnderWay(job) || job.state === "paused" || job.state === "stopped");
  const isRead = hasApi(connection);
  return (
    <Section title={t("wizard.history.title")} lead={t("wizard.history.text")}>
      <Stack gap="md">
        {!isRead && <Note>{t("wizard.history.noApi")}</Note>}
        {isRead && jobs.length === 0 && <BackfillForm connection={connection} />}
        {jobs.length > 0 && (
          <>
            {isOver ? (
              <Note tone="good" role="status" title={t("wizard.history.done")}>
                {t("wizard.history.doneText", { count: jobs.reduce((sum, { objects }) => sum + objects, 0) })}
              </Note>
            ) : (
              <Note>{t("wizard.history.leave")}</Note>
            )}
            <div className={classes.jobs}>
              {jobs.map((job) => (
                <JobCard key={job.id} job={job} isBrief />
              ))}
            </div>
          </>
        )}
        {isRead && <ScheduleSelect connection={connection} />}
        <Group justify={back ? "space-between" : "flex-end"}>
          {back}
          <Button onClick={onNext} {...(isRead && jobs.length === 0 ? { variant: "default" } : {})}>
            {t(isRead && jobs.length === 0 ? "wizard.later" : "wizard.next")}
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}

/** The newest of each kind, as they are read: customers first, orders last. */
function newest(jobs: readonly Job[], kinds: readonly string[]): Job[] {
  return kinds.flatMap((kind) => jobs.find((job) => job.kinds.join() === kind) ?? []);
}
