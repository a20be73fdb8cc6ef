import { Anchor, Group, Progress, Text } from "@mantine/core";
import { IconCircle, IconCircleCheckFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { hasSentTest } from "../../app/test-sent";
import { AppLink, Section } from "../../design";
import classes from "./checklist.module.css";

interface Step {
  name: "key" | "events" | "sender" | "test" | "flow";
  isDone: boolean;
  to: string;
}

/** The first steps of a new workspace. Each ticks itself from what is there; once all are done, the list is gone. */
export function Checklist() {
  const { t } = useTranslation("home");
  const { steps, isKnown } = useSteps();
  const done = steps.filter(({ isDone }) => isDone).length;
  if (!isKnown || done === steps.length) return null;
  const next = steps.find(({ isDone }) => !isDone);
  return (
    <Section title={t("steps.title")} lead={t("steps.done", { done, all: steps.length })}>
      <Progress value={(done / steps.length) * 100} size="sm" mb="md" aria-label={t("steps.title")} />
      <ol className={classes.steps}>
        {steps.map(({ name, isDone, to }) => (
          <li key={name} data-done={isDone || undefined}>
            {isDone ? <IconCircleCheckFilled size={22} aria-hidden /> : <IconCircle size={22} stroke={1.5} aria-hidden />}
            <div>
              <Group gap="xs">
                <Text fw={560}>{t(`steps.${name}`)}</Text>
                {isDone && <span className="r-hidden">{t("steps.isDone")}</span>}
              </Group>
              {!isDone && (
                <Text size="sm" c="dimmed">
                  {t(`steps.${name}Text`)}{" "}
                  <Anchor component={AppLink} to={to} size="sm" underline="always" fw={name === next?.name ? 600 : 400}>
                    {t(`steps.${name}Go`)}
                  </Anchor>
                </Text>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** Only those who may do the steps are shown them. */
function useSteps(): { steps: Step[]; isKnown: boolean } {
  const { can, session } = useSession();
  const enabled = can("sources:write") && can("settings:write");
  const keys = queries.useQuery("get", "/api/v1/keys", { params: { query: { limit: 200 } } }, { enabled });
  const connections = queries.useQuery("get", "/api/v1/connections", { params: { query: { limit: 1 } } }, { enabled });
  const settings = queries.useQuery("get", "/api/v1/settings", {}, { enabled });
  const flows = queries.useQuery("get", "/api/v1/flows", {}, { enabled });
  const customers = queries.useQuery("get", "/api/v1/customers", { params: { query: { limit: 1 } } }, { enabled });
  const sent = queries.useQuery("get", "/api/v1/messages", { params: { query: { state: "sent", limit: 1 } } }, { enabled });
  const all = [keys, connections, settings, flows, customers, sent];
  const isShopKey = ({ kind, revoked_at }: { kind: string; revoked_at?: string | null }) => kind !== "api" && !revoked_at;
  const steps: Step[] = [
    { name: "key", isDone: (keys.data?.items ?? []).some(isShopKey) || (connections.data?.items ?? []).length > 0, to: paths.newConnection() },
    { name: "events", isDone: (customers.data?.items ?? []).length > 0, to: paths.liveEvents() },
    { name: "sender", isDone: Boolean(settings.data?.sender_address), to: paths.settings("sending") },
    { name: "test", isDone: hasSentTest(session.workspace.id) || (sent.data?.items ?? []).length > 0, to: paths.settings("sending") },
    { name: "flow", isDone: (flows.data?.items ?? []).some((flow) => flow.is_enabled), to: paths.flows() },
  ];
  return { steps, isKnown: enabled && all.every(({ isSuccess }) => isSuccess) };
}
