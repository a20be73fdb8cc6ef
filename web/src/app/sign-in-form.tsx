import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { ProblemLine } from "../design/forms";
import type { Session } from "./session";

interface SignInFormProps {
  email?: string;
  workspace?: number | undefined;
  onSignedIn: (session: Session) => void;
}

export function SignInForm({ email: known = "", workspace, onSignedIn }: SignInFormProps) {
  const { t } = useTranslation("signIn");
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const signIn = async () => {
    setBusy(true);
    setProblem(null);
    try {
      onSignedIn(await take(api.POST("/api/v1/session", { body: { email: email.trim(), password, ...(workspace === undefined ? {} : { workspace }) } })));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <Stack gap="md">
        <TextInput label={t("email")} type="email" name="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} data-autofocus={known ? undefined : true} autoFocus={!known} />
        <PasswordInput visibilityToggleButtonProps={{ "aria-label": t("showPassword") }} label={t("password")} name="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.currentTarget.value)} data-autofocus={known ? true : undefined} />
        {problem && <ProblemLine problem={problem} />}
        <Button type="submit" loading={isBusy} fullWidth size="md">
          {t("signIn")}
        </Button>
      </Stack>
    </form>
  );
}
