/** The pages for those who are not signed in yet. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../../app/routes";

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("./sign-in-page"), "SignInPage"),
});

const forgottenRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/password-reset",
  component: lazyRouteComponent(() => import("./password-pages"), "ForgottenPage"),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/password-reset/$token",
  component: lazyRouteComponent(() => import("./password-pages"), "ResetPage"),
});

const firstRunRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/first-run",
  component: lazyRouteComponent(() => import("./first-run-page"), "FirstRunPage"),
});

export const entryRoutes = [signInRoute, forgottenRoute, resetRoute, firstRunRoute];
