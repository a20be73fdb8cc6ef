import { IconSettings } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const statusRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/status",
  component: lazyRouteComponent(() => import("./status-page"), "StatusPage"),
});

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./status-page"), "StatusPage"),
});

export const settings: Area = { name: "settings", to: "/settings", icon: IconSettings, key: "s", group: "setup", routes: [indexRoute, statusRoute] };
