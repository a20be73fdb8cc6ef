import { Button, Group, PasswordInput, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemLine, toast } from "../../design";
import type { OwnKeyField } from "../../i18n/guide";
import classes from "./connections.module.css";
import { refresh } from "./queries";

/** Hours in which what the shop signed with before is believed too. */
const KEEP_HOURS = 24;

/** Takes the key with which the shop signs, where it shows one of its own. */
export function OwnKey({ source, field }: { source: number; field: OwnKeyField }) {
  const { t } = useTranslation(["connections", "signIn"]);
  const client = useQueryClient();
  const [secret, setSecret] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const params = { path: { source } };
      if (field.credential) await take(api.PATCH("/api/v1/connections/{source}", { params, body: { credentials: { [field.credential]: secret.trim() } } }));
      else await take(api.POST("/api/v1/connections/{source}/rotate", { params, body: { secret, keep_hours: KEEP_HOURS } }));
      setSecret("");
      await refresh(client);
      toast(t(field.credential ? "settings.keyTaken" : "settings.rotated"));
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const input = { label: field.label, description: field.hint, value: secret, autoComplete: "off" };
  return (
    <form
      className={classes.ownKey}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {field.label.includes("PEM") ? (
        <Textarea {...input} autosize minRows={2} maxRows={8} spellCheck={false} onChange={(event) => setSecret(event.currentTarget.value)} />
      ) : (
        <PasswordInput {...input} visibilityToggleButtonProps={{ "aria-label": t("signIn:showPassword") }} onChange={(event) => setSecret(event.currentTarget.value)} />
      )}
      {problem && <ProblemLine problem={problem} />}
      <Group justify="flex-end">
        <Button type="submit" variant="default" disabled={secret.trim() === ""} loading={isBusy}>
          {t("settings.save")}
        </Button>
      </Group>
    </form>
  );
}
