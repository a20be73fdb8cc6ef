import { ActionIcon, Anchor, Indicator, Popover, Stack, Text, Title, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell, IconCheck } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../api/client";
import { below } from "../api/queries";
import { AppLink } from "../design/link";
import { useToasts, toast, toastProblem } from "../design/toasts";
import { When, Why } from "../design/values";
import classes from "./bell.module.css";
import { paths } from "./paths";
import { useAgents, useSession } from "./session";

const SHOWN_MAX = 20;

/** Notices of flows for agents, and what the program said in this session. */
export function Bell() {
  const { t } = useTranslation();
  const { can } = useSession();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const { data } = queries.useQuery("get", "/api/v1/notices", { params: { query: { unread: true, limit: SHOWN_MAX } } }, { enabled: can("carts:read") });
  const unread = data?.items ?? [];
  const label = unread.length === 0 ? t("bell.none") : t("bell.unread", { count: unread.length });
  return (
    <Popover opened={isOpen} onChange={(open) => !open && close()} position="bottom-end" width="min(24rem, calc(100vw - 2rem))" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={label} disabled={isOpen}>
          <Indicator disabled={unread.length === 0} label={data?.next ? `${SHOWN_MAX}+` : unread.length} size={17} offset={5} color="brick">
            <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} aria-haspopup="dialog" onClick={toggle}>
              <IconBell size={20} stroke={1.7} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t("bell.title")}>
        <div className={classes.scroll}>
          <Notices notices={unread} onLeave={close} />
          <Said />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function Notices({ notices, onLeave }: { notices: Schemas["NoticeItem"][]; onLeave: () => void }) {
  const { t } = useTranslation();
  const { nameOf } = useAgents();
  const { can } = useSession();
  const client = useQueryClient();
  const read = async (id: string) => {
    try {
      await api.POST("/api/v1/notices/{id}/read", { params: { path: { id } } });
      await client.invalidateQueries(below("/api/v1/notices"));
      toast(t("bell.wasRead"));
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <section className={classes.part}>
      <Title order={2} fz="md">
        {t("bell.title")}
      </Title>
      {notices.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("bell.noneText")}
        </Text>
      )}
      <ul className={classes.list}>
        {notices.map((notice) => (
          <li key={notice.id} className={classes.item}>
            <Stack gap={2} flex={1} miw={0}>
              <Anchor component={AppLink} to={notice.cart ? paths.cart(notice.cart) : paths.customer(notice.customer.id)} onClick={onLeave} fw={540} c="var(--r-ink)">
                <span dir="auto">{notice.customer.name || notice.customer.email || t("search.unnamed")}</span>
              </Anchor>
              <Text size="sm" c="dimmed">
                {notice.why ? <Why why={notice.why} /> : notice.agent ? t("bell.forAgent", { agent: nameOf(notice.agent) ?? t("unknown") }) : t("bell.forNobody")}
              </Text>
              <Text size="sm" c="dimmed">
                <When at={notice.at} />
              </Text>
            </Stack>
            {can("carts:write") && (
              <Tooltip label={t("bell.read")}>
                <ActionIcon variant="subtle" color="gray" aria-label={t("bell.read")} onClick={() => void read(notice.id)}>
                  <IconCheck size={17} />
                </ActionIcon>
              </Tooltip>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Said() {
  const { t } = useTranslation();
  const toasts = useToasts();
  return (
    <section className={classes.part}>
      <Title order={2} fz="md">
        {t("bell.recent")}
      </Title>
      {toasts.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("bell.recentNone")}
        </Text>
      )}
      <ul className={classes.list}>
        {toasts.map(({ id, text, at, tone }) => (
          <li key={id} className={classes.item} data-tone={tone}>
            <Text size="sm" flex={1}>
              {text}
            </Text>
            <Text size="sm" c="dimmed">
              <When at={at} />
            </Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

