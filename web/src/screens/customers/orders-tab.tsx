import { Anchor } from "@mantine/core";
import { IconPackage, IconShoppingBag } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { AppLink, DataList, EmptyState, Mark, Money, Section, When, type Column } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./customers.module.css";

type Order = Schemas["OrderView"];
type Bought = Schemas["BoughtProduct"];

/** Orders, and the products that were in them. */
export function OrdersTab({ customer }: { customer: string }) {
  return (
    <div className={classes.column}>
      <Orders customer={customer} />
      <Products customer={customer} />
    </div>
  );
}

function Orders({ customer }: { customer: string }) {
  const { t } = useTranslation("customers");
  const { date } = useFormat();
  const list = usePages(`/api/v1/customers/${customer}/orders`, {}, (query) => take(api.GET("/api/v1/customers/{id}/orders", { params: { path: { id: customer }, query } })));
  const columns: Column<Order>[] = [
    { key: "id", label: t("orders.id"), card: "title", render: ({ id }) => <bdi>{id}</bdi> },
    { key: "at", label: t("orders.at"), width: "12rem", render: ({ at }) => date(at, "minute") },
    { key: "cart", label: t("orders.cart"), width: "10rem", render: ({ cart }) => (cart ? <Anchor component={AppLink} to={paths.cart(cart)} size="sm">{t("orders.toCart")}</Anchor> : "–") },
    { key: "refunded", label: t("orders.refunded"), width: "9rem", align: "right", render: ({ refunded, cancelled_at }) => (cancelled_at ? <Mark tone="bad">{t("orders.cancelled")}</Mark> : refunded && refunded.minor > 0 ? <Money amount={refunded} /> : "–") },
    { key: "total", label: t("orders.total"), width: "9rem", align: "right", card: "aside", render: ({ total }) => <Money amount={total} /> },
  ];
  return (
    <Section title={t("orders.title")} bare>
      <DataList
        label={t("orders.title")}
        columns={columns}
        list={list}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={IconShoppingBag} title={t("orders.none")}>
            {t("orders.noneText")}
          </EmptyState>
        }
      />
    </Section>
  );
}

function Products({ customer }: { customer: string }) {
  const { t } = useTranslation("customers");
  const { number } = useFormat();
  const list = usePages(`/api/v1/customers/${customer}/products`, {}, (query) => take(api.GET("/api/v1/customers/{id}/products", { params: { path: { id: customer }, query } })));
  const columns: Column<Bought>[] = [
    { key: "name", label: t("orders.product"), card: "title", render: ({ name, product_id }) => <bdi>{name ?? product_id}</bdi> },
    { key: "pieces", label: t("orders.pieces"), width: "8rem", align: "right", render: ({ pieces }) => number(pieces) },
    { key: "orders", label: t("orders.inOrders"), width: "8rem", align: "right", render: ({ orders }) => number(orders) },
    { key: "last", label: t("orders.last"), width: "12rem", render: ({ last_bought_at }) => <When at={last_bought_at} /> },
  ];
  return (
    <Section title={t("orders.products")} bare>
      <DataList
        label={t("orders.products")}
        columns={columns}
        list={list}
        idOf={({ product_id }) => product_id}
        empty={
          <EmptyState icon={IconPackage} title={t("orders.productsNone")} compact>
            {t("orders.productsNoneText")}
          </EmptyState>
        }
      />
    </Section>
  );
}
