import { Button, Text } from "@mantine/core";
import { IconChecklist, IconClockExclamation } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, FilterBar, FilterChoice, FilterSelect, Mark, Page, RowActions, StateBadge, When, useUrlState, type Column } from "../../design";
import { useFlowOptions } from "../flows/use-flow-options";
import { TakeButton } from "./take-button";

type Task = Schemas["TaskItem"];

/** What people are to do for journeys: the most pressing first. */
export function TasksPage() {
  const { t } = useTranslation(["tasks", "common"]);
  const url = useUrlState("who", "state", "due", "flow");
  const { who, state, due, flow } = url.values;
  const { options } = useFlowOptions();
  const filters = { assignee: who || undefined, state: state === "over" ? "done,withdrawn" : undefined, overdue: (due === "overdue" && state !== "over") || undefined, flow: flow || undefined };
  const list = usePages("/api/v1/tasks", filters, (query) => take(api.GET("/api/v1/tasks", { params: { query } })));
  const columns = useColumns(state === "over");
  return (
    <Page title={t("title")} lead={t("lead")}>
      <FilterBar clear={url.clear} isAny={url.isAny}>
        <FilterChoice label={t("who")} any={t("everybody")} value={who} onChange={(value) => url.set({ who: value })} options={[{ value: "me", label: t("me") }, { value: "nobody", label: t("nobody") }]} />
        <FilterChoice label={t("common:states.task.label")} any={t("open")} value={state} onChange={(value) => url.set({ state: value, due: "" })} options={[{ value: "over", label: t("over") }]} />
        {state !== "over" && <FilterSelect label={t("due")} any={t("anyDue")} value={due} onChange={(value) => url.set({ due: value })} options={[{ value: "overdue", label: t("overdue") }]} />}
        <FilterSelect label={t("flow")} any={t("anyFlow")} value={flow} onChange={(value) => url.set({ flow: value })} options={options} />
      </FilterBar>
      <DataList label={t("title")} columns={columns} list={list} idOf={({ id }) => id} hrefOf={({ id }) => paths.task(id)} empty={<Empty who={who} isAny={url.isAny} />} />
    </Page>
  );
}

function Empty({ who, isAny }: { who: string; isAny: boolean }) {
  const { t } = useTranslation("tasks");
  const { can } = useSession();
  if (who === "me") return <EmptyState icon={IconChecklist} title={t("empty.mine")}>{t("empty.mineText")}</EmptyState>;
  return (
    <EmptyState
      icon={IconChecklist}
      title={t(isAny ? "empty.noneSuch" : "empty.title")}
      action={
        !isAny && can("flows:read") ? (
          <Button component={AppLink} to={paths.flows()} variant="default">
            {t("empty.toFlows")}
          </Button>
        ) : undefined
      }
    >
      {t("empty.text")}
    </EmptyState>
  );
}

function useColumns(isOver: boolean): Column<Task>[] {
  const { t } = useTranslation(["tasks", "common"]);
  const { can } = useSession();
  const customer: Column<Task> = { key: "customer", label: t("customer"), width: "14rem", render: (task) => <bdi>{task.customer.name || task.customer.email || t("common:search.unnamed")}</bdi> };
  const title: Column<Task> = {
    key: "title",
    label: t("task"),
    card: "title",
    render: ({ title, flow_name }) => (
      <>
        {title}
        <Text component="span" display="block" size="sm" c="dimmed" fw={400}>
          {flow_name}
        </Text>
      </>
    ),
  };
  if (isOver) {
    return [
      title,
      { key: "state", label: t("common:states.task.label"), width: "9rem", card: "aside", render: ({ state }) => <StateBadge of="task" state={state} /> },
      customer,
      { key: "by", label: t("doneBy"), render: ({ done_by }) => done_by ?? "–" },
      { key: "when", label: t("overAt"), width: "9rem", render: ({ over_at }) => <When at={over_at} /> },
    ];
  }
  const columns: Column<Task>[] = [
    title,
    customer,
    { key: "due", label: t("due"), width: "11rem", render: (task) => <Due task={task} /> },
    { key: "who", label: t("who"), width: "11rem", card: "aside", render: (task) => <Assignee task={task} /> },
  ];
  if (can("tasks:write")) {
    columns.push({ key: "act", label: t("take"), isLabelHidden: true, align: "right", width: "9rem", card: "line", render: (task) => (task.assignee && !task.is_mine ? null : <RowActions><TakeButton task={task} /></RowActions>) });
  }
  return columns;
}

/** When a task is due; what is late says so in words and not by its colour alone. */
export function Due({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  if (!task.due_at) return <Text component="span" inherit c="dimmed">{t("noDue")}</Text>;
  if (!task.is_overdue) return <When at={task.due_at} />;
  return (
    <Mark tone="bad" icon={IconClockExclamation}>
      {t("overdueSince")} <When at={task.due_at} />
    </Mark>
  );
}

/** Who has a task; where nobody has, for whom it is meant. */
export function Assignee({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  if (task.is_mine) return <Mark tone="accent">{t("mineOne")}</Mark>;
  if (task.assignee) return <span dir="auto" title={task.assignee}>{task.assignee_name ?? task.assignee}</span>;
  return (
    <Text component="span" inherit c="dimmed">
      {task.groups.length > 0 ? t("forGroups", { groups: task.groups.join(", ") }) : t("nobodyYet")}
    </Text>
  );
}
