/** How each kind of shop is connected, step by step. One file per shop and language, fetched when it is wanted. */

import type { Language } from "../format";

export const SHOPS = ["shopify", "woocommerce", "magento", "prestashop", "sfcc", "vendure", "medusa", "generic"] as const;
export type ShopName = (typeof SHOPS)[number];

/** What speaks for a shop without being one, and has a guide of its own. */
export const TRACKERS = ["snowplow"] as const;
export type TrackerName = (typeof TRACKERS)[number];

/** A value of ours that is copied into the shop. */
export type GuideValue = "webhook_url" | "secret" | "endpoint" | "key" | "path";

export interface GuideFile {
  name: string;
  text: string;
}

export interface GuideStep {
  text: string;
  /** The menus to go through, as the shop's admin names them. */
  where?: string[];
  /** The same in English, where the reader's language has its own names. */
  whereEnglish?: string[];
  /** Ours to copy at this step. */
  values?: GuideValue[];
  /** Words to be chosen or ticked at the shop. */
  list?: string[];
  /** A text to be pasted whole. */
  code?: string;
  /** A file of ours to be put into the shop's server. */
  file?: GuideFile;
}

export interface GuidePart {
  steps: GuideStep[];
  /** What often goes wrong, or what else there is to know. */
  note?: string;
}

export interface GuideField {
  /** As the shop names it. */
  label: string;
  /** Where to find it. */
  hint: string;
  placeholder?: string;
}

export interface OwnKeyField extends GuideField {
  /** The credential that it is kept as, beside what the shop signs with otherwise; without one it takes the secret's place. */
  credential?: string;
}

export interface Guide {
  /** How long it takes. */
  minutes: number;
  /** What the reader needs before. */
  needs: string[];
  access: GuidePart;
  /** By the API's names; `base_url` and, where the shop has its own, `secret` among them. */
  fields: Record<string, GuideField>;
  webhooks: GuidePart;
  /** The shop signs its webhooks with a key of its own, which it shows only once there is one. */
  ownKey?: OwnKeyField;
  /** The address at which the storefront shows a cart that is brought back, for shops that have no link of their own for it. */
  cartLink?: GuideField;
  /** What the shop needs beside it, by the API's names. */
  cartKeys?: Record<string, GuideField>;
  /** What coupons need at the shop. */
  coupons?: string;
  /** What tags that are written to the shop need there, and where they are found. */
  tags?: string;
}

export interface TrackerGuide {
  minutes: number;
  needs: string[];
  part: GuidePart;
}

const TRACKER_LOADERS: Record<Language, Record<TrackerName, () => Promise<{ guide: TrackerGuide }>>> = {
  en: { snowplow: () => import("./en/guides-snowplow") },
  it: { snowplow: () => import("./it/guides-snowplow") },
};

const LOADERS: Record<Language, Record<ShopName, () => Promise<{ guide: Guide }>>> = {
  en: {
    shopify: () => import("./en/guides-shopify"),
    woocommerce: () => import("./en/guides-woocommerce"),
    magento: () => import("./en/guides-magento"),
    prestashop: () => import("./en/guides-prestashop"),
    sfcc: () => import("./en/guides-sfcc"),
    vendure: () => import("./en/guides-vendure"),
    medusa: () => import("./en/guides-medusa"),
    generic: () => import("./en/guides-generic"),
  },
  it: {
    shopify: () => import("./it/guides-shopify"),
    woocommerce: () => import("./it/guides-woocommerce"),
    magento: () => import("./it/guides-magento"),
    prestashop: () => import("./it/guides-prestashop"),
    sfcc: () => import("./it/guides-sfcc"),
    vendure: () => import("./it/guides-vendure"),
    medusa: () => import("./it/guides-medusa"),
    generic: () => import("./it/guides-generic"),
  },
};

export function isShopName(name: string): name is ShopName {
  return (SHOPS as readonly string[]).includes(name);
}

export function isTrackerName(name: string): name is TrackerName {
  return (TRACKERS as readonly string[]).includes(name);
}

export async function loadTrackerGuide(language: Language, tracker: TrackerName): Promise<TrackerGuide> {
  return (await TRACKER_LOADERS[language][tracker]()).guide;
}

export async function loadGuide(language: Language, shop: ShopName): Promise<Guide> {
  return (await LOADERS[language][shop]()).guide;
}
