import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { paths } from "../../app/paths";
import { ConfirmWithReason, ProblemLine, Section, TextSkeleton, toast, useDraft } from "../../design";
import { isShopName, type Guide } from "../../i18n/guide";
import { Credential, PlaceFields, credentialNames, type PlainValues, type SecretValues } from "./access-form";
import { CheckResult } from "./check-result";
import classes from "./connections.module.css";
import { WithGuide } from "./guide-view";
import { MappingSection } from "./mapping-section";
import { refresh, useShopKinds, type Connection, type ShopKind } from "./queries";
import { RotateSection } from "./rotate-section";
import { WriteSection } from "./write-section";
import { ScheduleSelect } from "./schedule-select";
import { changeOf } from "./step-access";

/** How a connection is set, its secret, and its end. */
export function SettingsTab({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const { data: kinds } = useShopKinds();
  const kind = kinds?.find(({ name }) => name === connection.shop);
  if (!kind || !isShopName(connection.shop)) return <TextSkeleton lines={8} />;
  return (
    <Stack gap="lg">
      {kind.needs_mapping && <MappingSection connection={connection} />}
      <WithGuide shop={connection.shop}>{(guide) => <AccessSection guide={guide} kind={kind} connection={connection} />}</WithGuide>
      <WithGuide shop={connection.shop}>{(guide) => (guide.cartLink || guide.coupons || kind.takes_tags ? <WriteSection guide={guide} kind={kind} connection={connection} /> : null)}</WithGuide>
      {kind.kinds.length > 0 && (
        <Section title={t("page.onlyReconcile")}>
          <ScheduleSelect connection={connection} />
        </Section>
      )}
      <RotateSection connection={connection} kind={kind} />
      <RemoveSection connection={connection} />
    </Stack>
  );
}

interface Values extends PlainValues {
  api_version: string;
}

function AccessSection({ guide, kind, connection }: { guide: Guide; kind: ShopKind; connection: Connection }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const [secrets, setSecrets] = useState<SecretValues>({ credentials: {}, secret: "" });
  const [result, setResult] = useState<Schemas["CheckedConnection"] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<Values>({ initialValues: valuesOf(connection) });
  const { forget } = useDraft(`connection.settings.${connection.source}`, form);
  const hasApi = kind.credentials.length > 0;
  const params = { path: { source: connection.source } };
  const save = async () => {
    setBusy(true);
    setProblem(null);
    setResult(null);
    const values = form.getValues();
    try {
      const body = { ...changeOf(values, secrets), ...(values.api_version.trim() === connection.api_version ? {} : { api_version: values.api_version.trim() }) };
      const changed = await take(api.PATCH("/api/v1/connections/{source}", { params, body }));
      forget();
      form.setInitialValues(valuesOf(changed));
      setSecrets({ credentials: {}, secret: "" });
      toast(t("settings.saved"));
      if (changed.base_url) setResult(await take(api.POST("/api/v1/connections/{source}/check", { params })));
      await refresh(client);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const base = guide.fields["base_url"];
  return (
    <Section title={t("settings.access")}>
      <form onSubmit={form.onSubmit(() => void save())}>
        <Stack gap="md" className={classes.form}>
          {hasApi && base && <TextInput label={base.label} description={base.hint} placeholder={base.placeholder ?? "https://"} type="url" autoComplete="off" {...form.getInputProps("base_url")} />}
          {hasApi && [...credentialNames(guide), ...(guide.ownKey?.credential ? [guide.ownKey.credential] : [])].map((name) => <Credential key={name} name={name} guide={guide} kind={{ ...kind, credentials: [] }} isSet={connection.credentials.includes(name)} value={secrets.credentials[name] ?? ""} onChange={(value) => setSecrets({ ...secrets, credentials: { ...secrets.credentials, [name]: value } })} />)}
          <PlaceFields form={form as never} />
          {connection.api_version && <TextInput label={t("settings.apiVersion")} maxLength={20} autoComplete="off" {...form.getInputProps("api_version")} />}
          {problem && <ProblemLine problem={problem} />}
          {result && <CheckResult result={result} />}
          <Group justify="flex-end">
            <Button type="submit" loading={isBusy}>
              {t(hasApi ? "wizard.access.test" : "settings.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function valuesOf(connection: Connection): Values {
  const { name, base_url, zone, currency, namespace, api_version } = connection;
  return { name, base_url, zone, currency: currency ?? "", namespace: namespace ?? "", withoutApi: false, api_version };
}

function RemoveSection({ connection }: { connection: Connection }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isRemoving, { open, close }] = useDisclosure(false);
  const { source, name } = connection;
  const remove = async () => {
    await api.DELETE("/api/v1/connections/{source}", { params: { path: { source } } });
    await navigate({ to: paths.connections() });
    toast(t("settings.removed", { name }), { tone: "neutral" });
    await refresh(client);
  };
  return (
    <Section title={t("settings.remove")} lead={t("settings.removeText")}>
      <Button variant="default" color="brick" onClick={open}>
        {t("settings.remove")}
      </Button>
      <ConfirmWithReason isOpen={isRemoving} onClose={close} title={t("settings.removeTitle", { name })} action={t("settings.remove")} isDangerous onConfirm={remove}>
        {t("settings.removeText")}
      </ConfirmWithReason>
    </Section>
  );
}
