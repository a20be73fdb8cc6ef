import { Button, Chip, Group, Switch, UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconHistory } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Paged } from "../../api/queries";
import { EmptyState, ListSkeleton, ProblemView, useUrlState } from "../../design";
import { addDays, todayIn } from "../../format/days";
import { useFormat } from "../../format/react";
import classes from "./customers.module.css";
import { EventRow } from "./event-row";
import { useTimeline, type TimelineEvent } from "./queries";
import { EVENT_KINDS, countKinds, foldDays, kindOf, type EventKind, type Session } from "./timeline-model";

/** With a filter on, so many pages more are read by themselves to find something. */
const READ_ON_MAX = 4;
const ENOUGH = 12;
/** Sessions of so few events are shown as they are. */
const OPEN_UP_TO = 4;

/** Everything that happened, by day and session. */
export function Timeline({ customer }: { customer: string }) {
  const { t } = useTranslation("customers");
  const { values, set } = useUrlState("kind", "machinery");
  const list = useTimeline(customer, values.machinery === "1");
  const kind = EVENT_KINDS.find((each) => each === values.kind);
  const shown = useMemo(() => (kind ? list.items.filter((event) => kindOf(event) === kind) : list.items), [list.items, kind]);
  useReadOn(list, kind, shown.length);
  if (list.problem && list.items.length === 0) return <ProblemView error={list.problem} retry={list.retry} compact />;
  if (list.isLoading) return <ListSkeleton rows={6} />;
  const isEmpty = list.items.length === 0 && !list.hasMore;
  return (
    <div>
      <Kinds kind={kind} setKind={(next) => set({ kind: next ?? "" })} isMachinery={values.machinery === "1"} setMachinery={(isOn) => set({ machinery: isOn ? "1" : "" })} />
      {isEmpty && (
        <EmptyState icon={IconHistory} title={t("timeline.none")}>
          {t("timeline.noneText")}
        </EmptyState>
      )}
      <Days events={shown} />
      {!isEmpty && shown.length === 0 && <p className={classes.soft}>{list.hasMore ? t("timeline.nothing") : t("timeline.nothingAtAll")}</p>}
      {list.hasMore && (
        <div className={classes.more}>
          <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
            {t("timeline.older")}
          </Button>
        </div>
      )}
    </div>
  );
}

function useReadOn(list: Paged<TimelineEvent>, kind: EventKind | undefined, found: number): void {
  const [read, setRead] = useState(0);
  const wants = kind !== undefined && found < ENOUGH && list.hasMore && !list.isLoadingMore && !list.isLoading && read < READ_ON_MAX;
  useEffect(() => setRead(0), [kind]);
  useEffect(() => {
    if (!wants) return;
    setRead((count) => count + 1);
    list.loadMore();
    // `list` is another object each time; what matters of it is in `wants`.
  }, [wants]);
}

interface KindsProps {
  kind: EventKind | undefined;
  setKind: (kind: EventKind | undefined) => void;
  isMachinery: boolean;
  setMachinery: (isOn: boolean) => void;
}

function Kinds({ kind, setKind, isMachinery, setMachinery }: KindsProps) {
  const { t } = useTranslation("customers");
  return (
    <div className={`${classes.kinds} r-no-print`}>
      <Chip.Group value={kind ?? ""} onChange={(value) => setKind(EVENT_KINDS.find((each) => each === value))}>
        <Group gap={6} role="group" aria-label={t("timeline.filter")}>
          <Chip value="" size="xs" variant="outline">
            {t("timeline.all")}
          </Chip>
          {EVENT_KINDS.map((each) => (
            <Chip key={each} value={each} size="xs" variant="outline">
              {t(`timeline.kinds.${each}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Switch size="xs" label={t("timeline.machinery")} checked={isMachinery} onChange={(event) => setMachinery(event.currentTarget.checked)} />
    </div>
  );
}

/** Events under the day they happened on. */
export function Days({ events }: { events: readonly TimelineEvent[] }) {
  const { t } = useTranslation("customers");
  const { timeZone, day: dayText } = useFormat();
  const days = useMemo(() => foldDays(events, (at) => todayIn(timeZone, new Date(at))), [events, timeZone]);
  const today = todayIn(timeZone);
  const name = (day: string) => (day === today ? t("timeline.today") : day === addDays(today, -1) ? t("timeline.yesterday") : dayText(day));
  return (
    <div className={classes.days}>
      {days.map(({ day, sessions }, index) => (
        <section key={day} className={classes.day} aria-label={name(day)}>
          <h3 className={classes.dayName}>{name(day)}</h3>
          <div className={classes.sessions}>
            {sessions.map((session, at) => (
              <SessionBlock key={session.key} session={session} isFirst={index === 0 && at === 0} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function SessionBlock({ session, isFirst }: { session: Session; isFirst: boolean }) {
  const { t } = useTranslation("customers");
  const { date, list } = useFormat();
  const { events, isOurs } = session;
  const [isOpen, setOpen] = useState(isFirst || events.length <= OPEN_UP_TO);
  const from = date(events.at(-1)?.occurred_at ?? "", "time");
  const to = date(events[0]?.occurred_at ?? "", "time");
  const sums = list(countKinds(events).map(([kind, count]) => t(`timeline.sums.${kind}`, { count })));
  if (events.length <= 2 || isOurs) {
    return (
      <div className={classes.session} data-ours={isOurs || undefined}>
        <ol className={classes.events}>
          {events.map((event) => (
            <EventRow key={event.position} event={event} />
          ))}
        </ol>
      </div>
    );
  }
  return (
    <div className={classes.session}>
      <UnstyledButton className={classes.sessionHead} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <IconChevronRight size={16} className={classes.chevron} data-open={isOpen || undefined} aria-hidden />
        <span className={classes.sessionTime}>{from === to ? from : t("timeline.visitNight", { from, to })}</span>
        <span className={classes.soft}>{sums}</span>
      </UnstyledButton>
      {isOpen && (
        <ol className={classes.events}>
          {events.map((event) => (
            <EventRow key={event.position} event={event} />
          ))}
        </ol>
      )}
    </div>
  );
}
