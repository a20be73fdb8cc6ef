import { useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink, Page } from "../../design";
import classes from "./products.module.css";

interface FrameProps {
  title: string;
  lead: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** What the pages of the catalogue share: their title, and the way from one to the other. */
export function Frame({ title, lead, actions, children }: FrameProps) {
  const { t } = useTranslation("products");
  const { pathname } = useLocation();
  const parts = [
    { to: paths.products(), label: t("title") },
    { to: paths.stores(), label: t("stores.title") },
    { to: paths.feeds(), label: t("feeds.title") },
  ];
  return (
    <Page title={title} lead={lead} actions={actions}>
      <nav className={`${classes.parts} r-no-print`} aria-label={t("parts")}>
        {parts.map(({ to, label }) => (
          <AppLink key={to} to={to} className={classes.part} aria-current={pathname === to ? "page" : undefined}>
            {label}
          </AppLink>
        ))}
      </nav>
      {children}
    </Page>
  );
}
