import { IconShoppingCart } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { DataList, EmptyState, Money, StateBadge, When, type Column } from "../../design";
import { useFormat } from "../../format/react";
import type { CustomerData } from "./queries";

type Cart = CustomerData["carts"][number];

/** The customer's carts, newest first. */
export function CartsTab({ data }: { data: CustomerData }) {
  const { t } = useTranslation(["customers", "carts"]);
  const { date, number } = useFormat();
  const pieces = (count: number) => t("carts:pieces", { count, number: number(count) });
  const columns: Column<Cart>[] = [
    { key: "cart", label: t("carts:opened"), card: "title", render: (cart) => date(cart.opened_at, "minute") },
    { key: "state", label: t("carts:state"), width: "9.5rem", card: "aside", render: ({ state }) => <StateBadge of="cart" state={state} /> },
    { key: "pieces", label: t("carts:lines.quantity"), width: "8rem", render: ({ lines }) => pieces(lines.reduce((sum, line) => sum + line.quantity, 0)) },
    { key: "value", label: t("carts:value"), width: "9rem", align: "right", render: ({ total }) => <Money amount={total} /> },
    { key: "idle", label: t("carts:idle"), width: "11rem", render: (cart) => <When at={cart.last_activity_at} /> },
  ];
  return (
    <DataList
      label={t("tabs.carts")}
      columns={columns}
      list={{ items: [...data.carts].reverse() }}
      idOf={({ id }) => id}
      hrefOf={({ id }) => paths.cart(id)}
      empty={
        <EmptyState icon={IconShoppingCart} title={t("carts.none")}>
          {t("carts.noneText")}
        </EmptyState>
      }
    />
  );
}
