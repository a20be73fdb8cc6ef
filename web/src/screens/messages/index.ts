import { IconMail } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Area } from "../../app/area";
import { shellRoute } from "../../app/routes";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/messages",
  component: lazyRouteComponent(() => import("./messages-page"), "MessagesPage"),
});

const messageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/messages/$message",
  component: lazyRouteComponent(() => import("./message-page"), "MessagePage"),
});

export const messages: Area = {
  name: "messages",
  to: "/messages",
  icon: IconMail,
  key: "m",
  needs: "messages:read",
  group: "work",
  routes: [listRoute, messageRoute],
  commands: [{ id: "messages.inDoubt", label: "messages:inDoubt.command", to: "/messages?state=in_doubt" }],
};
