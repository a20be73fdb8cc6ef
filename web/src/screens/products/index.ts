import { IconPackage } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/products",
  component: lazyRouteComponent(() => import("./list-page"), "ProductsPage"),
});

const feedsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/products/feeds",
  component: lazyRouteComponent(() => import("./feeds-page"), "FeedsPage"),
});

const storesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/products/stores",
  component: lazyRouteComponent(() => import("./stores-page"), "StoresPage"),
});

const productRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/products/$id",
  component: lazyRouteComponent(() => import("./product-page"), "ProductPage"),
});

export const products: Area = {
  name: "products",
  to: "/products",
  icon: IconPackage,
  key: "p",
  needs: "catalogue:read",
  group: "work",
  routes: [listRoute, feedsRoute, storesRoute, productRoute],
  commands: [
    { id: "products.upload", label: "products:feeds.upload", to: "/products/feeds?upload=1", needs: "catalogue:write" },
    { id: "products.stores", label: "products:stores.title", to: "/products/stores" },
  ],
};
