import { Anchor, Group } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { DataList, EmptyState, Facts, Figure, Figures, Mark, Money, Note, Page, PageSkeleton, ProblemView, Section, StateBadge, When, type Column, type Fact } from "../../design";
import { IconPackageOff } from "@tabler/icons-react";
import { useFormat } from "../../format/react";
import { isWeb } from "../carts/web-address";
import { Below } from "../customers/person-name";
import { Prices } from "./list-page";
import { Picture } from "./picture";
import classes from "./products.module.css";

type Data = Schemas["ProductPage"];
type Variant = Schemas["VariantView"];

/** One product: its variants, what they cost and cost before, and what is where. */
export function ProductPage() {
  const { t } = useTranslation("products");
  const { id } = useParams({ strict: false }) as { id: string };
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/products/{id}", { params: { path: { id } } });
  const crumbs = [{ label: t("title"), to: paths.products() }];
  if (!data && error) {
    return (
      <Page title={t("title")} crumbs={crumbs}>
        <ProblemView error={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) return <PageSkeleton />;
  const name = data.name ?? data.product_id ?? t("unnamed");
  return (
    <Page title={<bdi>{name}</bdi>} documentTitle={name} crumbs={crumbs} aside={<StateBadge of="stock" state={data.state} />} lead={data.brand ?? undefined}>
      {data.is_deleted && <Note tone="wait" title={t("isGone")}>{t("isGoneText")}</Note>}
      <div className={classes.column}>
        <Summary data={data} />
        <Variants data={data} />
        <PriceHistory data={data} />
        <Places data={data} />
        <Events data={data} />
      </div>
    </Page>
  );
}

function Summary({ data }: { data: Data }) {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  const facts: Fact[] = [
    { label: t("shop"), value: data.shop || "–" },
    ...(data.product_id ? [{ label: t("productId"), value: data.product_id }] : []),
    ...(data.kind ? [{ label: t("kind"), value: t(`kinds.${data.kind}`) }] : []),
    ...(data.categories.length > 0 ? [{ label: t("category"), value: data.categories.join(" · ") }] : []),
    ...(data.tags.length > 0 ? [{ label: t("tags"), value: data.tags.join(", ") }] : []),
    ...(data.is_active === false ? [{ label: t("which"), value: t("notOffered") }] : []),
    ...(isWeb(data.url) ? [{ label: t("atShop"), value: <Anchor href={data.url} target="_blank" rel="noreferrer">{data.url}</Anchor> }] : []),
    { label: t("changed"), value: <When at={data.changed_at} /> },
  ];
  return (
    <>
      <Figures>
        <Figure label={t("price")} value={<Prices price={data.price} />} />
        <Figure label={t("pieces")} value={data.stock === null || data.stock === undefined ? "–" : number(data.stock)} hint={data.stock === null || data.stock === undefined ? t("notCounted") : undefined} />
        <Figure label={t("variantsTitle")} value={number(data.variants.filter(({ variant_id, is_deleted }) => variant_id && !is_deleted).length)} hint={data.variants_beyond > 0 ? t("beyond") : undefined} />
      </Figures>
      <div className={classes.head}>
        <Picture url={data.images[0]} size="large" />
        <Section title={t("facts")}>
          <Facts facts={facts} columns={2} />
        </Section>
      </div>
    </>
  );
}

function Variants({ data }: { data: Data }) {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  const columns: Column<Variant>[] = [
    {
      key: "name",
      label: t("variant"),
      card: "title",
      render: ({ name, variant_id, sku, barcode }) => (
        <>
          <bdi>{name ?? variant_id ?? sku ?? t("itself")}</bdi>
          <Below>{[sku, barcode].filter(Boolean).join(" · ")}</Below>
        </>
      ),
    },
    { key: "state", label: t("stock"), width: "11rem", card: "aside", render: (variant) => (variant.is_deleted ? <Mark tone="neutral">{t("isGone")}</Mark> : <StateBadge of="stock" state={variant.state} />) },
    { key: "pieces", label: t("pieces"), width: "8rem", align: "right", render: ({ stock, sells_beyond }) => (
      <>
        {stock === null || stock === undefined ? "–" : number(stock)}
        {sells_beyond && <Below>{t("sellsBeyond")}</Below>}
      </>
    ) },
    { key: "price", label: t("price"), width: "12rem", align: "right", render: ({ prices }) => (
      <>
        {prices.map(({ price, compare_at }) => (
          <div key={price.currency}>
            <Money amount={price} /> {compare_at && <s className={classes.soft}><Money amount={compare_at} /></s>}
          </div>
        ))}
        {prices.length === 0 && "–"}
      </>
    ) },
  ];
  const items = data.variants.map((variant, index) => ({ ...variant, key: `${index}` }));
  return (
    <Section title={t("variantsTitle")} bare>
      <DataList label={t("variantsTitle")} columns={columns} list={{ items }} idOf={(variant) => (variant as Variant & { key: string }).key} empty={<EmptyState icon={IconPackageOff} title={t("noVariants")} compact />} />
    </Section>
  );
}

/** Changes of price, newest first; of products with many variants the newest changes only. */
function PriceHistory({ data }: { data: Data }) {
  const { t } = useTranslation("products");
  const { date } = useFormat();
  const changed = data.variants.flatMap((variant) => variant.prices.filter(({ history }) => history.length > 1).map((price) => ({ variant, price })));
  if (changed.length === 0) return null;
  return (
    <Section title={t("history")} lead={t("historyLead")}>
      {changed.slice(0, 20).map(({ variant, price }) => (
        <div key={`${variant.variant_id ?? ""}${price.price.currency}`}>
          {(variant.name ?? variant.sku) && <strong><bdi>{variant.name ?? variant.sku}</bdi></strong>}
          <ul className={classes.plain}>
            {price.history.toReversed().slice(0, 12).map((point) => (
              <li key={point.since} className={classes.between}>
                <Money amount={point.price} />
                <span className={classes.soft}>{t("since", { date: date(point.since, "minute") })}</span>
              </li>
            ))}
          </ul>
          {price.lowest_before && (
            <p className={classes.soft}>
              {t("lowestBefore")} <Money amount={price.lowest_before} />
            </p>
          )}
        </div>
      ))}
    </Section>
  );
}

function Places({ data }: { data: Data }) {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  const rows = data.variants.flatMap((variant) => variant.places.filter(({ location_id }) => location_id !== "").map((place) => ({ variant, place })));
  if (rows.length === 0) return null;
  return (
    <Section title={t("places")}>
      <ul className={classes.plain}>
        {rows.slice(0, 200).map(({ variant, place }) => (
          <li key={`${variant.variant_id ?? ""} ${place.location_id}`} className={classes.between}>
            <span>
              <bdi>{place.name ?? place.location_id}</bdi>
              {(variant.name ?? variant.sku) && <span className={classes.soft}> · <bdi>{variant.name ?? variant.sku}</bdi></span>}
            </span>
            <Group gap="xs">
              <strong>{place.quantity === null || place.quantity === undefined ? "–" : number(place.quantity)}</strong>
              <span className={classes.soft}><When at={place.said_at} /></span>
            </Group>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const EVENTS = { "Stock Low": "low", "Back In Stock": "back", "Price Dropped": "dropped", "Product Added To Catalogue": "added" } as const;

function Events({ data }: { data: Data }) {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  if (data.events.length === 0) return null;
  const known = (name: string) => (name in EVENTS ? EVENTS[name as keyof typeof EVENTS] : undefined);
  return (
    <Section title={t("events.title")} lead={t("events.lead")}>
      <ul className={classes.plain}>
        {data.events.map((event) => {
          const key = known(event.name);
          const said = event.properties as Record<string, unknown>;
          const price = (amount: unknown) => number(Number(amount), { style: "currency", currency: String(said["currency"]) });
          const detail = [said["variant"] ?? said["sku"], said["stock"] !== undefined && said["stock"] !== null ? t("events.pieces", { number: String(said["stock"]) }) : undefined, said["price_before"] ? `${price(said["price_before"])} → ${price(said["price"])}` : undefined];
          return (
            <li key={`${event.position} ${event.name}`} className={classes.between}>
              <span>
                {key ? t(`events.${key}`) : event.name}
                <span className={classes.soft}> {detail.filter(Boolean).join(" · ")}</span>
              </span>
              <span className={classes.soft}><When at={event.at} /></span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
