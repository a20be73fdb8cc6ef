import { Button, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { CopyText, ProblemLine } from "../../design";
import classes from "./connections.module.css";
import { refresh } from "./queries";

/** The secret where it was just made; else the way to a new one, because nobody can show an old one. */
export function SecretValue({ source, secret, onMade }: { source: number; secret: string | undefined; onMade: (secret: string) => void }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (secret) {
    return (
      <div className={classes.secret}>
        <CopyText text={secret} label={t("wizard.values.secret")} />
        <Text size="sm" c="dimmed">
          {t("wizard.secretOnce")}
        </Text>
      </div>
    );
  }
  const make = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const made = await take(api.POST("/api/v1/connections/{source}/rotate", { params: { path: { source } }, body: { keep_hours: 0 } }));
      if (made.secret) onMade(made.secret);
      await refresh(client);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={classes.secret}>
      <Text size="sm">{t("wizard.secretGone")}</Text>
      <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void make()}>
        {t("wizard.secretNew")}
      </Button>
      <Text size="sm" c="dimmed">
        {t("wizard.secretNewText")}
      </Text>
      {problem && <ProblemLine problem={problem} />}
    </div>
  );
}
