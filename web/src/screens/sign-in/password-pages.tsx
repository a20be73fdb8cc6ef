import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { paths } from "../../app/paths";
import { ProblemLine } from "../../design/forms";
import { AppLink } from "../../design/link";
import { Note } from "../../design/notes";
import { EntryFrame } from "./entry-frame";

/** Asks for a link with which a new password can be chosen. */
export function ForgottenPage() {
  const { t } = useTranslation("signIn");
  const [email, setEmail] = useState("");
  const { isBusy, problem, isDone, run } = useRun(() => api.POST("/api/v1/password-reset", { body: { email: email.trim() } }));
  return (
    <EntryFrame title={t("forgotten.title")} lead={t("forgotten.text")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          <TextInput label={t("email")} type="email" autoComplete="username" required autoFocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          {problem && <ProblemLine problem={problem} />}
          {isDone && (
            <Note tone="good" role="status">
              {t("forgotten.sent")}
            </Note>
          )}
          <Button type="submit" loading={isBusy} size="md">
            {t("forgotten.send")}
          </Button>
          <Text size="sm" c="dimmed">
            <Trans t={t} i18nKey="forgotten.noMail" components={{ code: <code /> }} />
          </Text>
          <Anchor component={AppLink} to={paths.signIn()} size="sm" ta="center">
            {t("forgotten.back")}
          </Anchor>
        </Stack>
      </form>
    </EntryFrame>
  );
}

/** Where such a link leads, and the one that a new person is sent. */
export function ResetPage() {
  const { t } = useTranslation("signIn");
  const navigate = useNavigate();
  const { token = "" }: { token?: string } = useParams({ strict: false });
  const [password, setPassword] = useState("");
  const { isBusy, problem, run } = useRun(async () => {
    await api.POST("/api/v1/password-reset/{token}", { params: { path: { token } }, body: { password } });
    await navigate({ to: "/sign-in", search: { note: "password" } } as never);
  });
  return (
    <EntryFrame title={t("reset.title")} lead={t("reset.text")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Stack gap="md">
          <PasswordInput visibilityToggleButtonProps={{ "aria-label": t("showPassword") }} label={t("reset.password")} autoComplete="new-password" required autoFocus value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
          {problem && <ProblemLine problem={problem} />}
          <Button type="submit" loading={isBusy} size="md">
            {t("reset.save")}
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}

function useRun(what: () => Promise<unknown>): { isBusy: boolean; isDone: boolean; problem: Problem | null; run: () => Promise<void> } {
  const [isBusy, setBusy] = useState(false);
  const [isDone, setDone] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const run = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await what();
      setDone(true);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, isDone, problem, run };
}
