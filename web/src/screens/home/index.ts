import { IconHome } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./home-page"), "HomePage"),
});

export const home: Area = { name: "home", to: "/", icon: IconHome, key: "h", isInBar: true, group: "work", routes: [homeRoute] };
