import { Button, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { Note, ProblemLine, Section, useDraft } from "../../design";
import type { Guide, ShopName } from "../../i18n/guide";
import { AccessFields, type PlainValues, type SecretValues } from "./access-form";
import { CheckResult } from "./check-result";
import classes from "./connections.module.css";
import { GuideView, WithGuide } from "./guide-view";
import { Needs } from "./needs";
import { refresh, type Connection, type ShopKind } from "./queries";
import type { StepProps } from "./steps-bar";
import { useWords } from "./texts";

interface AccessStepProps extends StepProps {
  shop: ShopName;
  kind: ShopKind;
  connection: Connection | null;
  /** `isDone`: nothing is to be tested, the next step may come. */
  onCreated: (source: number, secret: string | null | undefined, isDone: boolean) => void;
}

/** What to click at the shop so that Ritorno may read it, the fields for what the shop shows, and a test. */
export function AccessStep(props: AccessStepProps) {
  const { t } = useTranslation("connections");
  return (
    <WithGuide shop={props.shop}>
      {(guide) => (
        <div className={classes.columns}>
          <Section title={t("wizard.access.title")} lead={t("guide.time", { minutes: guide.minutes })}>
            <Needs guide={guide} />
            <GuideView part={guide.access} />
          </Section>
          <Section title={t("wizard.access.fields")} lead={t("wizard.access.fieldsText")}>
            <AccessForm guide={guide} {...props} />
          </Section>
        </div>
      )}
    </WithGuide>
  );
}

/** Results of the last test, by source: making a connection changes the address, and with it what is drawn. */
const checked = new Map<number, Schemas["CheckedConnection"]>();

function AccessForm({ guide, shop, kind, connection, onCreated, onNext, back }: AccessStepProps & { guide: Guide }) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const client = useQueryClient();
  const [secrets, setSecrets] = useState<SecretValues>({ credentials: {}, secret: "" });
  const [result, setResult] = useState(connection ? (checked.get(connection.source) ?? null) : null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<PlainValues>({ initialValues: initialOf(connection, words.shop(shop)) });
  const { forget } = useDraft(`connection.${connection?.source ?? shop}`, form);
  const save = async () => {
    const values = form.getValues();
    if (connection) {
      await take(api.PATCH("/api/v1/connections/{source}", { params: { path: { source: connection.source } }, body: changeOf(values, secrets) }));
      return { source: connection.source, secret: null };
    }
    const made = await take(api.POST("/api/v1/connections", { body: { ...changeOf(values, secrets), name: values.name.trim(), shop, ...(secrets.secret ? { secret: secrets.secret } : {}) } }));
    return { source: made.source, secret: made.secret };
  };
  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { source, secret } = await save();
      forget();
      const isRead = form.getValues().base_url !== "" && !form.getValues().withoutApi;
      const found = isRead ? await take(api.POST("/api/v1/connections/{source}/check", { params: { path: { source } } })) : null;
      if (found) checked.set(source, found);
      setResult(found);
      await refresh(client);
      if (!connection) onCreated(source, secret, found === null);
      else if (!found) onNext();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const isRead = kind.credentials.length > 0 && !form.getValues().withoutApi;
  return (
    <form onSubmit={form.onSubmit(() => void submit())}>
      <Stack gap="md">
        <AccessFields guide={guide} kind={kind} form={form} secrets={secrets} onSecrets={setSecrets} isThere={connection !== null} asksNamespace={problem?.code === "connections.needs_namespace"} credentialsSet={connection?.credentials ?? []} />
        {problem && <ProblemLine problem={problem} />}
        {isBusy && isRead && <Note role="status">{t("wizard.access.testing")}</Note>}
        {!isBusy && result && <CheckResult result={result} />}
        <Group justify={back ? "space-between" : "flex-end"}>
          {back}
          <Group gap="xs" justify="flex-end">
            <Button type="submit" {...(result?.is_ok ? { variant: "default" } : {})} loading={isBusy}>
              {t(!isRead ? "wizard.access.saveOnly" : result ? "wizard.access.again" : "wizard.access.test")}
            </Button>
            {connection && (
              <Button {...(result?.is_ok ? {} : { variant: "default" })} onClick={onNext}>
                {t(result && !result.is_ok ? "wizard.access.goOnAnyway" : "wizard.next")}
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function initialOf(connection: Connection | null, name: string): PlainValues {
  return {
    name: connection?.name ?? name,
    base_url: connection?.base_url ?? "",
    zone: connection?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    currency: connection?.currency ?? "",
    namespace: connection?.namespace ?? "",
    withoutApi: false,
  };
}

/** What a form says, as the API wants it. Credentials that were left empty stay as they are. */
export function changeOf(values: PlainValues, { credentials }: SecretValues): Schemas["ChangeConnection"] & { base_url: string } {
  const said = Object.entries(credentials).filter(([, value]) => value.trim() !== "");
  const isRead = !values.withoutApi;
  return {
    base_url: isRead ? values.base_url.trim() : "",
    zone: values.zone,
    currency: values.currency.trim().toUpperCase(),
    namespace: values.namespace.trim(),
    ...(isRead ? { credentials: Object.fromEntries(said.map(([name, value]) => [name, value.trim()])) } : {}),
  };
}
