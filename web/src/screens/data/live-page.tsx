import { Button, Group } from "@mantine/core";
import { IconActivity, IconPlayerPause, IconPlayerPlay, IconUser } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/client";
import { useLive } from "../../app/live";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, EmptyState, Figure, Figures, FilterBar, FilterSelect, ListSkeleton, Mark, ProblemView, SearchBox, When, useUrlState, type Tone } from "../../design";
import { useFormat } from "../../format/react";
import { PersonName } from "../customers/person-name";
import { DataFrame } from "./data-frame";
import { Inspect } from "./live-inspect";
import classes from "./data.module.css";
import { useStream, type LogEvent, type Stream } from "./use-stream";

/** What comes in, as it comes in; it can be stopped, searched and looked into. */
export function LivePage() {
  const { t } = useTranslation(["data", "common"]);
  const { number } = useFormat();
  const { status } = useLive();
  const url = useUrlState("name", "source", "customer");
  const { name, source, customer } = url.values;
  const stream = useStream({ ...(name ? { name } : {}), ...(/^\d+$/.test(source) ? { source: Number(source) } : {}), ...(customer ? { customer } : {}) });
  const [open, setOpen] = useState<LogEvent | null>(null);
  return (
    <DataFrame title={t("live.title")} lead={t("live.lead")} actions={<Pause stream={stream} />}>
      <Figures>
        <Figure label={t("live.taken")} value={status ? number(status.appended) : "–"} />
        <Figure label={t("live.behind")} value={status ? number(Math.max(0, status.appended - status.position)) : "–"} />
        <Figure label={t("live.newest")} value={status && status.appended > 0 ? <When at={status.received_at} /> : "–"} />
      </Figures>
      <FilterBar isAny={url.isAny} clear={url.clear}>
        <SearchBox label={t("live.name")} placeholder="Order Completed" value={name} onChange={(value) => url.set({ name: value.trim() })} />
        <SourceChoice value={source} onChange={(value) => url.set({ source: value })} />
        {customer && (
          <Button variant="light" leftSection={<IconUser size={16} aria-hidden />} onClick={() => url.set({ customer: "" })}>
            {t("live.everybody")}
          </Button>
        )}
      </FilterBar>
      <Entries stream={stream} isAny={url.isAny} onOpen={setOpen} />
      <Inspect event={open} onClose={() => setOpen(null)} onOnly={(filter) => { setOpen(null); url.set(filter); }} />
    </DataFrame>
  );
}

function Pause({ stream }: { stream: Stream }) {
  const { t } = useTranslation("data");
  if (!stream.isPaused) {
    return (
      <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={stream.pause}>
        {t("live.pause")}
      </Button>
    );
  }
  return (
    <Button leftSection={<IconPlayerPlay size={16} />} onClick={stream.goOn}>
      {stream.held > 0 ? t("live.goOnWith", { count: stream.held }) : t("live.goOn")}
    </Button>
  );
}

function SourceChoice({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation("data");
  const { can } = useSession();
  const { data } = queries.useQuery("get", "/api/v1/sources", { params: { query: { limit: 200 } } }, { enabled: can("sources:read") });
  const sources = (data?.items ?? []).map(({ id, name }) => ({ value: String(id), label: name }));
  return <FilterSelect label={t("live.source")} any={t("live.anySource")} value={value} onChange={onChange} options={[...sources, { value: "0", label: t("live.ours") }]} />;
}

function Entries({ stream, isAny, onOpen }: { stream: Stream; isAny: boolean; onOpen: (event: LogEvent) => void }) {
  const { t } = useTranslation("data");
  const more = stream.hasMore && (
    <Group justify="center" mt="md">
      <Button variant="default" loading={stream.isLoadingMore} onClick={stream.loadMore}>
        {t("live.older")}
      </Button>
    </Group>
  );
  if (stream.error) return <ProblemView error={stream.error} retry={stream.retry} />;
  if (stream.isLoading) {
    return (
      <div className={classes.stream}>
        <ListSkeleton />
      </div>
    );
  }
  if (stream.entries.length === 0) {
    return (
      <>
        <div className={classes.stream}>
          <EmptyState icon={IconActivity} title={t(isAny ? "live.noneSuch" : "live.none")} action={isAny ? undefined : <FirstSteps />}>
            {t(!isAny ? "live.noneText" : stream.hasMore ? "live.noneSuchMore" : "live.noneSuchText")}
          </EmptyState>
        </div>
        {more}
      </>
    );
  }
  return (
    <>
      <ol className={classes.stream} aria-label={t("live.title")}>
        {stream.entries.map((event) => (
          <li key={event.position}>
            <Entry event={event} onOpen={() => onOpen(event)} />
          </li>
        ))}
      </ol>
      {more}
    </>
  );
}

const TONES: Record<string, Tone> = { track: "info", identify: "accent", page: "neutral", command: "wait", timer: "wait" };

function Entry({ event, onOpen }: { event: LogEvent; onOpen: () => void }) {
  const { date } = useFormat();
  return (
    <button type="button" className={classes.entry} onClick={onOpen} aria-haspopup="dialog">
      <time className={classes.entryTime} dateTime={event.received_at} title={date(event.received_at, "second")}>
        {`${date(event.received_at, "day")}, ${date(event.received_at, "time")}`}
      </time>
      <span className={classes.entryName} dir="auto">
        {event.name || event.kind}
      </span>
      <span className={classes.entrySoft}>{event.customer ? <PersonName person={event.customer} /> : "–"}</span>
      <span className={classes.entryKind}>
        <Mark tone={TONES[event.kind] ?? "neutral"}>{event.kind}</Mark>
      </span>
    </button>
  );
}

/** Where a first event can come from. */
function FirstSteps() {
  const { t } = useTranslation(["data", "connections"]);
  const { can } = useSession();
  return (
    <Group gap="xs">
      {can("sources:write") && (
        <Button component={AppLink} to={paths.newConnection()}>
          {t("connections:make")}
        </Button>
      )}
      <Button component={AppLink} to={paths.keys()} variant="default">
        {t("live.toKeys")}
      </Button>
    </Group>
  );
}
