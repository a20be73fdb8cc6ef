import {
  IconApi,
  IconBuildingStore,
  IconHeadset,
  IconHeartbeat,
  IconHistory,
  IconPlugConnected,
  IconRoute,
  IconSend,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import type { Permission } from "../../app/permissions";
import { useSession } from "../../app/session";
import { AppLink, Page } from "../../design";
import classes from "./settings.module.css";

export type SectionName = "shop" | "sending" | "flows" | "agents" | "destinations" | "people" | "audit" | "status" | "api";

const SECTIONS: { name: SectionName; icon: TablerIcon; needs?: Permission }[] = [
  { name: "shop", icon: IconBuildingStore, needs: "settings:read" },
  { name: "sending", icon: IconSend, needs: "settings:read" },
  { name: "flows", icon: IconRoute, needs: "settings:read" },
  { name: "agents", icon: IconHeadset, needs: "agents:read" },
  { name: "destinations", icon: IconPlugConnected, needs: "settings:read" },
  { name: "people", icon: IconUsers, needs: "people:read" },
  { name: "audit", icon: IconHistory, needs: "audit:read" },
  { name: "status", icon: IconHeartbeat },
  { name: "api", icon: IconApi },
];

/** The parts that the person may see. */
export function useSections() {
  const { can } = useSession();
  return SECTIONS.filter(({ needs }) => !needs || can(needs));
}

interface FrameProps {
  section: SectionName;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the settings: the other parts beside it, where there is room. */
export function SettingsFrame({ section, actions, children }: FrameProps) {
  const { t } = useTranslation("settings");
  const { pathname } = useLocation();
  const sections = useSections();
  return (
    <Page title={t(`${section}.title`)} lead={t(`${section}.lead`)} crumbs={[{ label: t("title"), to: paths.settings() }]} actions={actions}>
      <div className={classes.frame}>
        <nav className={`${classes.sections} r-no-print`} aria-label={t("sections")}>
          {sections.map(({ name, icon: Icon }) => (
            <AppLink key={name} to={paths.settings(name)} className={classes.section} data-active={pathname === paths.settings(name) || undefined} aria-current={pathname === paths.settings(name) ? "page" : undefined}>
              <Icon size={18} stroke={1.7} aria-hidden />
              {t(`${name}.short`)}
            </AppLink>
          ))}
        </nav>
        <div className={classes.content}>{children}</div>
      </div>
    </Page>
  );
}
