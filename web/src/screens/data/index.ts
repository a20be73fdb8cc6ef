import { IconDatabase } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";
import { connectionRoutes } from "../connections/routes";

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data",
  component: lazyRouteComponent(() => import("./live-page"), "LivePage"),
});

const liveRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/live",
  component: lazyRouteComponent(() => import("./live-page"), "LivePage"),
});

const healthRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/health",
  component: lazyRouteComponent(() => import("./health-page"), "HealthPage"),
});

const quarantineRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/quarantine",
  component: lazyRouteComponent(() => import("./quarantine-page"), "QuarantinePage"),
});

const sourcesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/sources",
  component: lazyRouteComponent(() => import("./sources-page"), "SourcesPage"),
});

const keysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/keys",
  component: lazyRouteComponent(() => import("./keys-page"), "KeysPage"),
});

export const data: Area = {
  name: "data",
  to: "/data",
  icon: IconDatabase,
  key: "e",
  needs: "events:read",
  group: "setup",
  routes: [indexRoute, liveRoute, healthRoute, quarantineRoute, sourcesRoute, keysRoute, ...connectionRoutes],
  commands: [
    { id: "data.connections", label: "connections:title", to: "/data/connections", needs: "sources:read" },
    { id: "data.connect", label: "connections:make", to: "/data/connections/new", needs: "sources:write" },
    { id: "data.health", label: "data:health.title", to: "/data/health" },
    { id: "data.quarantine", label: "data:quarantine.title", to: "/data/quarantine", needs: "quarantine:read" },
    { id: "data.key", label: "data:keys.make", to: "/data/keys?make=1", needs: "sources:write" },
    { id: "data.source", label: "data:sources.make", to: "/data/sources?make=1", needs: "sources:write" },
  ],
};
