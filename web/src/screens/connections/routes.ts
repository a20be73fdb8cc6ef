import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/connections",
  component: lazyRouteComponent(() => import("./list-page"), "ConnectionsPage"),
});

const wizardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/connections/new",
  component: lazyRouteComponent(() => import("./wizard-page"), "WizardPage"),
});

const connectionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/data/connections/$source",
  component: lazyRouteComponent(() => import("./connection-page"), "ConnectionPage"),
});

/** Connections are a part of the area of data. */
export const connectionRoutes = [listRoute, wizardRoute, connectionRoute];
