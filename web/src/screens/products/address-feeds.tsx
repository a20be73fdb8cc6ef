import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { ConfirmWithReason, DataList, Mark, Note, RowActions, Section, toast, toastProblem, useUrlState, When, type Column, type Tone } from "../../design";
import { serverNow } from "../../format/clock";
import { useFormat } from "../../format/react";
import { Below } from "../customers/person-name";
import { AddressForm } from "./address-form";
import classes from "./products.module.css";

type Feed = Schemas["ProductFeed"];

/** How often the list looks again while a feed is being fetched. */
const LOOK_EVERY_MS = 3_000;

/** Feeds that are fetched from an address by a schedule, what came of it, and what a person has to decide. */
export function AddressFeeds() {
  const { t } = useTranslation("products");
  const { can } = useSession();
  const url = useUrlState("address");
  const client = useQueryClient();
  const [edited, setEdited] = useState<Feed | null>(null);
  const [accepted, setAccepted] = useState<Feed | null>(null);
  const isEditable = can("catalogue:write");
  const { data, error, refetch, isPending } = queries.useQuery("get", "/api/v1/catalogue/feeds", { params: { query: { limit: 200 } } }, { refetchInterval: (query) => (query.state.data?.items.some(isAtWork) ? LOOK_EVERY_MS : false) });
  const feeds = data?.items ?? [];
  const refresh = () => client.invalidateQueries(below("/api/v1/catalogue", "/api/v1/products", "/api/v1/audit"));
  const run = async (feed: Feed, acceptsLoss: boolean) => {
    await take(api.POST("/api/v1/catalogue/feeds/{id}/run", { params: { path: { id: feed.id } }, body: { accepts_loss: acceptsLoss } }));
    toast(t("address.running", { source: feed.source }));
    await refresh();
  };
  const add = isEditable && (
    <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => url.set({ address: "1" })}>
      {t("address.add")}
    </Button>
  );
  const columns: Column<Feed>[] = [
    ...useColumns(),
    ...(isEditable ? [{ key: "actions", label: t("address.doing"), isLabelHidden: true, width: "3rem", card: "aside" as const, render: (feed: Feed) => <Actions feed={feed} onEdit={() => setEdited(feed)} onRun={() => run(feed, false)} onChanged={refresh} /> }] : []),
  ];
  return (
    <Section title={t("address.title")} lead={t("address.lead")} actions={feeds.length > 0 && add}>
      {feeds.filter(({ outcome }) => outcome === "held_back").map((feed) => (
        <div key={feed.id} className={classes.held}>
          <Note tone="wait" title={t("address.heldTitle", { source: feed.source })}>
            {feed.missing > 0 ? t("address.heldText", { count: feed.missing }) : <>{t("address.heldUnsure")} <span lang="en">{feed.error}</span></>}
            {isEditable && feed.missing > 0 && (
              <div style={{ marginTop: 8 }}>
                <Button size="compact-sm" variant="default" onClick={() => setAccepted(feed)}>
                  {t("address.accept")}
                </Button>
              </div>
            )}
          </Note>
        </div>
      ))}
      {feeds.length === 0 && !isPending && !error ? add : <DataList label={t("address.title")} columns={columns} list={{ items: feeds, isLoading: isPending, problem: error ? asProblem(error) : null, retry: () => void refetch() }} idOf={({ id }) => id} empty={null} />}
      {isEditable && (url.values.address !== "" || edited) && (
        <AddressForm
          feed={edited}
          onClose={() => {
            setEdited(null);
            url.clear();
          }}
          onDone={refresh}
        />
      )}
      <ConfirmWithReason isOpen={accepted !== null} onClose={() => setAccepted(null)} title={t("address.acceptTitle", { count: accepted?.missing ?? 0 })} action={t("address.accept")} isDangerous onConfirm={() => (accepted ? run(accepted, true) : Promise.resolve())}>
        {t("address.acceptText")}
      </ConfirmWithReason>
    </Section>
  );
}

function isAtWork({ is_running, is_paused, outcome, next_at }: Feed): boolean {
  return is_running || (!is_paused && (!outcome || new Date(next_at).getTime() <= serverNow()));
}

function useColumns(): Column<Feed>[] {
  const { t } = useTranslation("products");
  return [
    { key: "source", label: t("address.source"), card: "title", render: ({ source, url }) => (<><bdi>{source}</bdi><Below><bdi style={{ overflowWrap: "anywhere" }}>{url}</bdi></Below></>) },
    { key: "every", label: t("address.every"), width: "10rem", render: ({ every_minutes, is_complete }) => (<>{t(`address.times.m${every_minutes as 60}`)}{is_complete && <Below>{t("address.isComplete")}</Below>}</>) },
    { key: "state", label: t("address.state"), width: "14rem", card: "aside", render: (feed) => <State feed={feed} /> },
    { key: "at", label: t("address.at"), width: "9.5rem", render: ({ fetched_at }) => <When at={fetched_at ?? null} /> },
  ];
}

const TONES: Record<NonNullable<Feed["outcome"]>, Tone> = { taken_in: "good", unchanged: "good", failed: "bad", held_back: "wait" };

function State({ feed }: { feed: Feed }) {
  const { t } = useTranslation("products");
  const { date } = useFormat();
  if (feed.is_paused) return <Mark tone="neutral">{t("address.paused")}</Mark>;
  if (feed.is_running) return <Mark tone="wait">{t("address.isRunning")}</Mark>;
  if (!feed.outcome) return <Mark tone="neutral">{t("address.waits")}</Mark>;
  return (
    <>
      <Mark tone={TONES[feed.outcome]}>{t(`address.outcomes.${feed.outcome}`)}</Mark>
      {feed.outcome === "failed" && (
        <Below>
          <span lang="en" style={{ overflowWrap: "anywhere" }}>{feed.error}</span> {t("address.again", { at: date(feed.next_at, "time") })}
        </Below>
      )}
    </>
  );
}

interface ActionsProps {
  feed: Feed;
  onEdit: () => void;
  onRun: () => Promise<void>;
  onChanged: () => Promise<void>;
}

function Actions({ feed, onEdit, onRun, onChanged }: ActionsProps) {
  const { t } = useTranslation("products");
  const [isAsking, setAsking] = useState(false);
  const params = { path: { id: feed.id } };
  const remove = async () => {
    await api.DELETE("/api/v1/catalogue/feeds/{id}", { params });
    await onChanged();
  };
  const pause = async () => {
    try {
      await take(api.PATCH("/api/v1/catalogue/feeds/{id}", { params, body: { is_paused: !feed.is_paused } }));
      await onChanged();
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <RowActions>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("address.actions", { source: feed.source })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void onRun().catch(toastProblem)}>{t("address.run")}</Menu.Item>
          <Menu.Item onClick={onEdit}>{t("address.edit")}</Menu.Item>
          <Menu.Item onClick={() => void pause()}>{t(feed.is_paused ? "address.resume" : "address.pause")}</Menu.Item>
          <Menu.Item onClick={() => setAsking(true)}>{t("address.remove")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmWithReason isOpen={isAsking} onClose={() => setAsking(false)} title={t("address.removeTitle", { source: feed.source })} action={t("address.remove")} isDangerous onConfirm={remove}>
        {t("address.removeText")}
      </ConfirmWithReason>
    </RowActions>
  );
}
