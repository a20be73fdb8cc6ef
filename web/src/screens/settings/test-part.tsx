import { Button, Group, Select } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { useAgents, useSession, useWorkspace } from "../../app/session";
import { rememberTest } from "../../app/test-sent";
import { Note, ProblemLine, Section } from "../../design";
import { languageOptions } from "../../format/options";
import { useFormat } from "../../format/react";
import classes from "./settings.module.css";

/** Those that every installation has. */
const BUILT_IN = ["cart-agent", "recovery-products", "recovery-help", "recovery-last", "recovery-coupon", "agent-notice"];

/** Sends a message with made-up data to oneself or to an agent. */
export function TestPart() {
  const { t } = useTranslation("settings");
  const { session } = useSession();
  const { settings } = useWorkspace();
  const { agents } = useAgents();
  const { language: spoken } = useFormat();
  const templates = useTemplates();
  const [template, setTemplate] = useState("/cart-agent");
  const [language, setLanguage] = useState<string>("");
  const [to, setTo] = useState(session.person.email);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sent, setSent] = useState<Schemas["TestSent"] | null>(null);
  const send = async () => {
    setBusy(true);
    setProblem(null);
    setSent(null);
    const [flow, name = ""] = template.split("/");
    try {
      setSent(await take(api.POST("/api/v1/messages/test", { body: { template: name, to, ...(flow ? { flow } : {}), ...(language ? { language } : {}) } })));
      rememberTest(session.workspace.id);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const recipients = [{ value: session.person.email, label: t("sending.test.toMe", { email: session.person.email }) }, ...agents.filter(({ email }) => email !== session.person.email).map(({ name, email }) => ({ value: email, label: `${name} · ${email}` }))];
  return (
    <Section title={t("sending.test.title")} lead={t("sending.test.lead")} id="test">
      <div className={classes.fields}>
        <Select label={t("sending.test.template")} data={templates} value={template} onChange={(value) => setTemplate(value ?? "/cart-agent")} allowDeselect={false} searchable={false} />
        <Select label={t("sending.test.language")} data={[{ value: "", label: t("sending.test.shopLanguage") }, ...languageOptions(spoken)]} value={language} onChange={(value) => setLanguage(value ?? "")} allowDeselect={false} />
        <Select label={t("sending.test.to")} data={recipients} value={to} onChange={(value) => setTo(value ?? session.person.email)} allowDeselect={false} searchable={recipients.length > 8} />
      </div>
      <Group mt="lg" gap="md">
        <Button leftSection={<IconSend size={17} aria-hidden />} onClick={() => void send()} loading={isBusy} disabled={settings !== undefined && !settings.sender_address}>
          {t("sending.test.send")}
        </Button>
      </Group>
      <div style={{ marginTop: "1rem" }}>
        {settings !== undefined && !settings.sender_address && <Note tone="wait">{t("sending.test.noSender")}</Note>}
        {problem && <ProblemLine problem={problem} />}
        {sent && (
          <Note tone="good" role="status" title={t("sending.test.sent", { to: sent.to })}>
            {sent.subject}
          </Note>
        )}
      </div>
    </Section>
  );
}

/** The built-in templates, and those that each flow brings along, by flow. */
function useTemplates() {
  const { t } = useTranslation("settings");
  const flows = queries.useQuery("get", "/api/v1/flows").data?.items ?? [];
  const groups = useQueries({
    queries: flows.map(({ id, newest_version }) => ({
      queryKey: ["get", "/api/v1/flows", "templates", id, newest_version],
      queryFn: async () => Object.keys((await take(api.GET("/api/v1/flows/{id}", { params: { path: { id } } }))).templates),
      staleTime: Infinity,
      meta: { isStill: true },
    })),
    combine: (results) => results.map(({ data }) => data ?? []),
  });
  const known = (name: string) => (BUILT_IN.includes(name) ? t(`sending.test.templates.${name}` as "sending.test.templates.cart-agent") : name);
  return [
    { group: t("sending.test.builtIn"), items: BUILT_IN.map((name) => ({ value: `/${name}`, label: known(name) })) },
    ...flows.map(({ id, name: flow }, index) => ({ group: flow, items: (groups[index] ?? []).map((name) => ({ value: `${id}/${name}`, label: known(name) })) })).filter(({ items }) => items.length > 0),
  ];
}
