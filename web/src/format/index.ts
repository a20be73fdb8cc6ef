/** Numbers, money and dates in the form of the reader's language, in the workspace's time zone. Pure: no React here. */

export type Language = "it" | "en";

/** An amount as the API gives it: whole minor units and the currency they are of. */
export interface Amount {
  minor: number;
  currency: string;
}

/** The locale whose forms are used: English dates are day first, as in Europe. */
const LOCALES: Record<Language, string> = { it: "it-IT", en: "en-GB" };

export function localeOf(language: Language): string {
  return LOCALES[language];
}

const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

/** Making a formatter costs more than a hundred uses of it. */
function keep<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(key: string, make: () => T): T {
  const found = kept.get(key) as T | undefined;
  if (found) return found;
  const made = make();
  kept.set(key, made);
  return made;
}

function numbers(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keep(`n${language}${JSON.stringify(options)}`, () => new Intl.NumberFormat(LOCALES[language], { useGrouping: "always", ...options } as Intl.NumberFormatOptions));
}

export function formatNumber(language: Language, value: number, options: Intl.NumberFormatOptions = {}): string {
  return numbers(language, options).format(value);
}

/** A share between 0 and 1 as a percentage, with at most one digit. */
export function formatShare(language: Language, share: number): string {
  return numbers(language, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** Digits after the point of a currency's amounts: 2 for EUR, 0 for JPY, 3 for KWD. An unknown code counts as 2. */
export function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

export interface MoneyOptions {
  /** Leave the cents away: for figures of a dashboard above a thousand. */
  whole?: boolean;
  /** Always show a plus or a minus. */
  signed?: boolean;
}

export function formatMoney(language: Language, amount: Amount, options: MoneyOptions = {}): string {
  const digits = minorDigits(amount.currency);
  const value = amount.minor / 10 ** digits;
  const sign = options.signed ? { signDisplay: "exceptZero" as const } : {};
  const fraction = options.whole ? { maximumFractionDigits: 0, minimumFractionDigits: 0 } : {};
  try {
    return numbers(language, { style: "currency", currency: amount.currency, ...fraction, ...sign }).format(value);
  } catch {
    // Not a currency code: the shop's own word for it.
    return `${numbers(language, { minimumFractionDigits: 2, ...sign }).format(value)} ${amount.currency}`;
  }
}

export type DateStyle = "date" | "time" | "minute" | "second" | "day" | "month";

const DATE_STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  date: { day: "numeric", month: "short", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  minute: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  second: { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

export function formatDate(language: Language, at: Date | string, style: DateStyle, timeZone?: string): string {
  const date = typeof at === "string" ? new Date(at) : at;
  if (Number.isNaN(date.getTime())) return "–";
  const format = (zone: string | undefined) =>
    keep(`d${language}${style}${zone ?? ""}`, () => new Intl.DateTimeFormat(LOCALES[language], { ...DATE_STYLES[style], ...(zone ? { timeZone: zone } : {}) }));
  try {
    return format(timeZone).format(date);
  } catch {
    // A zone that this browser does not know.
    return format(undefined).format(date);
  }
}

/** A day such as `2026-11-30`, which is of no time zone. */
export function formatDay(language: Language, day: string, style: "date" | "day" | "month" = "date"): string {
  return formatDate(language, `${day}T12:00:00Z`, style, "UTC");
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** “3 hours ago”, “in 2 days”. The nearest unit of which there is at least one. */
export function formatRelative(language: Language, at: Date | string, now: number): string {
  const date = typeof at === "string" ? new Date(at) : at;
  const seconds = (date.getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return "–";
  const format = keep(`r${language}`, () => new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "auto" }));
  if (Math.abs(seconds) < 10) return format.format(0, "second");
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? (["second", 1] as const);
  return format.format(Math.trunc(seconds / size), unit);
}

/** A length of time: “24 h”, “36 s”, “2 d”. */
export function formatDuration(language: Language, ms: number): string {
  const seconds = ms / 1000;
  const [value, unit] =
    seconds < 120 ? [seconds, "second"] : seconds < 7_200 ? [seconds / 60, "minute"] : seconds < 172_800 ? [seconds / 3_600, "hour"] : [seconds / 86_400, "day"];
  return numbers(language, { style: "unit", unit: unit as string, unitDisplay: "long", maximumFractionDigits: (value as number) < 10 ? 1 : 0 }).format(value as number);
}

/** Names as the language joins them: “a, b and c”. */
export function formatList(language: Language, words: string[]): string {
  return new Intl.ListFormat(LOCALES[language], { type: "conjunction" }).format(words);
}
