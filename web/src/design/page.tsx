import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AppLink } from "./link";
import classes from "./page.module.css";

export interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  title: ReactNode;
  /** What the browser's tab says, where `title` is no plain text. */
  documentTitle?: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  /** The way here: the pages above this one, outermost first. */
  crumbs?: Crumb[];
  /** Beside the title, such as a state. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** Text is easier to read in a narrow column; lists use the whole width. */
  width?: "full" | "reading";
  children: ReactNode;
}

/** The frame of every screen: where one is, what it is called, what can be done, and the content. */
export function Page({ title, documentTitle, lead, crumbs, aside, actions, width = "full", children }: PageProps) {
  const { t } = useTranslation();
  const named = documentTitle ?? (typeof title === "string" ? title : undefined);
  useEffect(() => {
    document.title = named ? `${named} · Ritorno` : "Ritorno";
  }, [named]);
  return (
    <div className={classes.page} data-width={width}>
      {crumbs && crumbs.length > 0 && (
        <Breadcrumbs component="nav" aria-label={t("crumbs")} className={`${classes.crumbs} r-no-print`} separatorMargin={6}>
          {crumbs.map((crumb) => (
            <Anchor key={crumb.to} component={AppLink} to={crumb.to} size="sm" c="dimmed">
              {crumb.label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <header className={classes.head}>
        <div className={classes.titles}>
          <Group gap="sm" align="center">
            <Title order={1} className={classes.title} dir="auto">
              {title}
            </Title>
            {aside}
          </Group>
          {lead && (
            <Text c="dimmed" mt={4} className={classes.lead}>
              {lead}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs" className={`${classes.actions} r-no-print`}>{actions}</Group>}
      </header>
      <Stack gap="lg">{children}</Stack>
    </div>
  );
}

interface SectionProps {
  title: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Without a frame: for lists, which have their own. */
  bare?: boolean;
  id?: string;
  children: ReactNode;
}

/** A part of a page with a heading of its own, in a hairline frame. */
export function Section({ title, lead, actions, bare = false, id, children }: SectionProps) {
  return (
    <section className={bare ? classes.bare : classes.section} id={id}>
      <Group justify="space-between" align="flex-start" gap="sm" className={classes.sectionHead}>
        <div className={classes.titles}>
          <Title order={2}>{title}</Title>
          {lead && (
            <Text size="sm" c="dimmed" mt={2} className={classes.lead}>
              {lead}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs" className="r-no-print">{actions}</Group>}
      </Group>
      {children}
    </section>
  );
}

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Facts by name. Where nothing is known there is a dash, so that every page of a kind has the same shape. */
export function Facts({ facts, columns = 1 }: { facts: Fact[]; columns?: 1 | 2 }) {
  return (
    <dl className={classes.facts} data-columns={columns}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd dir="auto">{value === null || value === undefined || value === "" ? "–" : value}</dd>
        </div>
      ))}
    </dl>
  );
}
