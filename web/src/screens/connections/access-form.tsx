import { Button, Checkbox, Collapse, PasswordInput, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { UseFormReturnType } from "@mantine/form";
import { timeZoneOptions } from "../../format/options";
import type { Guide } from "../../i18n/guide";
import type { ShopKind } from "./queries";

/** What is no secret, and so may be kept as a draft. */
export interface PlainValues {
  name: string;
  base_url: string;
  zone: string;
  currency: string;
  namespace: string;
  withoutApi: boolean;
}

/** Credentials that a person can read over somebody's shoulder without harm. */
const OPEN = new Set(["username", "client_id", "site_id", "consumer_key", "customer_list", "inventory_list", "auth_url", "channel_token", "publishable_key", "region_id"]);

/** What an app shows to be let in, and signs its webhooks with. */
const APP_SECRET = "client_secret";

export interface SecretValues {
  /** By the API's names. */
  credentials: Record<string, string>;
  /** The shop's own secret. */
  secret: string;
}

interface AccessFieldsProps {
  guide: Guide;
  kind: ShopKind;
  form: UseFormReturnType<PlainValues>;
  secrets: SecretValues;
  onSecrets: (secrets: SecretValues) => void;
  /** The connection is there already: its name stays, and what is set may be left empty. */
  isThere: boolean;
  credentialsSet: readonly string[];
  /** The server wants something that stands under “second shop”. */
  asksNamespace?: boolean;
  /** Instead of the field for credentials, such as a mapping. */
  children?: ReactNode;
}

/** The names of what is asked for, in the guide's order. */
export function credentialNames(guide: Guide): string[] {
  return Object.keys(guide.fields).filter((name) => name !== "base_url" && name !== "secret");
}

/** Address and credentials, each named as the shop names it, with where to find it. */
export function AccessFields({ guide, kind, form, secrets, onSecrets, isThere, credentialsSet, asksNamespace = false }: AccessFieldsProps) {
  const { t } = useTranslation("connections");
  const hasApi = kind.credentials.length > 0;
  const isRead = hasApi && !form.getValues().withoutApi;
  const base = guide.fields["base_url"];
  const own = guide.fields["secret"];
  // An app signs with the secret that it shows to be let in.
  const asksSecret = own && !isThere && !(isRead && kind.has_own_secret && APP_SECRET in guide.fields);
  const isStoodFor = kind.stand_in ? Boolean(secrets.credentials[kind.stand_in]?.trim()) || credentialsSet.includes(kind.stand_in) : false;
  return (
    <Stack gap="md">
      {!isThere && <TextInput label={t("wizard.access.name")} description={t("wizard.access.nameHint")} required maxLength={100} {...form.getInputProps("name")} />}
      {isRead && base && <TextInput label={base.label} description={base.hint} placeholder={base.placeholder ?? "https://"} type="url" inputMode="url" required autoComplete="off" {...form.getInputProps("base_url")} />}
      {isRead && credentialNames(guide).map((name) => <Credential key={name} name={name} guide={guide} kind={kind} isSet={credentialsSet.includes(name)} isStoodFor={isStoodFor && !(kind.has_own_secret && name === APP_SECRET)} value={secrets.credentials[name] ?? ""} onChange={(value) => onSecrets({ ...secrets, credentials: { ...secrets.credentials, [name]: value } })} />)}
      {asksSecret && <SecretInput label={own.label} hint={own.hint} required={kind.has_own_secret} value={secrets.secret} onChange={(secret) => onSecrets({ ...secrets, secret })} />}
      {hasApi && !isThere && <Checkbox label={t("wizard.access.withoutApi")} description={t("wizard.access.withoutApiText")} {...form.getInputProps("withoutApi", { type: "checkbox" })} />}
      <Advanced key={String(asksNamespace)} form={form} isOpen={kind.name === "prestashop" || asksNamespace} />
    </Stack>
  );
}

interface CredentialProps {
  name: string;
  guide: Guide;
  kind: ShopKind;
  isSet: boolean;
  /** Another credential stands for it. */
  isStoodFor?: boolean;
  value: string;
  onChange: (value: string) => void;
}

export function Credential({ name, guide, kind, isSet, isStoodFor = false, value, onChange }: CredentialProps) {
  const { t } = useTranslation("connections");
  const field = guide.fields[name] ?? guide.cartKeys?.[name] ?? (guide.ownKey?.credential === name ? guide.ownKey : undefined);
  const label = field?.label ?? name;
  const isNeeded = kind.credentials.includes(name) && !isSet && !isStoodFor;
  const placeholder = isSet ? t("wizard.access.stays") : "";
  if (OPEN.has(name)) return <TextInput label={label} description={field?.hint} placeholder={placeholder} required={isNeeded} autoComplete="off" spellCheck={false} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
  return <SecretInput label={label} hint={field?.hint} placeholder={placeholder} required={isNeeded} value={value} onChange={onChange} />;
}

interface SecretInputProps {
  label: string;
  hint: string | undefined;
  placeholder?: string;
  required: boolean;
  value: string;
  onChange: (value: string) => void;
}

function SecretInput({ label, hint, placeholder, required, value, onChange }: SecretInputProps) {
  const { t } = useTranslation("signIn");
  return <PasswordInput label={label} description={hint} placeholder={placeholder} required={required} autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("showPassword") }} value={value} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function Advanced({ form, isOpen }: { form: UseFormReturnType<PlainValues>; isOpen: boolean }) {
  const { t } = useTranslation("connections");
  const [isShown, { toggle }] = useDisclosure(isOpen);
  return (
    <div>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={toggle} aria-expanded={isShown} rightSection={<IconChevronDown size={16} style={{ rotate: isShown ? "180deg" : undefined }} />}>
        {t("wizard.access.advanced")}
      </Button>
      <Collapse expanded={isShown}>
        <Stack gap="md" mt="sm">
          <PlaceFields form={form} />
        </Stack>
      </Collapse>
    </div>
  );
}

/** Zone, currency and namespace: what a shop may not say by itself. */
export function PlaceFields({ form }: { form: UseFormReturnType<PlainValues> }) {
  const { t } = useTranslation("connections");
  return (
    <>
      <Select label={t("wizard.access.zone")} description={t("wizard.access.zoneHint")} data={zones(form.getValues().zone)} searchable allowDeselect={false} {...form.getInputProps("zone")} />
      <TextInput label={t("wizard.access.currency")} description={t("wizard.access.currencyHint")} maxLength={3} placeholder="EUR" autoComplete="off" {...form.getInputProps("currency")} />
      <TextInput label={t("wizard.access.namespace")} description={t("wizard.access.namespaceHint")} maxLength={40} autoComplete="off" {...form.getInputProps("namespace")} />
    </>
  );
}

/** `UTC` is a zone that browsers do not list. */
function zones(chosen: string): { value: string; label: string }[] {
  const options = timeZoneOptions();
  const has = (zone: string) => options.some(({ value }) => value === zone);
  return [...new Set(["UTC", chosen])].filter((zone) => zone && !has(zone)).map((zone) => ({ value: zone, label: zone })).concat(options);
}
