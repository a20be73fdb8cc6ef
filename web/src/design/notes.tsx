/** What a page says when there is nothing to show: not yet, not at all, or not any more. */

import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconPlugConnectedX, type TablerIcon } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../api/problem";
import classes from "./notes.module.css";
import { problemDetail, problemText } from "./problem-text";
import type { Tone } from "./theme";

interface EmptyStateProps {
  icon: TablerIcon;
  title: string;
  /** What would be here, and what makes it appear. */
  children?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
  /** It is all there is on the page, so it is the page's heading and title too. */
  page?: boolean;
}

/** The heading of a note: the page's own where the note is the page. */
function NoteTitle({ title, compact, page }: { title: string; compact: boolean; page: boolean }) {
  useEffect(() => {
    if (page) document.title = `${title} · Ritorno`;
  }, [page, title]);
  const order = page ? 1 : compact ? 3 : 2;
  return (
    <Title order={order} size={page ? "h2" : `h${order}`} ta="center">
      {title}
    </Title>
  );
}

/** An empty place that teaches: what belongs here and how it gets here. */
export function EmptyState({ icon: Icon, title, children, action, compact = false, page = false }: EmptyStateProps) {
  return (
    <div className={classes.empty} data-compact={compact || undefined}>
      <span className={classes.emptyIcon} aria-hidden>
        <Icon size={compact ? 20 : 26} stroke={1.6} />
      </span>
      <NoteTitle title={title} compact={compact} page={page} />
      {children && (
        <Text c="dimmed" ta="center" maw="34rem" size={compact ? "sm" : "md"} className={classes.words}>
          {children}
        </Text>
      )}
      {action && <Group mt="sm">{action}</Group>}
    </div>
  );
}

interface ProblemViewProps {
  error: unknown;
  retry?: (() => void) | undefined;
  compact?: boolean;
  /** As in {@link EmptyState}. */
  page?: boolean;
}

/** What went wrong, what to do, and “try again” where that may help. */
export function ProblemView({ error, retry, compact = false, page = false }: ProblemViewProps) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const title = problem.code === "network" ? t("problem.network") : problem.status === 404 ? t("problem.notFound") : problem.status === 403 ? t("problem.notAllowed") : t("problem.title");
  const detail = problemText(problem);
  const own = problemDetail(problem);
  const Icon = problem.code === "network" ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div role="alert" className={classes.empty} data-compact={compact || undefined} data-tone="bad">
      <span className={classes.emptyIcon} aria-hidden>
        <Icon size={compact ? 20 : 26} stroke={1.6} />
      </span>
      <NoteTitle title={title} compact={compact} page={page} />
      {detail && (
        <Text c="dimmed" ta="center" maw="34rem" className={classes.words}>
          {detail}
        </Text>
      )}
      {own && (
        <Text c="dimmed" ta="center" maw="34rem" size="sm" lang="en" className={classes.words}>
          {own}
        </Text>
      )}
      {retry && problem.status !== 403 && problem.status !== 404 && (
        <Button variant="default" mt="sm" onClick={retry}>
          {t("tryAgain")}
        </Button>
      )}
    </div>
  );
}

const NOTE_ICONS: Partial<Record<Tone, TablerIcon>> = { bad: IconAlertTriangle, wait: IconAlertTriangle, good: IconCircleCheck };

/** A remark inside a page: a warning, a piece of advice. */
export function Note({ tone = "info", title, actions, children, role }: { tone?: Tone; title?: string; actions?: ReactNode; children?: ReactNode; role?: "alert" | "status" }) {
  const Icon = NOTE_ICONS[tone] ?? IconInfoCircle;
  return (
    <div className={classes.note} data-tone={tone} role={role}>
      <Icon size={18} aria-hidden />
      <div className={classes.noteText}>
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {actions && <Group gap="xs">{actions}</Group>}
    </div>
  );
}

/** The shape of a list that is being read. */
export function ListSkeleton({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes.listSkeleton} role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index}>
          <Skeleton height={14} width={`${28 + ((index * 7) % 18)}%`} />
          <Skeleton height={14} width={`${10 + ((index * 5) % 8)}%`} />
          <Skeleton height={14} width="12%" />
        </div>
      ))}
    </div>
  );
}

/** The shape of a page that is being read. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg" role="status" aria-label={t("loading")} maw="var(--r-page-max)" mx="auto" w="100%">
      <Skeleton height={30} width="min(18rem, 60%)" />
      <Group grow>
        <Skeleton height={104} radius="lg" />
        <Skeleton height={104} radius="lg" visibleFrom="sm" />
        <Skeleton height={104} radius="lg" visibleFrom="sm" />
      </Group>
      <Skeleton height={320} radius="lg" />
    </Stack>
  );
}

/** The shape of a few lines of text. */
export function TextSkeleton({ lines = 3 }: { lines?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" role="status" aria-label={t("loading")}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={14} width={`${92 - ((index * 23) % 40)}%`} />
      ))}
    </Stack>
  );
}
