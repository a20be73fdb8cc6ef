import { Anchor, Stack } from "@mantine/core";
import { IconSearchOff, IconShoppingCartOff } from "@tabler/icons-react";
import { useDeferredValue } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { AppLink, DataList, EmptyState, FilterBar, Mark, Money, RowActions, SearchBox, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { Below } from "../customers/person-name";
import { Picture } from "../products/picture";
import classes from "./carts.module.css";
import { isWeb } from "./web-address";

type Line = Schemas["LineView"] & { key: string };
/** What the catalogue says of products, by the shop's number. */
type Catalogue = Record<string, Schemas["CatalogueLine"]>;

/** From so many products on they can be searched. */
const SEARCH_FROM = 15;

/** What is in a cart. It may be ten thousand lines: only those in view are drawn. */
export function Lines({ lines, catalogue = {} }: { lines: Schemas["LineView"][]; catalogue?: Catalogue }) {
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
        columns={useColumns(catalogue)}
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

function useColumns(catalogue: Catalogue): Column<Line>[] {
  const { t } = useTranslation("carts");
  const { number } = useFormat();
  return [
    {
      key: "product",
      label: t("lines.product"),
      card: "title",
      render: (line) => <Product line={line} known={catalogue[line.product_id]} />,
    },
    {
      key: "price",
      label: t("lines.price"),
      width: "9rem",
      align: "right",
      render: ({ price, product_id }) => {
        const now = catalogue[product_id]?.price;
        // A product of several prices is compared with none of them.
        const isOther = price && now && now.low.minor === now.high.minor && now.low.currency === price.currency && now.low.minor !== price.minor;
        return (
          <>
            <Money amount={price} />
            {isOther && <Below>{t("lines.priceNow")} <Money amount={now.low} /></Below>}
          </>
        );
      },
    },
    { key: "quantity", label: t("lines.quantity"), width: "6rem", align: "right", render: ({ quantity }) => number(quantity) },
    { key: "sum", label: t("lines.sum"), width: "9rem", align: "right", card: "aside", render: ({ price, quantity }) => <Money amount={price ? { ...price, minor: price.minor * quantity } : null} /> },
  ];
}

/** A line's product: as the cart has it, and what the catalogue knows beyond that. */
function Product({ line, known }: { line: Line; known: Schemas["CatalogueLine"] | undefined }) {
  const { t } = useTranslation(["carts", "common"]);
  const { product_id, sku } = line;
  const name = line.name ?? (known?.name || undefined);
  const shown = <bdi>{name ?? product_id}</bdi>;
  const url = isWeb(line.url) ? line.url : isWeb(known?.url) ? known.url : undefined;
  return (
    <span className={classes.product}>
      {known && <Picture url={known.image_url} />}
      <span>
        {known ? (
          <RowActions>
            <Anchor component={AppLink} to={paths.product(known.product)}>{shown}</Anchor>
          </RowActions>
        ) : url ? (
          <RowActions>
            <Anchor href={url} target="_blank" rel="noreferrer" title={t("lines.atShop")}>{shown}</Anchor>
          </RowActions>
        ) : (
          shown
        )}
        <Below>{[product_id, sku].filter((text) => text && text !== name).join(" · ")}</Below>
        {known?.is_deleted && <Mark tone="wait">{t("lines.gone")}</Mark>}
        {known && !known.is_deleted && known.state === "out" && <Mark tone="wait">{t("common:states.stock.out")}</Mark>}
      </span>
    </span>
  );
}
