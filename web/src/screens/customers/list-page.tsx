import { Button, Select, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearchOff, IconTag, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages, type PageOf } from "../../api/queries";
import { paths } from "../../app/paths";
import { useAgents, useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, FilterBar, FilterSelect, Money, Page, SearchBox, When, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./customers.module.css";
import { PersonName } from "./person-name";
import { useTagsInUse } from "./queries";
import { TagLine } from "./tags";

type Item = Schemas["CustomerItem"];

/** A page of a search may be empty while there is more to look through: so many are looked through at once. */
const EMPTY_PAGES_MAX = 6;

async function search(query: { q?: string; agent?: string; tag?: string; limit: number; cursor?: string }): Promise<PageOf<Item>> {
  let page = await take(api.GET("/api/v1/customers", { params: { query } }));
  for (let tries = 1; page.items.length === 0 && page.next && tries < EMPTY_PAGES_MAX; tries += 1) {
    page = await take(api.GET("/api/v1/customers", { params: { query: { ...query, cursor: page.next } } }));
  }
  return page;
}

/** Everybody known, newest first, found as one types. */
export function CustomersPage() {
  const { t } = useTranslation("customers");
  const { values, set, clear, isAny } = useUrlState("q", "agent", "tag");
  const { agents } = useAgents();
  const q = values.q.trim();
  const list = usePages("/api/v1/customers", { ...(q ? { q } : {}), ...(values.agent ? { agent: values.agent } : {}), ...(values.tag ? { tag: values.tag } : {}) }, search);
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Stack gap="md">
        <FilterBar isAny={isAny} clear={clear}>
          <SearchBox value={values.q} onChange={(text) => set({ q: text })} label={t("list.search")} />
          {agents.length > 0 && <FilterSelect label={t("list.agent")} any={t("list.anyAgent")} value={values.agent} onChange={(agent) => set({ agent })} options={agents.map(({ id, name }) => ({ value: id, label: name }))} />}
          <TagFilter value={values.tag} onChange={(tag) => set({ tag })} />
        </FilterBar>
        <DataList
          label={t("title")}
          columns={useColumns()}
          list={list}
          idOf={({ id }) => id}
          hrefOf={({ id }) => paths.customer(id)}
          empty={isAny ? <NobodyFound hasMore={list.hasMore} lookFurther={list.loadMore} isLooking={list.isLoadingMore} /> : <NobodyYet />}
        />
      </Stack>
    </Page>
  );
}

/** Tags in use; also the one in the address when nobody has it any more. */
function TagFilter({ value, onChange }: { value: string; onChange: (tag: string) => void }) {
  const { t } = useTranslation(["customers", "common"]);
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text === value ? "" : text.trim(), 150);
  const found = useTagsInUse(asked);
  const options = value === "" || found.some((name) => name.toLowerCase() === value.toLowerCase()) ? found : [value, ...found];
  if (found.length === 0 && value === "" && text === "") return null;
  return (
    <Select
      className={classes.tagFilter}
      aria-label={t("list.tag")}
      placeholder={t("list.anyTag")}
      leftSection={<IconTag size={16} aria-hidden />}
      data={options}
      value={options.find((name) => name.toLowerCase() === value.toLowerCase()) ?? null}
      onChange={(tag) => onChange(tag ?? "")}
      searchable
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={t("list.noTag")}
      clearable
      clearButtonProps={{ "aria-label": t("common:clear") }}
      checkIconPosition="right"
      comboboxProps={{ width: "max-content", position: "bottom-start" }}
    />
  );
}

function useColumns(): Column<Item>[] {
  const { t } = useTranslation("customers");
  const { nameOf } = useAgents();
  const { number } = useFormat();
  return [
    { key: "name", label: t("list.name"), card: "title", render: (item) => <PersonName person={item} withEmail /> },
    { key: "tags", label: t("tags.title"), width: "18%", wideOnly: true, render: ({ tags }) => <TagLine tags={tags} max={2} /> },
    { key: "agent", label: t("list.agent"), width: "16%", wideOnly: true, render: ({ agent }) => <bdi>{nameOf(agent) ?? "–"}</bdi> },
    { key: "orders", label: t("list.orders"), width: "6rem", align: "right", render: ({ orders }) => number(orders) },
    { key: "revenue", label: t("list.revenue"), width: "9.5rem", align: "right", card: "aside", render: ({ revenue }) => <Money amount={revenue} /> },
    { key: "since", label: t("list.since"), width: "10rem", render: ({ created_at }) => <When at={created_at} /> },
  ];
}

function NobodyYet() {
  const { t } = useTranslation("customers");
  const { can } = useSession();
  return (
    <EmptyState
      icon={IconUsers}
      title={t("list.empty")}
      action={
        can("sources:read") && (
          <Button component={AppLink} to={paths.sources()}>
            {t("list.toSources")}
          </Button>
        )
      }
    >
      {t("list.emptyText")}
    </EmptyState>
  );
}

function NobodyFound({ hasMore, lookFurther, isLooking }: { hasMore: boolean; lookFurther: () => void; isLooking: boolean }) {
  const { t } = useTranslation("customers");
  return (
    <EmptyState
      icon={IconSearchOff}
      title={t("list.nothing")}
      action={
        hasMore && (
          <Button variant="default" loading={isLooking} onClick={lookFurther}>
            {t("list.lookFurther")}
          </Button>
        )
      }
    >
      {hasMore ? t("list.furtherText") : t("list.nothingText")}
    </EmptyState>
  );
}
