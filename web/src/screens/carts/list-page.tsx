import { Button, Stack } from "@mantine/core";
import { IconFilterOff, IconShoppingCart } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { useAgents, useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, FilterBar, FilterChoice, FilterSelect, Money, Page, StateBadge, When, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { Below, PersonName } from "../customers/person-name";
import { BulkBar } from "./bulk-bar";
import { NextStep, useNextSteps } from "./next-step";

type Cart = Schemas["CartItem"];

const STATES = ["active", "abandoned", "recovered", "converted", "expired"] as const;

/** All carts, newest first; those selected can be given to an agent together. */
export function CartsPage() {
  const { t } = useTranslation(["carts", "common"]);
  const { values, set, clear, isAny } = useUrlState("state", "agent");
  const { can } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filters = { ...(values.state ? { state: values.state } : {}), ...(values.agent ? { agent: values.agent } : {}) };
  const list = usePages("/api/v1/carts", filters, (query) => take(api.GET("/api/v1/carts", { params: { query } })));
  const filter = (change: Parameters<typeof set>[0]) => {
    setChosen(new Set());
    set(change);
  };
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Stack gap="md">
        <FilterBar isAny={isAny} clear={clear}>
          <FilterChoice label={t("state")} any={t("anyState")} value={values.state} onChange={(state) => filter({ state })} options={STATES.map((state) => ({ value: state, label: t(`common:states.cart.${state}`) }))} />
          <AgentFilter value={values.agent} onChange={(agent) => filter({ agent })} />
        </FilterBar>
        <DataList
          label={t("title")}
          columns={useColumns(list.items)}
          list={list}
          idOf={({ id }) => id}
          hrefOf={({ id }) => paths.cart(id)}
          {...(can("customers:write") ? { selection: { ids: chosen, change: setChosen } } : {})}
          empty={isAny ? <NoSuch clear={clear} /> : <NoneYet />}
        />
        <BulkBar carts={list.items.filter(({ id }) => chosen.has(id))} clear={() => setChosen(new Set())} />
      </Stack>
    </Page>
  );
}

function AgentFilter({ value, onChange }: { value: string; onChange: (agent: string) => void }) {
  const { t } = useTranslation("carts");
  const { agents } = useAgents();
  const { session } = useSession();
  if (agents.length === 0) return null;
  const mine = agents.filter(({ id }) => id === session.person.agent).map(({ id }) => ({ value: id, label: t("mine") }));
  const others = agents.filter(({ id }) => id !== session.person.agent).map(({ id, name }) => ({ value: id, label: name }));
  return <FilterSelect label={t("agent")} any={t("anyAgent")} value={value} onChange={onChange} options={[...mine, ...others]} />;
}

function useColumns(shown: Cart[]): Column<Cart>[] {
  const { t } = useTranslation("carts");
  const { nameOf } = useAgents();
  const { number } = useFormat();
  const nextOf = useNextSteps(shown.map(({ id }) => id));
  return [
    { key: "customer", label: t("customer"), card: "title", render: ({ customer }) => <PersonName person={customer} withEmail /> },
    { key: "state", label: t("state"), width: "10rem", card: "aside", render: ({ state }) => <StateBadge of="cart" state={state} /> },
    {
      key: "value",
      label: t("value"),
      width: "8.5rem",
      align: "right",
      render: ({ total, pieces }) => (
        <>
          {total ? <Money amount={total} /> : <span style={{ color: "var(--r-ink-soft)" }}>{t("noPrice")}</span>}
          <Below>{t("pieces", { count: pieces, number: number(pieces) })}</Below>
        </>
      ),
    },
    { key: "idle", label: t("idle"), width: "9.5rem", render: ({ last_activity_at }) => <When at={last_activity_at} /> },
    { key: "next", label: t("next"), width: "16%", wideOnly: true, render: ({ id }) => <NextStep journey={nextOf(id)} /> },
    { key: "agent", label: t("agent"), width: "15%", wideOnly: true, render: ({ customer }) => <bdi>{nameOf(customer.agent) ?? "–"}</bdi> },
  ];
}

function NoneYet() {
  const { t } = useTranslation("carts");
  const { can } = useSession();
  return (
    <EmptyState
      icon={IconShoppingCart}
      title={t("empty")}
      action={
        can("sources:read") && (
          <Button component={AppLink} to={paths.sources()}>
            {t("toSources")}
          </Button>
        )
      }
    >
      {t("emptyText")}
    </EmptyState>
  );
}

function NoSuch({ clear }: { clear: () => void }) {
  const { t } = useTranslation(["carts", "common"]);
  return (
    <EmptyState
      icon={IconFilterOff}
      title={t("emptyFiltered")}
      action={
        <Button variant="default" onClick={clear}>
          {t("common:clearFilters")}
        </Button>
      }
    >
      {t("emptyFilteredText")}
    </EmptyState>
  );
}
