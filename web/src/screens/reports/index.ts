import { IconChartBar } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const reportsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/reports",
  component: lazyRouteComponent(() => import("./reports-page"), "ReportsPage"),
});

export const reports: Area = {
  name: "reports",
  to: "/reports",
  icon: IconChartBar,
  key: "r",
  needs: "reports:read",
  group: "work",
  routes: [reportsRoute],
};
