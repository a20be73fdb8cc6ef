import { Button, Text, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { paths } from "../../app/paths";
import { ProblemLine, Section, toast } from "../../design";
import classes from "./flows.module.css";

/** The flows that come with Ritorno and are not used yet, each with what it does. Nothing where there is none. */
export function ReadyMade() {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { data } = queries.useQuery("get", "/api/v1/ready_made_flows", {});
  const items = data?.items.filter(({ is_taken_in }) => !is_taken_in) ?? [];
  if (items.length === 0) return null;

  const use = async ({ id, xml, decisions }: Schemas["ReadyMadeFlow"]) => {
    setBusy(id);
    setProblem(null);
    try {
      const flow = await take(api.POST("/api/v1/flows", { body: { xml, decisions } }));
      await Promise.all([client.invalidateQueries(below("/api/v1/flows")), client.invalidateQueries(below("/api/v1/ready_made_flows"))]);
      toast(t("ready.done", { name: flow.name || flow.id }));
      await navigate({ to: paths.flow(flow.id) });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(null);
    }
  };
  return (
    <Section title={t("ready.title")} lead={t("ready.lead")}>
      {problem && <ProblemLine problem={problem} />}
      <ul className={classes.ready}>
        {items.map(({ id, name, about, ...files }) => (
          <li key={id}>
            <Title order={3} size="h4" id={`ready-${id}`}>
              {name}
            </Title>
            <Text c="dimmed" size="sm">
              {about}
            </Text>
            <Button variant="default" leftSection={<IconPlus size={16} />} loading={busy === id} disabled={busy !== null && busy !== id} onClick={() => void use({ id, name, about, ...files })} aria-describedby={`ready-${id}`}>
              {t("ready.use")}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
