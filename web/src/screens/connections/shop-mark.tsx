import { IconBraces, IconBuildingStore, IconCloud, IconChartDots3, IconCode, IconKey, IconShoppingBag, IconShoppingCart, IconTriangleInverted, IconWorld, type TablerIcon } from "@tabler/icons-react";
import classes from "./connections.module.css";

const MARKS: Record<string, TablerIcon> = {
  shopify: IconShoppingBag,
  woocommerce: IconWorld,
  magento: IconBuildingStore,
  prestashop: IconShoppingCart,
  sfcc: IconCloud,
  vendure: IconTriangleInverted,
  medusa: IconCode,
  generic: IconBraces,
  snowplow: IconChartDots3,
  segment: IconKey,
};

/** A quiet picture for a kind of shop. The shops' own marks are theirs. */
export function ShopMark({ shop }: { shop: string }) {
  const Icon = MARKS[shop] ?? IconBuildingStore;
  return (
    <span className={classes.mark} aria-hidden>
      <Icon size={22} stroke={1.6} />
    </span>
  );
}
