/** What a role may do, as the server sees it: the interface leaves away what would be refused. The server decides. */

import type { Schemas } from "../api/client";

export type Area = "events" | "quarantine" | "customers" | "carts" | "flows" | "messages" | "reports" | "agents" | "sources" | "settings" | "people" | "audit" | "tasks" | "catalogue";
export type Permission = `${Area}:${"read" | "write"}`;

const SHOP: Permission[] = ["customers:read", "carts:read", "flows:read", "messages:read", "reports:read", "agents:read", "tasks:read", "catalogue:read"];

const PERMISSIONS: Record<Schemas["Role"], "all" | ReadonlySet<Permission>> = {
  owner: "all",
  admin: "all",
  marketer: new Set<Permission>([...SHOP, "customers:write", "carts:write", "flows:write", "messages:write", "tasks:write", "catalogue:write", "events:read", "quarantine:read", "settings:read"]),
  agent: new Set<Permission>([...SHOP, "customers:write", "carts:write", "tasks:write"]),
  viewer: new Set(SHOP),
};

export function may(role: Schemas["Role"], permission: Permission): boolean {
  const permissions = PERMISSIONS[role];
  return permissions === "all" || permissions.has(permission);
}
