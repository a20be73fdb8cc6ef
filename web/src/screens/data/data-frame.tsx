import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, Page } from "../../design";
import classes from "./data.module.css";

interface DataFrameProps {
  title: string;
  lead: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** What the pages about data share: their title, and the way from one to the other. */
export function DataFrame({ title, lead, actions, children }: DataFrameProps) {
  const { t } = useTranslation(["data", "connections"]);
  const { can } = useSession();
  const { pathname } = useLocation();
  const parts = [
    { to: paths.liveEvents(), label: t("live.title"), isSeen: true },
    { to: paths.connections(), label: t("connections:title"), isSeen: can("sources:read") },
    { to: paths.dataHealth(), label: t("health.title"), isSeen: true },
    { to: paths.quarantine(), label: t("quarantine.title"), isSeen: can("quarantine:read") },
    { to: paths.sources(), label: t("sources.title"), isSeen: can("sources:read") },
    { to: paths.keys(), label: t("keys.title"), isSeen: can("sources:read") },
  ].filter(({ isSeen }) => isSeen);
  const isHere = (to: string) => pathname === to || (pathname === paths.data() && to === paths.liveEvents());
  return (
    <Page title={title} lead={lead} crumbs={[{ label: t("title"), to: paths.data() }]} actions={actions}>
      <nav className={`${classes.parts} r-no-print`} aria-label={t("parts")}>
        {parts.map(({ to, label }) => (
          <AppLink key={to} to={to} className={classes.part} aria-current={isHere(to) ? "page" : undefined}>
            {label}
          </AppLink>
        ))}
      </nav>
      {children}
    </Page>
  );
}
