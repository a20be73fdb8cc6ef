/**
 * The texts of the interface. One file per area and language; `it` has the type of `en`, so that a missing key fails the
 * type check. A language is fetched when it is wanted.
 *
 *     const { t } = useTranslation(["carts", "common"]);   t("list.title");   t("common:save")
 */

import i18next, { type ResourceLanguage } from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../format";
import type { Texts } from "./en";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: Texts;
  }
}

const LANGUAGE_KEY = "ritorno.language";
const LOADERS: Record<Language, () => Promise<Texts>> = {
  en: async () => (await import("./en")).en,
  it: async () => (await import("./it")).it,
};

export const LANGUAGES: { language: Language; name: string }[] = [
  { language: "it", name: "Italiano" },
  { language: "en", name: "English" },
];

export function preferredLanguage(): Language {
  const kept = readKept();
  if (kept === "it" || kept === "en") return kept;
  const first = navigator.languages.find((tag) => /^(it|en)\b/i.test(tag)) ?? "en";
  return first.toLowerCase().startsWith("it") ? "it" : "en";
}

export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "none",
    fallbackLng: false,
    defaultNS: "common",
    ns: [],
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    returnNull: false,
  });
  await changeLanguage(preferredLanguage(), false);
}

export async function changeLanguage(language: Language, isChosen = true): Promise<void> {
  if (!i18next.hasResourceBundle(language, "common")) {
    const texts = await LOADERS[language]();
    for (const [area, bundle] of Object.entries(texts)) i18next.addResourceBundle(language, area, withMany(bundle as ResourceLanguage));
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (isChosen) writeKept(language);
}

/** Italian has a plural for millions (“un milione di”), which reads as the other one in our sentences. */
function withMany(texts: ResourceLanguage): ResourceLanguage {
  const out: ResourceLanguage = {};
  for (const [key, value] of Object.entries(texts)) {
    out[key] = typeof value === "string" ? value : withMany(value as ResourceLanguage);
    if (key.endsWith("_other")) out[`${key.slice(0, -"_other".length)}_many`] = value;
  }
  return out;
}

/** Storage may be switched off in the browser; then the choice lasts as long as the page. */
function readKept(): string | null {
  try {
    return localStorage.getItem(LANGUAGE_KEY);
  } catch {
    return null;
  }
}

function writeKept(language: Language): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    // Nothing to do: see readKept.
  }
}
