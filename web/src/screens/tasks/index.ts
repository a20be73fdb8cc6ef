import { IconChecklist } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks",
  component: lazyRouteComponent(() => import("./tasks-page"), "TasksPage"),
});

const taskRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/tasks/$task",
  component: lazyRouteComponent(() => import("./task-page"), "TaskPage"),
});

export const tasks: Area = {
  name: "tasks",
  to: "/tasks",
  icon: IconChecklist,
  key: "t",
  needs: "tasks:read",
  group: "work",
  routes: [listRoute, taskRoute],
  commands: [
    { id: "tasks.mine", label: "tasks:mine", to: "/tasks?who=me" },
    { id: "tasks.overdue", label: "tasks:overdue", to: "/tasks?due=overdue" },
  ],
};
