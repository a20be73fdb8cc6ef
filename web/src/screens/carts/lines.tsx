import { Anchor, Stack } from "@mantine/core";
import { IconSearchOff, IconShoppingCartOff } from "@tabler/icons-react";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { DataList, EmptyState, FilterBar, Money, RowActions, SearchBox, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { Below } from "../customers/person-name";
import { isWeb } from "./web-address";

type Line = Schemas["LineView"] & { key: string };

/** From so many products on they can be searched. */
const SEARCH_FROM = 15;

/** What is in a cart. It may be ten thousand lines: only those in view are drawn. */
export function Lines({ lines }: { lines: Schemas["LineView"][] }) {
  const { t } = useTranslation("carts");
  const { values, set } = useUrlState("product");
  const wanted = useDeferredValue(values.product.trim().toLocaleLowerCase());
  // A product may stand in several lines.
  const all: Line[] = lines.map((line, index) => ({ ...line, key: `${index} ${line.product_id}` }));
  const shown = wanted ? all.filter(({ name, product_id, sku }) => [name, product_id, sku].some((text) => text?.toLocaleLowerCase().includes(wanted))) : all;
  return (
    <Stack gap="md">
      {lines.length >= SEARCH_FROM && (
        <FilterBar>
          <SearchBox value={values.product} onChange={(product) => set({ product })} label={t("lines.find")} />
        </FilterBar>
      )}
      <DataList
        label={t("tabs.products")}
        columns={useColumns()}
        list={{ items: shown }}
        idOf={({ key }) => key}
        empty={
          wanted ? (
            <EmptyState icon={IconSearchOff} title={t("lines.nothing")} compact />
          ) : (
            <EmptyState icon={IconShoppingCartOff} title={t("lines.none")} compact>
              {t("lines.noneText")}
            </EmptyState>
          )
        }
      />
    </Stack>
  );
}

function useColumns(): Column<Line>[] {
  const { t } = useTranslation("carts");
  const { number } = useFormat();
  return [
    {
      key: "product",
      label: t("lines.product"),
      card: "title",
      render: ({ name, product_id, sku, url }) => (
        <>
          {isWeb(url) ? (
            <RowActions>
              <Anchor href={url} target="_blank" rel="noreferrer" title={t("lines.atShop")}>
                <bdi>{name ?? product_id}</bdi>
              </Anchor>
            </RowActions>
          ) : (
            <bdi>{name ?? product_id}</bdi>
          )}
          <Below>{[product_id, sku].filter((text) => text && text !== name).join(" · ")}</Below>
        </>
      ),
    },
    { key: "price", label: t("lines.price"), width: "9rem", align: "right", render: ({ price }) => <Money amount={price} /> },
    { key: "quantity", label: t("lines.quantity"), width: "6rem", align: "right", render: ({ quantity }) => number(quantity) },
    { key: "sum", label: t("lines.sum"), width: "9rem", align: "right", card: "aside", render: ({ price, quantity }) => <Money amount={price ? { ...price, minor: price.minor * quantity } : null} /> },
  ];
}
