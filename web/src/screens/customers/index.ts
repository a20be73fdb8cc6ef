import { IconUsers } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/customers",
  component: lazyRouteComponent(() => import("./list-page"), "CustomersPage"),
});

const customerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/customers/$id",
  component: lazyRouteComponent(() => import("./customer-page"), "CustomerPage"),
});

export const customers: Area = { name: "customers", to: "/customers", icon: IconUsers, key: "u", isInBar: true, needs: "customers:read", group: "work", routes: [listRoute, customerRoute] };
