import { IconShoppingCart } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/carts",
  component: lazyRouteComponent(() => import("./list-page"), "CartsPage"),
});

const cartRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/carts/$id",
  component: lazyRouteComponent(() => import("./cart-page"), "CartPage"),
});

export const carts: Area = { name: "carts", to: "/carts", icon: IconShoppingCart, key: "c", isInBar: true, needs: "carts:read", group: "work", routes: [listRoute, cartRoute] };
