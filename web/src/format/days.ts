/** Days such as `2026-11-30`: of no time zone, so that sums with them never slip by one. */

import { serverNow } from "./clock";

const DAY_MS = 86_400_000;

/** Today in a time zone; in the browser's own where the zone is unknown. */
export function todayIn(timeZone: string | undefined, now: Date = new Date(serverNow())): string {
  const format = (zone: string | undefined) =>
    new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", ...(zone ? { timeZone: zone } : {}) }).format(now);
  try {
    return format(timeZone);
  } catch {
    return format(undefined);
  }
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days from the first to the last, both counted. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;
}

/** The same day a year before; the 29th of February becomes the 28th. */
export function yearBefore(day: string): string {
  const [year, month, date] = day.split("-");
  return `${Number(year) - 1}-${month}-${month === "02" && date === "29" ? "28" : date}`;
}

/** The first day of the day's month. */
export function monthStart(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

export function isDay(text: unknown): text is string {
  return typeof text === "string" && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}
