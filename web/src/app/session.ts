/** Who is signed in. Read once when the page opens; every screen below the shell may rely on it. */

import { queryOptions, useQuery, useQueryClient, useSuspenseQuery, type QueryClient } from "@tanstack/react-query";
import { api, queries, setCsrfToken, take, type Schemas } from "../api/client";
import { hearServerClock } from "../format/clock";
import { may, type Permission } from "./permissions";

export type Session = Schemas["Session"];

export const SESSION_KEY = ["get", "/api/v1/session"] as const;

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: async (): Promise<Session> => {
    const session = await take(api.GET("/api/v1/session"));
    setCsrfToken(session.csrf_token);
    hearServerClock(session.now);
    return session;
  },
  staleTime: Infinity,
  retry: false,
  // Asked for anew when somebody signs in, and never just because the window was looked at again.
  refetchOnWindowFocus: false,
});

export interface SessionInfo {
  session: Session;
  /** Whether the person may do this: `can("flows:write")`. */
  can: (permission: Permission) => boolean;
}

/** Only below the shell, where somebody is signed in. */
export function useSession(): SessionInfo {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return { session, can: (permission) => may(session.workspace.role, permission) };
}

export function keepSession(client: QueryClient, session: Session): void {
  setCsrfToken(session.csrf_token);
  hearServerClock(session.now);
  client.setQueryData(SESSION_KEY, session);
}

export interface SignOut {
  signOut: () => Promise<void>;
  signOutEverywhere: () => Promise<void>;
}

export function useSignOut(): SignOut {
  const client = useQueryClient();
  const leave = () => {
    client.clear();
    // A whole load, so that nothing of the one who left stays in memory.
    window.location.assign("/sign-in");
  };
  return {
    signOut: async () => {
      await api.DELETE("/api/v1/session");
      leave();
    },
    signOutEverywhere: async () => {
      await api.POST("/api/v1/session/revoke-all");
      leave();
    },
  };
}

/** How the shop speaks and counts, which everybody may know; all settings only for those who may read them. */
export function useWorkspace(): { name: string; currency: string; timeZone: string; settings: Schemas["Settings"] | undefined } {
  const { session, can } = useSession();
  const { shop } = session;
  const { data } = queries.useQuery("get", "/api/v1/settings", {}, { enabled: can("settings:read"), staleTime: 60_000 });
  return { name: shop.name || session.workspace.name, currency: shop.currency, timeZone: shop.time_zone, settings: data };
}

/** Agents by id, for showing names. */
export function useAgents(): { agents: Schemas["Agent"][]; nameOf: (id: string | null | undefined) => string | undefined } {
  const { data } = useQuery({
    queryKey: ["get", "/api/v1/agents", "all"],
    queryFn: () => take(api.GET("/api/v1/agents")),
    staleTime: 60_000,
  });
  const agents = data?.items ?? [];
  return { agents, nameOf: (id) => agents.find((agent) => agent.id === id)?.name };
}
