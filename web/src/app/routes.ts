/** The routes that others hang from. Kept apart from the router, so that a screen can import them without a circle. */

import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, redirect } from "@tanstack/react-router";
import { asProblem } from "../api/problem";
import { Root } from "./root";
import { sessionQuery } from "./session";

export interface RouterContext {
  client: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Root });

/**
 * Everything that needs somebody signed in. Areas hang their routes from it; the router gives it its frame, which knows
 * the areas.
 */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(sessionQuery);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status !== 401) throw problem;
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/sign-in", search: next ? { next } : {} } as never);
    }
  },
});
