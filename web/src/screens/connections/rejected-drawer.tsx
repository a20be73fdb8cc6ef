import { Anchor, Button, Drawer, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, ConfirmWithReason, Note, ProblemLine, ProblemView, StateBadge, TextSkeleton, When, toast } from "../../design";
import classes from "./connections.module.css";
import { refresh, type Connection, type Rejected } from "./queries";
import { Refusal } from "./trouble";

interface RejectedDrawerProps {
  connection: Connection;
  id: string | null;
  onClose: () => void;
}

/** One body that was not understood: why, what it says, and what can be done. */
export function RejectedDrawer({ connection, id, onClose }: RejectedDrawerProps) {
  const { t } = useTranslation(["connections", "common"]);
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="xl" title={t("rejected.one")} closeButtonProps={{ "aria-label": t("common:close") }}>
      {id && <Content key={id} connection={connection} id={id} onDone={onClose} />}
    </Drawer>
  );
}

function Content({ connection, id, onDone }: { connection: Connection; id: string; onDone: () => void }) {
  const params = { path: { source: connection.source, id } };
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/connections/{source}/rejected/{id}", { params }, { refetchOnWindowFocus: false });
  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!data) return <TextSkeleton lines={8} />;
  return <Body connection={connection} body={data} onDone={onDone} />;
}

function Body({ connection, body, onDone }: { connection: Connection; body: Rejected; onDone: () => void }) {
  const { t } = useTranslation(["connections", "common"]);
  const { can } = useSession();
  const isMine = body.state === "open" && can("sources:write");
  return (
    <Stack gap="md">
      <Group gap="sm">
        <StateBadge of="quarantine" state={body.state} />
        {body.topic && <code>{body.topic}</code>}
        <Text size="sm" c="dimmed">
          {t("rejected.received")} <When at={body.received_at} />, {t("rejected.times", { count: body.times })}
        </Text>
      </Group>
      <Note tone={body.state === "open" ? "wait" : "neutral"} title={t("rejected.reason")}>
        <Refusal body={body} />
      </Note>
      {body.is_history && <Text size="sm" c="dimmed">{t("rejected.history")}</Text>}
      {!body.is_whole && <Note>{t("rejected.cut")}</Note>}
      <div>
        <Text size="sm" fw={560} mb={6}>
          {t("rejected.body")}
        </Text>
        <pre className={classes.json} tabIndex={0}>
          {pretty(body.body)}
        </pre>
      </div>
      {isMine && connection.shop === "generic" && (
        <Anchor component={AppLink} to={paths.connection(connection.source, { tab: "settings", example: body.id })} size="sm">
          {t("rejected.toMapping")}
        </Anchor>
      )}
      {isMine ? <Acts source={connection.source} body={body} onDone={onDone} /> : body.state === "open" && <Note>{t("common:notAllowed")}</Note>}
    </Stack>
  );
}

function Acts({ source, body, onDone }: { source: number; body: Rejected; onDone: () => void }) {
  const { t } = useTranslation("connections");
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isDropping, setDropping] = useState(false);
  const params = { path: { source, id: body.id } };
  /** Lists are read under the address with the source in it. */
  const again = () => Promise.all([refresh(client), client.invalidateQueries(below(`/api/v1/connections/${source}/rejected`))]);
  const replay = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { events } = await take(api.POST("/api/v1/connections/{source}/rejected/{id}/replay", { params }));
      await again();
      toast(t("rejected.replayed", { count: events }));
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const drop = async () => {
    await api.POST("/api/v1/connections/{source}/rejected/{id}/drop", { params });
    await again();
    toast(t("rejected.dropped"));
    onDone();
  };
  return (
    <>
      {problem && <ProblemLine problem={problem} />}
      <Group justify="space-between">
        <Button variant="subtle" color="brick" leftSection={<IconTrash size={16} />} onClick={() => setDropping(true)}>
          {t("rejected.drop")}
        </Button>
        {body.is_whole && (
          <Button leftSection={<IconArrowBackUp size={16} />} loading={isBusy} onClick={() => void replay()}>
            {t("rejected.replay")}
          </Button>
        )}
      </Group>
      <ConfirmWithReason isOpen={isDropping} onClose={() => setDropping(false)} title={t("rejected.dropTitle")} action={t("rejected.drop")} isDangerous onConfirm={drop}>
        {t("rejected.dropText")}
      </ConfirmWithReason>
    </>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
