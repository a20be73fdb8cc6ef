/** What can be chosen where a currency, a language or a time zone is asked for; named in the reader's language. */

import { localeOf, type Language } from ".";

export interface Choice {
  value: string;
  label: string;
}

const CURRENCIES = ["EUR", "CHF", "GBP", "USD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "AUD", "CAD", "JPY", "CNY", "AED", "KWD", "BRL", "MXN"];
/** Those that templates come in. */
const LANGUAGES = ["it", "en"];

export function currencyOptions(language: Language): Choice[] {
  const names = new Intl.DisplayNames(localeOf(language), { type: "currency" });
  return CURRENCIES.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}

export function languageOptions(language: Language): Choice[] {
  const names = new Intl.DisplayNames(localeOf(language), { type: "language" });
  return LANGUAGES.map((code) => {
    const name = names.of(code) ?? code;
    return { value: code, label: name.charAt(0).toLocaleUpperCase() + name.slice(1) };
  });
}

export function timeZoneOptions(): Choice[] {
  return Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }));
}
