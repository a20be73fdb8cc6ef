import { Anchor, Button, Drawer, Group, Stack } from "@mantine/core";
import { IconActivity, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLive } from "../../app/live";
import { paths } from "../../app/paths";
import { AppLink, EmptyState, Facts, Figure, Figures, FilterBar, ListSkeleton, Mark, ProblemView, SearchBox, When, useUrlState, type Tone } from "../../design";
import { useFormat } from "../../format/react";
import { DataFrame } from "./data-frame";
import classes from "./data.module.css";
import { useStream, type StreamEntry } from "./use-stream";

/** What comes in, as it comes in; it can be stopped and looked into. */
export function LivePage() {
  const { t } = useTranslation(["data", "common"]);
  const { number } = useFormat();
  const { status } = useLive();
  const stream = useStream();
  const url = useUrlState("q");
  const [open, setOpen] = useState<StreamEntry | null>(null);
  const wanted = url.values.q.toLowerCase();
  const shown = stream.entries.filter(({ event, name }) => wanted === "" || event.name.toLowerCase().includes(wanted) || event.kind.includes(wanted) || name.toLowerCase().includes(wanted));
  return (
    <DataFrame
      title={t("live.title")}
      lead={t("live.lead")}
      actions={
        stream.isPaused ? (
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={stream.goOn}>
            {stream.held > 0 ? t("live.goOnWith", { count: stream.held }) : t("live.goOn")}
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={stream.pause}>
            {t("live.pause")}
          </Button>
        )
      }
    >
      <Figures>
        <Figure label={t("live.taken")} value={status ? number(status.appended) : "–"} />
        <Figure label={t("live.behind")} value={status ? number(Math.max(0, status.appended - status.position)) : "–"} />
        <Figure label={t("live.newest")} value={status && status.appended > 0 ? <When at={status.received_at} /> : "–"} />
      </Figures>
      <FilterBar>
        <SearchBox label={t("live.search")} value={url.values.q} onChange={(q) => url.set({ q })} />
      </FilterBar>
      {stream.error ? (
        <ProblemView error={stream.error} retry={stream.retry} />
      ) : stream.isLoading ? (
        <div className={classes.stream}>
          <ListSkeleton />
        </div>
      ) : shown.length === 0 ? (
        <div className={classes.stream}>
          <EmptyState icon={IconActivity} title={t(wanted ? "live.noneSuch" : "live.none")} action={wanted ? undefined : <Button component={AppLink} to={paths.keys()}>{t("live.toKeys")}</Button>}>
            {wanted ? undefined : t("live.noneText")}
          </EmptyState>
        </div>
      ) : (
        <ol className={classes.stream} aria-label={t("live.title")}>
          {shown.map((entry) => (
            <li key={entry.position}>
              <Entry entry={entry} onOpen={() => setOpen(entry)} />
            </li>
          ))}
        </ol>
      )}
      <Inspect entry={open} onClose={() => setOpen(null)} />
    </DataFrame>
  );
}

const TONES: Record<string, Tone> = { track: "info", identify: "accent", page: "neutral", command: "wait", timer: "wait" };

function Entry({ entry, onOpen }: { entry: StreamEntry; onOpen: () => void }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { event, name } = entry;
  return (
    <button type="button" className={classes.entry} onClick={onOpen} aria-haspopup="dialog">
      <time className={classes.entryTime} dateTime={event.received_at} title={date(event.received_at, "second")}>
        {`${date(event.received_at, "day")}, ${date(event.received_at, "time")}`}
      </time>
      <span className={classes.entryName} dir="auto">
        {event.name || event.kind}
      </span>
      <span className={classes.entrySoft} dir="auto">
        {name || t("search.unnamed")}
      </span>
      <span className={classes.entryKind}>
        <Mark tone={TONES[event.kind] ?? "neutral"}>{event.kind}</Mark>
      </span>
    </button>
  );
}

function Inspect({ entry, onClose }: { entry: StreamEntry | null; onClose: () => void }) {
  const { t } = useTranslation(["data", "common"]);
  const { number } = useFormat();
  return (
    <Drawer opened={entry !== null} onClose={onClose} position="right" size="lg" title={entry?.event.name || entry?.event.kind} closeButtonProps={{ "aria-label": t("common:close") }}>
      {entry && (
        <Stack gap="md">
          <Facts
            facts={[
              { label: t("live.customer"), value: <Anchor component={AppLink} to={paths.customer(entry.customer)}>{entry.name || t("common:search.unnamed")}</Anchor> },
              { label: t("live.happened"), value: <When at={entry.event.occurred_at} exact /> },
              { label: t("live.received"), value: <When at={entry.event.received_at} exact /> },
              { label: t("live.position"), value: number(entry.position) },
            ]}
          />
          <Group justify="space-between">
            <strong>{t("live.payload")}</strong>
          </Group>
          <pre className={classes.json} tabIndex={0}>
            {JSON.stringify(entry.event.payload, null, 2)}
          </pre>
        </Stack>
      )}
    </Drawer>
  );
}
