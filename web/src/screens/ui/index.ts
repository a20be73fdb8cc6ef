import { IconComponents } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

/** Every component in every state, for those who build screens. Not part of a build for users. */
export function makeGallery(): Area {
  const galleryRoute = createRoute({
    getParentRoute: () => shellRoute,
    path: "/ui",
    component: lazyRouteComponent(() => import("./gallery-page"), "GalleryPage"),
  });
  return { name: "ui", to: "/ui", icon: IconComponents, key: "u", group: "setup", routes: [galleryRoute] };
}
