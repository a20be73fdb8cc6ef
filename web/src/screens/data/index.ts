import { IconDatabase } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const page = (path: string, component: ReturnType<typeof lazyRouteComponent>) => createRoute({ getParentRoute: () => shellRoute, path, component });

export const data: Area = {
  name: "data",
  to: "/data",
  icon: IconDatabase,
  needs: "carts:read",
  group: "setup",
  routes: [],
};
void page;
void lazyRouteComponent;
