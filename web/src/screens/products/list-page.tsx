import { Button, Group } from "@mantine/core";
import { IconFilterOff, IconPackage, IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, DataList, EmptyState, FilterBar, FilterChoice, FilterSelect, Mark, Money, SearchBox, StateBadge, When, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { Below } from "../customers/person-name";
import { Frame } from "./frame";
import { Picture } from "./picture";
import classes from "./products.module.css";

type Product = Schemas["ProductItem"];

const STATES = ["in_stock", "low", "out"] as const;
/** Categories offered to choose from; more can be written in the address. */
const CATEGORIES = 100;

/** What the shops sell. */
export function ProductsPage() {
  const { t } = useTranslation(["products", "common"]);
  const { values, set, clear, isAny } = useUrlState("q", "state", "category", "deleted");
  const { can } = useSession();
  const filters = {
    ...(values.q ? { q: values.q } : {}),
    ...(values.state ? { state: values.state as Schemas["StockState"] } : {}),
    ...(values.category ? { category: values.category } : {}),
    ...(values.deleted ? { deleted: true } : {}),
  };
  const list = usePages("/api/v1/products", filters, (query) => take(api.GET("/api/v1/products", { params: { query } })));
  const categories = queries.useQuery("get", "/api/v1/categories", { params: { query: { limit: CATEGORIES } } });
  const names = (categories.data?.items ?? []).map(({ name }) => ({ value: name, label: name }));
  const upload = can("catalogue:write") && (
    <Button component={AppLink} to={paths.feeds({ upload: "1" })} variant="default" leftSection={<IconUpload size={16} aria-hidden />}>
      {t("feeds.upload")}
    </Button>
  );
  return (
    <Frame title={t("title")} lead={t("lead")} actions={upload}>
      <FilterBar isAny={isAny} clear={clear}>
        <SearchBox value={values.q} onChange={(q) => set({ q })} label={t("search")} placeholder={t("searchHint")} />
        <FilterChoice label={t("stock")} any={t("anyStock")} value={values.state} onChange={(state) => set({ state })} options={STATES.map((state) => ({ value: state, label: t(`common:states.stock.${state}`) }))} />
        {names.length > 0 && <FilterSelect label={t("category")} any={t("anyCategory")} value={values.category} onChange={(category) => set({ category })} options={names} />}
        <FilterSelect label={t("which")} any={t("offered")} value={values.deleted} onChange={(deleted) => set({ deleted })} options={[{ value: "1", label: t("gone") }]} />
      </FilterBar>
      <DataList label={t("title")} columns={useColumns()} list={list} idOf={({ id }) => id} hrefOf={({ id }) => paths.product(id)} empty={isAny ? <NoSuch clear={clear} /> : <NoneYet />} />
    </Frame>
  );
}

function useColumns(): Column<Product>[] {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  return [
    {
      key: "name",
      label: t("product"),
      card: "title",
      render: (product) => (
        <span className={classes.named}>
          <Picture url={product.image_url} />
          <span>
            <bdi>{product.name || product.product_id}</bdi>
            <Below>{[product.brand, product.product_id, product.variants > 0 ? t("variants", { count: product.variants, number: number(product.variants) }) : undefined].filter(Boolean).join(" · ")}</Below>
          </span>
        </span>
      ),
    },
    { key: "state", label: t("stock"), width: "11rem", card: "aside", render: (product) => <Stock product={product} /> },
    { key: "price", label: t("price"), width: "12rem", align: "right", render: ({ price }) => <Prices price={price} /> },
    { key: "shop", label: t("shop"), width: "9rem", wideOnly: true, render: ({ shop }) => <bdi>{shop || "–"}</bdi> },
    { key: "changed", label: t("changed"), width: "9.5rem", wideOnly: true, render: ({ changed_at }) => <When at={changed_at} /> },
  ];
}

function Stock({ product }: { product: Product }) {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  if (product.is_deleted) return <Mark tone="neutral">{t("isGone")}</Mark>;
  return (
    <Group gap={4} component="span">
      <StateBadge of="stock" state={product.state} />
      {product.stock !== null && product.stock !== undefined && <span className={classes.soft}>{number(product.stock)}</span>}
    </Group>
  );
}

/** One price, or from the lowest to the highest of the variants. */
export function Prices({ price }: { price: Schemas["PriceRange"] | null | undefined }) {
  if (!price) return <span>–</span>;
  if (price.low.minor === price.high.minor) return <Money amount={price.low} />;
  return (
    <>
      <Money amount={price.low} /> – <Money amount={price.high} />
    </>
  );
}

function NoneYet() {
  const { t } = useTranslation("products");
  const { can } = useSession();
  return (
    <EmptyState
      icon={IconPackage}
      title={t("empty.title")}
      action={
        <Group gap="xs" justify="center">
          {can("sources:read") && (
            <Button component={AppLink} to={paths.sources()}>
              {t("empty.connect")}
            </Button>
          )}
          {can("catalogue:write") && (
            <Button component={AppLink} to={paths.feeds({ upload: "1" })} variant="default">
              {t("feeds.upload")}
            </Button>
          )}
        </Group>
      }
    >
      {t("empty.text")}
    </EmptyState>
  );
}

function NoSuch({ clear }: { clear: () => void }) {
  const { t } = useTranslation(["products", "common"]);
  return (
    <EmptyState
      icon={IconFilterOff}
      title={t("empty.noneSuch")}
      action={
        <Button variant="default" onClick={clear}>
          {t("common:clearFilters")}
        </Button>
      }
    >
      {t("empty.noneSuchText")}
    </EmptyState>
  );
}
