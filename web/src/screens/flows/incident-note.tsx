import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { IconPlayerSkipForward, IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { Note, ProblemLine, Reason, toast, toastProblem } from "../../design";
import { VariablesForm, changedOf, type Draft } from "./variables-form";

type Standing = Schemas["JourneyPlace"];

interface IncidentNoteProps {
  journey: string;
  place: Standing;
  /** Shows the place on the diagram. */
  onShow: () => void;
}

/** Why a journey stopped at a place, and what can be done about it. */
export function IncidentNote({ journey, place, onShow }: IncidentNoteProps) {
  const { t } = useTranslation("flows");
  const { can } = useSession();
  return (
    <Note
      tone="bad"
      role="alert"
      title={t("journey.stopped", { name: place.name || place.at })}
      actions={
        <Group gap={6}>
          {can("flows:write") && <Retry journey={journey} token={place.token} />}
          {can("flows:write") && <GoOn journey={journey} place={place} />}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onShow}>
            {t("journey.show")}
          </Button>
        </Group>
      }
    >
      <Reason of="incident" said={place.said} text={place.detail} />
      <Text component="span" size="sm" display="block" mt={4}>
        {t("journey.mend")}
      </Text>
    </Note>
  );
}

/** Tells what became of the journey, and reads it anew. */
function useSteered() {
  const { t } = useTranslation("flows");
  const client = useQueryClient();
  return async (places: Standing[]) => {
    const isStopped = places.some(({ waits_for }) => waits_for === "incident");
    await client.invalidateQueries(below("/api/v1/journeys", "/api/v1/flows", "/api/v1/tasks"));
    toast(t(isStopped ? "journey.stillStopped" : "journey.goesOn"), { tone: isStopped ? "bad" : "good" });
  };
}

function Retry({ journey, token }: { journey: string; token: number }) {
  const { t } = useTranslation("flows");
  const steered = useSteered();
  const [isBusy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    try {
      const { places } = await take(api.POST("/api/v1/journeys/{id}/retry", { params: { path: { id: journey } }, body: { token } }));
      await steered(places);
    } catch (error) {
      toastProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconRefresh size={15} />} loading={isBusy} onClick={() => void retry()}>
      {t("journey.retry")}
    </Button>
  );
}

function GoOn({ journey, place }: { journey: string; place: Standing }) {
  const { t } = useTranslation(["flows", "common"]);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<IconPlayerSkipForward size={15} />} onClick={() => setOpen(true)}>
        {t("journey.goOn")}
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={t("journey.goOnTitle", { name: place.name || place.at })} size="lg" closeButtonProps={{ "aria-label": t("common:close") }}>
        <GoOnForm journey={journey} place={place} onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

/** Goes on behind a place as if it had been done: at a gateway by a way that a person chooses. */
function GoOnForm({ journey, place, onClose }: { journey: string; place: Standing; onClose: () => void }) {
  const { t } = useTranslation(["flows", "common"]);
  const steered = useSteered();
  const [way, setWay] = useState<string | null>(null);
  const [drafts, setDrafts] = useState<Draft[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const variables = changedOf({}, drafts);
  const isChoice = place.ways.length > 0;
  const goOn = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { places } = await take(api.POST("/api/v1/journeys/{id}/resolve", { params: { path: { id: journey } }, body: { token: place.token, flow: way, variables: variables ?? {} } }));
      onClose();
      await steered(places);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void goOn();
      }}
    >
      <Stack gap="lg">
        <Text>{t(isChoice ? "journey.goOnChoice" : "journey.goOnText")}</Text>
        {isChoice && (
          <Radio.Group label={t("journey.way")} value={way} onChange={setWay} withAsterisk>
            <Stack gap="xs" mt={6}>
              {place.ways.map(({ flow, name, to }) => (
                <Radio key={flow} value={flow} label={name ? t("journey.wayNamed", { name, to }) : to} />
              ))}
            </Stack>
          </Radio.Group>
        )}
        <div>
          <Text fw={560} size="sm">
            {t("journey.give")}
          </Text>
          <Text size="sm" c="dimmed" mb="xs">
            {t("journey.giveText")}
          </Text>
          <VariablesForm drafts={drafts} onChange={setDrafts} />
        </div>
        {problem && <ProblemLine problem={problem} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={isBusy} disabled={!variables || (isChoice && !way)}>
            {t("journey.goOn")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
