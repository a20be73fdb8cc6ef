import { Anchor, Button, Group } from "@mantine/core";
import { IconMapOff, IconMoodConfuzed } from "@tabler/icons-react";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem";
import { AppLink } from "../design/link";
import { EmptyState, ProblemView } from "../design/notes";
import { paths } from "./paths";

/** A page that could not be shown: because of what the server said, or because of an error of ours. */
export function BrokenPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  useEffect(() => {
    if (!(error instanceof Problem)) console.error(error);
  }, [error]);
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof Problem) return <ProblemView error={error} retry={retry} page />;
  return (
    <EmptyState
      page
      icon={IconMoodConfuzed}
      title={t("problem.broken")}
      action={
        <Group gap="md">
          <Button onClick={() => window.location.reload()}>{t("problem.reload")}</Button>
          <Anchor component={AppLink} to={paths.home()}>
            {t("problem.toHome")}
          </Anchor>
        </Group>
      }
    >
      {t("problem.brokenText")}
    </EmptyState>
  );
}

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <EmptyState
      page
      icon={IconMapOff}
      title={t("problem.pageNotFound")}
      action={
        <Button component={AppLink} to={paths.home()} variant="default">
          {t("problem.toHome")}
        </Button>
      }
    >
      {t("problem.pageNotFoundText")}
    </EmptyState>
  );
}
