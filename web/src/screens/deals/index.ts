import { IconLayoutKanban } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const boardRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/deals",
  component: lazyRouteComponent(() => import("./deals-page"), "DealsPage"),
});

export const deals: Area = { name: "deals", to: "/deals", icon: IconLayoutKanban, key: "d", needs: "carts:read", group: "work", routes: [boardRoute] };
