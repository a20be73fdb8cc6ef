import { IconRoute } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flows",
  component: lazyRouteComponent(() => import("./flows-page"), "FlowsPage"),
});

const journeysRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flows/journeys",
  component: lazyRouteComponent(() => import("./journeys-page"), "JourneysPage"),
});

const journeyRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flows/journeys/$journey",
  component: lazyRouteComponent(() => import("./journey-page"), "JourneyPage"),
});

const flowRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/flows/$flow",
  component: lazyRouteComponent(() => import("./flow-page"), "FlowPage"),
});

export const flows: Area = {
  name: "flows",
  to: "/flows",
  icon: IconRoute,
  key: "f",
  needs: "flows:read",
  group: "work",
  routes: [listRoute, journeysRoute, journeyRoute, flowRoute],
  commands: [
    { id: "flows.import", label: "flows:import.title", to: "/flows?import=1", needs: "flows:write" },
    { id: "flows.incidents", label: "flows:journeys.incidents", to: "/flows/journeys?state=incident" },
  ],
};
