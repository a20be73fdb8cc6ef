import { Anchor, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { paths } from "../../app/paths";
import { keepSession } from "../../app/session";
import { SignInForm } from "../../app/sign-in-form";
import { AppLink } from "../../design/link";
import { Note } from "../../design/notes";
import { EntryFrame } from "./entry-frame";

export function SignInPage() {
  const { t } = useTranslation("signIn");
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next, note }: { next?: string; note?: string } = useSearch({ strict: false });
  const firstRun = useQuery({ queryKey: ["get", "/api/v1/first-run"], queryFn: () => take(api.GET("/api/v1/first-run")) });
  const isOpen = firstRun.data?.is_open;
  useEffect(() => {
    if (isOpen) void navigate({ to: paths.firstRun(), replace: true });
  }, [isOpen, navigate]);
  if (isOpen) return null;
  return (
    <EntryFrame title={t("title")} lead={t("lead")}>
      {note === "password" && (
        <Text mb="md" component="div">
          <Note tone="good">{t("reset.done")}</Note>
        </Text>
      )}
      {note === "first-run" && (
        <Text mb="md" component="div">
          <Note>{t("firstRun.over")}</Note>
        </Text>
      )}
      <SignInForm
        onSignedIn={(session) => {
          keepSession(client, session);
          void navigate({ href: insideOnly(next), replace: true });
        }}
      />
      <Text ta="center" mt="lg" size="sm">
        <Anchor component={AppLink} to="/password-reset">
          {t("forgot")}
        </Anchor>
      </Text>
    </EntryFrame>
  );
}

/** Where to go on: never to another host, whatever the address says. */
function insideOnly(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}
