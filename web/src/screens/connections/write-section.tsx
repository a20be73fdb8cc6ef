import { Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { ProblemLine, Section, toast } from "../../design";
import type { Guide } from "../../i18n/guide";
import { Credential } from "./access-form";
import classes from "./connections.module.css";
import { refresh, type Connection, type ShopKind } from "./queries";

/** What is written to the shop: where a cart is brought back, tags, and what coupons need. */
export function WriteSection({ guide, kind, connection }: { guide: Guide; kind: ShopKind; connection: Connection }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const [link, setLink] = useState(connection.cart_link);
  const [writesTags, setWritesTags] = useState(connection.writes_tags);
  const [credentials, setCredentials] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const said = Object.fromEntries(Object.entries(credentials).filter(([, value]) => value.trim()));
      const body = { cart_link: link.trim(), credentials: said, ...(kind.takes_tags ? { writes_tags: writesTags } : {}) };
      await take(api.PATCH("/api/v1/connections/{source}", { params: { path: { source: connection.source } }, body }));
      setCredentials({});
      toast(t("settings.saved"));
      await refresh(client);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    void save();
  };
  return (
    <Section title={t("settings.write")} lead={t(guide.cartLink ? "settings.writeText" : "settings.couponsText")}>
      <form onSubmit={onSubmit}>
        <Stack gap="md" className={classes.form}>
          {guide.cartLink && <TextInput label={guide.cartLink.label} description={guide.cartLink.hint} placeholder={guide.cartLink.placeholder ?? "https://"} maxLength={1000} autoComplete="off" spellCheck={false} value={link} onChange={(event) => setLink(event.currentTarget.value)} />}
          {Object.keys(guide.cartKeys ?? {}).map((name) => <Credential key={name} name={name} guide={guide} kind={{ ...kind, credentials: [] }} isSet={connection.credentials.includes(name)} value={credentials[name] ?? ""} onChange={(value) => setCredentials({ ...credentials, [name]: value })} />)}
          {kind.takes_tags && <Switch label={t("settings.tags")} description={[t("settings.tagsHint"), guide.tags].filter(Boolean).join(" ")} checked={writesTags} onChange={(event) => setWritesTags(event.currentTarget.checked)} />}
          {guide.coupons && <Text size="sm">{guide.coupons}</Text>}
          {problem && <ProblemLine problem={problem} />}
          {(guide.cartLink || kind.takes_tags) && (
            <Group justify="flex-end">
              <Button type="submit" loading={isBusy}>
                {t("settings.save")}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}
