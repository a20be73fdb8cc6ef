import { Anchor, Button, Group, Loader, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { paths } from "../../app/paths";
import { AppLink, CopyText, Note, ProblemLine, ProblemView, Section, TextSkeleton } from "../../design";
import { useFormat } from "../../format/react";
import type { TrackerGuide, TrackerName } from "../../i18n/guide";
import classes from "./connections.module.css";
import { GuideView, useTrackerGuide } from "./guide-view";
import { Needs } from "./needs";
import { useWords } from "./texts";

/** While somebody looks whether anything comes. */
const LISTENING_MS = 2_000;

interface MadeKey {
  source: number;
  text: string;
}

/** A key for a tracker, what to do with it, and whether it is heard. */
export function TrackerStep({ tracker }: { tracker: TrackerName }) {
  const { data: guide, error, refetch } = useTrackerGuide(tracker);
  const [made, setMade] = useState<MadeKey | null>(null);
  if (error) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!guide) return <TextSkeleton lines={8} />;
  return made ? <Put guide={guide} made={made} /> : <MakeKey tracker={tracker} guide={guide} onMade={setMade} />;
}

function MakeKey({ tracker, guide, onMade }: { tracker: TrackerName; guide: TrackerGuide; onMade: (made: MadeKey) => void }) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm({ initialValues: { name: words.shop(tracker) } });
  const make = async () => {
    setBusy(true);
    setProblem(null);
    const { name } = form.getValues();
    try {
      const { id } = await take(api.POST("/api/v1/sources", { body: { name, kind: tracker } }));
      const { text } = await take(api.POST("/api/v1/keys", { body: { kind: "write", name, source: id } }));
      await client.invalidateQueries(below("/api/v1/keys", "/api/v1/sources"));
      onMade({ source: id, text });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t("trackers.make")} lead={t("trackers.makeText")}>
      <Needs guide={guide} />
      <form onSubmit={form.onSubmit(() => void make())}>
        <Stack gap="md" maw="32rem">
          <TextInput label={t("trackers.name")} description={t("trackers.nameHint")} required maxLength={100} {...form.getInputProps("name")} />
          {problem && <ProblemLine problem={problem} />}
          <Group>
            <Button type="submit" loading={isBusy}>
              {t("trackers.make")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function Put({ guide, made }: { guide: TrackerGuide; made: MadeKey }) {
  const { t } = useTranslation(["connections", "data"]);
  const { origin } = window.location;
  const path = `${origin}/snowplow/${made.text}`;
  const values = {
    endpoint: <CopyText text={origin} label={t("wizard.values.endpoint")} />,
    key: <CopyText text={made.text} label={t("wizard.values.key")} />,
    path: <CopyText text={path} label={t("wizard.values.path")} />,
  };
  return (
    <Section title={t("trackers.put")}>
      <div className={classes.hiddenAddress}>
        <Note tone="wait" title={t("data:keys.once")}>
          {t("data:keys.onceText")}
        </Note>
      </div>
      <GuideView part={guide.part} values={values} words={{ "ADDRESS-OF-RITORNO": origin, "YOUR-KEY": made.text }} />
      <Listening source={made.source} />
    </Section>
  );
}

/** Whether an event has come in, while one watches. */
function Listening({ source }: { source: number }) {
  const { t } = useTranslation("connections");
  const { relative } = useFormat();
  const { data } = queries.useQuery("get", "/api/v1/events", { params: { query: { source, limit: 1 } } }, { refetchInterval: LISTENING_MS });
  const first = data?.items[0];
  return (
    <div className={classes.listening} aria-live="polite">
      {first ? (
        <Note tone="good" title={t("trackers.heard")}>
          {t("trackers.heardText", { name: first.name || first.kind, when: relative(first.received_at) })}{" "}
          <Anchor component={AppLink} to={paths.liveEvents()}>
            {t("trackers.live")}
          </Anchor>
        </Note>
      ) : (
        <div className={classes.waiting}>
          <Loader size="xs" aria-hidden />
          <div>
            <Text fw={540}>{t("trackers.waiting")}</Text>
            <Text size="sm" c="dimmed">
              {t("trackers.waitingText")}
            </Text>
          </div>
        </div>
      )}
    </div>
  );
}
