import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter } from "@tanstack/react-router";
import { PageSkeleton } from "../design/notes";
import { entryRoutes } from "../screens/sign-in";
import { areas } from "./areas";
import { BrokenPage, MissingPage } from "./broken";
import { rootRoute, shellRoute } from "./routes";
import { Shell } from "./shell";

export function makeRouter(client: QueryClient) {
  shellRoute.update({ component: Shell });
  // An address that leads nowhere keeps the frame, for those who are signed in.
  const missing = createRoute({ getParentRoute: () => shellRoute, path: "$", component: MissingPage });
  const shell = shellRoute.addChildren([...areas.flatMap((area) => [...area.routes]), missing]);
  return createRouter({
    routeTree: rootRoute.addChildren([shell, ...entryRoutes]),
    context: { client },
    defaultPreload: "intent",
    // What is read on the way to a page belongs to TanStack Query, which knows how long it is fresh.
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: ({ error }) => <BrokenPage error={error} />,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
    // Everything in a query is a text: an order number of digits stays what it is.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const said = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
      const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString();
      return text ? `?${text}` : "";
    },
  });
}
