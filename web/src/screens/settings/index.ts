import { IconSettings } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./overview-page"), "OverviewPage"),
});

const shopRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/shop",
  component: lazyRouteComponent(() => import("./shop-page"), "ShopPage"),
});

const sendingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/sending",
  component: lazyRouteComponent(() => import("./sending-page"), "SendingPage"),
});

const flowsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/flows",
  component: lazyRouteComponent(() => import("./flows-page"), "FlowDefaultsPage"),
});

const agentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/agents",
  component: lazyRouteComponent(() => import("./agents-page"), "AgentsPage"),
});

const destinationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/destinations",
  component: lazyRouteComponent(() => import("./destinations-page"), "DestinationsPage"),
});

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/people",
  component: lazyRouteComponent(() => import("./people-page"), "PeoplePage"),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/audit",
  component: lazyRouteComponent(() => import("./audit-page"), "AuditPage"),
});

const statusRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/status",
  component: lazyRouteComponent(() => import("./status-page"), "StatusPage"),
});

const apiRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings/api",
  component: lazyRouteComponent(() => import("./api-page"), "ApiPage"),
});

export const settings: Area = {
  name: "settings",
  to: "/settings",
  icon: IconSettings,
  key: "s",
  group: "setup",
  routes: [indexRoute, shopRoute, sendingRoute, flowsRoute, agentsRoute, destinationsRoute, peopleRoute, auditRoute, statusRoute, apiRoute],
  commands: [
    { id: "test-message", label: "settings:sending.test.title", to: "/settings/sending", needs: "messages:write" },
    { id: "add-agent", label: "settings:agents.add", to: "/settings/agents?add=1", needs: "agents:write" },
    { id: "add-destination", label: "settings:destinations.add", to: "/settings/destinations?add=1", needs: "settings:write" },
    { id: "add-person", label: "settings:people.add", to: "/settings/people?add=1", needs: "people:write" },
    { id: "api", label: "settings:api.title", to: "/settings/api" },
    { id: "status", label: "settings:status.title", to: "/settings/status" },
  ],
};
