import type { AnyRoute } from "@tanstack/react-router";
import type { TablerIcon } from "@tabler/icons-react";
import type { common } from "../i18n/en/common";
import type { Permission } from "./permissions";

/** A command of the palette: something to do, rather than somewhere to go. */
export interface Command {
  id: string;
  /** A key of the texts, with its area: `"settings:agents.add"`. */
  label: string;
  to: string;
  needs?: Permission;
}

/** One area of the interface. See docs/design.md, “How to add a screen”. */
export interface Area {
  /** Its name among the texts of the navigation, `common.nav`. */
  name: Exclude<keyof (typeof common)["nav"], "label" | "more">;
  to: string;
  icon: TablerIcon;
  /** The letter that goes there after `g`. */
  key?: string;
  /** Who may not do this does not see the area. */
  needs?: Permission;
  /** On a phone: in the bar at the bottom, or behind “More”. At most four stand in the bar. */
  isInBar?: boolean;
  /** In the navigation: with the daily work, or below it with what is set up once. */
  group: "work" | "setup";
  routes: readonly AnyRoute[];
  commands?: readonly Command[];
}
