import { IconActivityHeartbeat, IconAlertTriangle, IconChecklist, IconCircleCheck, IconHelpCircle, IconInbox, IconShoppingCart, type TablerIcon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/client";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, EmptyState, Section, TextSkeleton, type Tone } from "../../design";
import classes from "./home.module.css";

/** So many are counted; beyond them it says “more than”. */
const COUNTED_MAX = 100;

interface Need {
  name: "sources" | "tasks" | "incidents" | "doubt" | "quarantine" | "agents";
  icon: TablerIcon;
  tone: Tone;
  to: string;
  count: number;
  isMore: boolean;
}

/** What waits for a person: the most pressing first. What waits for nobody is not listed. */
export function PersonPart() {
  const { t } = useTranslation("home");
  const { needs, isKnown } = useNeeds();
  const open = needs.filter(({ count }) => count > 0);
  return (
    <Section title={t("person.title")}>
      {!isKnown && <TextSkeleton lines={4} />}
      {isKnown && open.length === 0 && (
        <EmptyState icon={IconCircleCheck} title={t("person.none")} compact>
          {t("person.noneText")}
        </EmptyState>
      )}
      {isKnown && open.length > 0 && (
        <ul className={classes.rows}>
          {open.map(({ name, icon: Icon, tone, to, count, isMore }) => (
            <li key={name} className={classes.row}>
              <span className={classes.rowIcon} data-tone={tone} aria-hidden>
                <Icon size={19} stroke={1.7} />
              </span>
              <span className={classes.rowText}>
                <AppLink to={to}>{t(`person.${name}`, { count })}</AppLink>
                <br />
                <small>{t(`person.${name}Text`)}</small>
              </span>
              <span className={classes.count}>
                {count}
                {isMore && "+"}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function useNeeds(): { needs: Need[]; isKnown: boolean } {
  const { can } = useSession();
  const limit = COUNTED_MAX;
  const incidents = queries.useQuery("get", "/api/v1/journeys", { params: { query: { state: "incident", limit } } }, { enabled: can("flows:read") });
  const doubt = queries.useQuery("get", "/api/v1/messages", { params: { query: { state: "in_doubt", limit } } }, { enabled: can("messages:read") });
  const quarantine = queries.useQuery("get", "/api/v1/quarantine", { params: { query: { state: "open", limit } } }, { enabled: can("quarantine:read") });
  const notices = queries.useQuery("get", "/api/v1/notices", { params: { query: { unread: true, limit } } }, { enabled: can("carts:read") });
  const alarms = queries.useQuery("get", "/api/v1/data-health/alarms", {}, { enabled: can("events:read") });
  const mine = queries.useQuery("get", "/api/v1/tasks", { params: { query: { assignee: "me", limit } } }, { enabled: can("tasks:read") });
  const late = mine.data?.items.some(({ is_overdue }) => is_overdue) ?? false;
  const of = (data: { items: unknown[]; next?: string | null } | undefined) => ({ count: data?.items.length ?? 0, isMore: Boolean(data?.next) });
  return {
    needs: [
      { name: "sources", icon: IconActivityHeartbeat, tone: "bad", to: paths.dataHealth(), count: alarms.data?.alarms.length ?? 0, isMore: false },
      { name: "incidents", icon: IconAlertTriangle, tone: "bad", to: paths.journeys({ state: "incident" }), ...of(incidents.data) },
      { name: "doubt", icon: IconHelpCircle, tone: "bad", to: paths.messages({ state: "in_doubt" }), ...of(doubt.data) },
      { name: "tasks", icon: IconChecklist, tone: late ? "bad" : "info", to: paths.tasks({ who: "me" }), ...of(mine.data) },
      { name: "agents", icon: IconShoppingCart, tone: "info", to: paths.carts({ state: "abandoned" }), ...of(notices.data) },
      { name: "quarantine", icon: IconInbox, tone: "wait", to: paths.quarantine({ state: "open" }), ...of(quarantine.data) },
    ],
    isKnown: [alarms, incidents, doubt, quarantine, notices, mine].every(({ isLoading }) => !isLoading),
  };
}
