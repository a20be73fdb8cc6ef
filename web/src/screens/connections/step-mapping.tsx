import { Button, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemLine, Section, useDraft } from "../../design";
import type { Guide } from "../../i18n/guide";
import { GuideView, WithGuide } from "./guide-view";
import { MappingEditor, type Example } from "./mapping-editor";
import { NEW_MAPPING } from "./mapping-model";
import { Needs } from "./needs";
import { refresh, type Connection } from "./queries";
import type { StepProps } from "./steps-bar";
import { useWords } from "./texts";

interface MappingStepProps extends StepProps {
  connection: Connection | null;
  onCreated: (source: number, secret: string | null | undefined) => void;
}

interface Values extends Example {
  name: string;
  mapping: string;
}

/** Any shop: what its bodies mean, tried on an example, in the place of address and credentials. */
export function MappingStep(props: MappingStepProps) {
  const { t } = useTranslation("connections");
  return (
    <WithGuide shop="generic">
      {(guide) => (
        <Stack gap="lg">
          <Section title={t("mapping.how")} lead={t("guide.time", { minutes: guide.minutes })}>
            <Needs guide={guide} />
            <GuideView part={guide.access} />
          </Section>
          <Section title={t("settings.mapping")} lead={t("settings.mappingText")}>
            <MappingForm guide={guide} {...props} />
          </Section>
        </Stack>
      )}
    </WithGuide>
  );
}

function MappingForm({ guide, connection, onCreated, onNext, back }: MappingStepProps & { guide: Guide }) {
  const { t } = useTranslation(["connections", "signIn"]);
  const words = useWords();
  const client = useQueryClient();
  const [secret, setSecret] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<Values>({ initialValues: { name: connection?.name ?? words.shop("generic"), mapping: connection?.mapping ?? NEW_MAPPING, body: "", topic: "" } });
  const { forget } = useDraft(`connection.${connection?.source ?? "generic"}`, form);
  const values = form.getValues();
  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { mapping, name } = form.getValues();
      if (connection) {
        await take(api.PATCH("/api/v1/connections/{source}", { params: { path: { source: connection.source } }, body: { mapping } }));
        forget();
        await refresh(client);
        onNext();
      } else {
        const made = await take(api.POST("/api/v1/connections", { body: { name: name.trim(), shop: "generic", base_url: "", credentials: {}, mapping, ...(secret ? { secret } : {}) } }));
        forget();
        await refresh(client);
        onCreated(made.source, made.secret);
      }
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const own = guide.fields["secret"];
  return (
    <form onSubmit={form.onSubmit(() => void submit())}>
      <Stack gap="md">
        {!connection && <TextInput label={t("wizard.access.name")} description={t("wizard.access.nameHint")} required maxLength={100} maw={480} {...form.getInputProps("name")} />}
        <MappingEditor value={values.mapping} onChange={(mapping) => form.setFieldValue("mapping", mapping)} example={values} onExample={({ body, topic }) => form.setValues({ body, topic })} />
        {!connection && own && <PasswordInput label={own.label} description={own.hint} maw={480} autoComplete="new-password" visibilityToggleButtonProps={{ "aria-label": t("signIn:showPassword") }} value={secret} onChange={(event) => setSecret(event.currentTarget.value)} />}
        {problem && <ProblemLine problem={problem} />}
        <Group justify={back ? "space-between" : "flex-end"}>
          {back}
          <Button type="submit" loading={isBusy}>
            {t("wizard.next")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
