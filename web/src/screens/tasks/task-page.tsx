import { Anchor, Text } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, Facts, Note, Page, PageSkeleton, ProblemView, Section, StateBadge, When } from "../../design";
import { useFormat } from "../../format/react";
import { TakeButton } from "./take-button";
import { TaskForm } from "./task-form";
import { Assignee, Due } from "./tasks-page";
import { useLabel } from "./use-label";

type Task = Schemas["TaskPage"];

/** One task: what is to be done, for whom, and what came of it. */
export function TaskPage() {
  const { task: id } = useParams({ strict: false }) as { task: string };
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/tasks/{id}", { params: { path: { id } } });
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} page />;
  if (!data) return <PageSkeleton />;
  return <Loaded task={data} />;
}

function Loaded({ task }: { task: Task }) {
  const { t } = useTranslation(["tasks", "common"]);
  const { can } = useSession();
  const name = task.customer.name || task.customer.email || t("common:search.unnamed");
  const isOpen = task.state === "open";
  const isMine = isOpen && can("tasks:write");
  const isOthers = Boolean(task.assignee) && !task.is_mine;
  return (
    <Page
      title={task.title}
      documentTitle={t("of", { title: task.title, name })}
      crumbs={[{ label: t("title"), to: paths.tasks() }]}
      aside={<StateBadge of="task" state={task.state} />}
      lead={t("pageLead", { name, flow: task.flow_name })}
      actions={isMine && !isOthers ? <TakeButton task={task} size="sm" /> : undefined}
      width="reading"
    >
      {task.state === "done" && <Note tone="good" title={t("wasDone", { name: task.done_by })} role="status" />}
      {task.state === "withdrawn" && <Note title={t("wasWithdrawn")}>{t("wasWithdrawnText")}</Note>}
      <Section title={t("what")}>
        {task.about && <Text mb="md" dir="auto" style={{ whiteSpace: "pre-line" }}>{task.about}</Text>}
        <About task={task} name={name} />
      </Section>
      {isMine && isOthers && <Note title={t("others", { name: task.assignee_name ?? task.assignee })}>{t("othersText")}</Note>}
      {isMine && !isOthers && <TaskForm key={task.id} task={task} />}
      {isOpen && !isMine && <Note>{t("common:notAllowed")}</Note>}
    </Page>
  );
}

function About({ task, name }: { task: Task; name: string }) {
  const { t } = useTranslation("tasks");
  const { can } = useSession();
  const labelOf = useLabel();
  const { number } = useFormat();
  const shown = (value: unknown) => (typeof value === "number" ? number(value) : typeof value === "boolean" ? t(value ? "yes" : "no") : typeof value === "object" && value !== null ? JSON.stringify(value) : value === null || value === "" ? "–" : String(value));
  const told = Object.entries(task.told as Record<string, unknown>).map(([key, value]) => ({ label: labelOf(key), value: <strong style={{ fontWeight: 620 }}>{shown(value)}</strong> }));
  return (
    <Facts
      columns={2}
      facts={[
        ...told,
        { label: t("customer"), value: <Anchor component={AppLink} to={paths.customer(task.customer.id)}><bdi>{name}</bdi></Anchor> },
        ...(task.cart ? [{ label: t("cart"), value: <Anchor component={AppLink} to={paths.cart(task.cart)}>{t("openCart")}</Anchor> }] : []),
        { label: t("due"), value: <Due task={task} /> },
        { label: t("who"), value: <Assignee task={task} /> },
        ...(can("flows:read") ? [{ label: t("flow"), value: <Anchor component={AppLink} to={paths.journey(task.journey)}>{task.flow_name}</Anchor> }] : []),
        { label: t("since"), value: <When at={task.created_at} /> },
      ]}
    />
  );
}
