import { Anchor, Button, Group } from "@mantine/core";
import { IconMapOff, IconMoodConfuzed } from "@tabler/icons-react";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem, networkProblem } from "../api/problem";
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
  // The part of the program that draws this page did not come: no fault of the page's, and it is fetched anew by loading.
  const isUnfetched = !(error instanceof Problem) && isNotFetched(error);
  useEffect(() => {
    if (!isUnfetched) return;
    const load = () => window.location.reload();
    window.addEventListener("online", load);
    return () => window.removeEventListener("online", load);
  }, [isUnfetched]);
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof Problem) return <ProblemView error={error} retry={retry} page />;
  if (isUnfetched) return <ProblemView error={networkProblem()} retry={() => window.location.reload()} page />;
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

/** Chromium's, Firefox's and Safari's words for a script of the page that could not be fetched. */
function isNotFetched(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|importing a module script failed|unable to preload/i.test(error.message);
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
