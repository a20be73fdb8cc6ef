import { Button, Group, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, setCsrfToken, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { SESSION_KEY, type Session } from "../../app/session";
import { ProblemLine, useDraft } from "../../design/forms";
import { currencyOptions, languageOptions, timeZoneOptions } from "../../format/options";
import { useFormat } from "../../format/react";
import { EntryFrame } from "./entry-frame";

interface Values {
  name: string;
  email: string;
  shop: string;
  currency: string;
  language: string;
  time_zone: string;
  sender_address: string;
}

/** The very first visit: the owner's account, then the shop. */
export function FirstRunPage() {
  const { t, i18n } = useTranslation("signIn");
  const client = useQueryClient();
  const navigate = useNavigate();
  const [step, setStep] = useState<1 | 2>(1);
  const [password, setPassword] = useState("");
  const [session, setSession] = useState<Session | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<Values>({
    initialValues: {
      name: "",
      email: "",
      shop: "",
      currency: "EUR",
      language: i18n.language === "en" ? "en" : "it",
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      sender_address: "",
    },
  });
  const { forget } = useDraft("first-run", form);

  const finish = async () => {
    setBusy(true);
    setProblem(null);
    const { name, email, shop, currency, language, time_zone, sender_address } = form.getValues();
    try {
      // The account may have been made by a try that failed after it.
      const made = session ?? (await take(api.POST("/api/v1/first-run", { body: { name, email, password, workspace_name: shop } })));
      setSession(made);
      setCsrfToken(made.csrf_token);
      await api.PUT("/api/v1/settings", { body: { name: shop, currency, language, time_zone, sender_address: sender_address.trim() } });
      forget();
      await client.invalidateQueries();
      // The one of before knows nothing of the shop yet.
      client.setQueryData(SESSION_KEY, await take(api.GET("/api/v1/session")));
      await navigate({ to: "/", replace: true });
    } catch (error) {
      const said = asProblem(error);
      if (said.code === "first_run.over") await navigate({ to: "/sign-in", search: { note: "first-run" }, replace: true } as never);
      setProblem(said);
      if (said.code.startsWith("people.")) setStep(1);
    } finally {
      setBusy(false);
    }
  };

  return (
    <EntryFrame title={t("firstRun.title")} lead={t("firstRun.lead")} width="34rem">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (step === 1) setStep(2);
          else void finish();
        }}
      >
        <Stack gap="md">
          <div>
            <Text size="sm" c="dimmed">
              {t("firstRun.step", { n: step })}
            </Text>
            <Title order={2}>{step === 1 ? t("firstRun.you") : t("firstRun.shop")}</Title>
            <Text size="sm" c="dimmed">
              {step === 1 ? t("firstRun.youText") : t("firstRun.shopText")}
            </Text>
          </div>
          {step === 1 ? (
            <>
              <TextInput label={t("firstRun.name")} autoComplete="name" required autoFocus {...form.getInputProps("name")} />
              <TextInput label={t("email")} type="email" autoComplete="username" required {...form.getInputProps("email")} />
              <PasswordInput visibilityToggleButtonProps={{ "aria-label": t("showPassword") }} label={t("password")} description={t("firstRun.passwordHint")} autoComplete="new-password" minLength={10} required value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
            </>
          ) : (
            <ShopFields form={form} />
          )}
          {problem && <ProblemLine problem={problem} />}
          <Group justify="flex-end" mt="xs">
            {step === 2 && !session && (
              <Button variant="default" size="md" onClick={() => setStep(1)}>
                {t("firstRun.back")}
              </Button>
            )}
            <Button type="submit" size="md" loading={isBusy}>
              {step === 1 ? t("firstRun.next") : t("firstRun.finish")}
            </Button>
          </Group>
        </Stack>
      </form>
    </EntryFrame>
  );
}

function ShopFields({ form }: { form: ReturnType<typeof useForm<Values>> }) {
  const { t } = useTranslation("signIn");
  const { language } = useFormat();
  return (
    <>
      <TextInput label={t("firstRun.shopName")} autoComplete="organization" required autoFocus {...form.getInputProps("shop")} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <Select label={t("firstRun.currency")} data={currencyOptions(language)} searchable allowDeselect={false} {...form.getInputProps("currency")} />
        <Select label={t("firstRun.timeZone")} data={timeZoneOptions()} searchable allowDeselect={false} {...form.getInputProps("time_zone")} />
      </SimpleGrid>
      <Select label={t("firstRun.language")} description={t("firstRun.languageHint")} data={languageOptions(language)} allowDeselect={false} {...form.getInputProps("language")} />
      <TextInput label={t("firstRun.sender")} description={t("firstRun.senderHint")} type="email" {...form.getInputProps("sender_address")} />
    </>
  );
}
