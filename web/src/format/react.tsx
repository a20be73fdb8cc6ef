/** The formats of this folder, in the reader's language and the workspace's time zone. */

import { createContext, useContext, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import * as format from ".";
import { serverNow } from "./clock";

export interface Formats {
  language: format.Language;
  timeZone: string | undefined;
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
  share: (share: number) => string;
  money: (amount: format.Amount, options?: format.MoneyOptions) => string;
  date: (at: Date | string, style?: format.DateStyle) => string;
  day: (day: string, style?: "date" | "day" | "month") => string;
  relative: (at: Date | string, now?: number) => string;
  duration: (ms: number) => string;
  list: (words: string[]) => string;
}

const TimeZone = createContext<string | undefined>(undefined);

export function TimeZoneProvider({ timeZone, children }: { timeZone: string | undefined; children: ReactNode }) {
  return <TimeZone value={timeZone}>{children}</TimeZone>;
}

export function useFormat(): Formats {
  const timeZone = useContext(TimeZone);
  const { i18n } = useTranslation();
  const language: format.Language = i18n.language === "it" ? "it" : "en";
  return useMemo(
    () => ({
      language,
      timeZone,
      number: (value, options) => format.formatNumber(language, value, options),
      share: (share) => format.formatShare(language, share),
      money: (amount, options) => format.formatMoney(language, amount, options),
      date: (at, style = "date") => format.formatDate(language, at, style, timeZone),
      day: (day, style) => format.formatDay(language, day, style),
      relative: (at, now = serverNow()) => format.formatRelative(language, at, now),
      duration: (ms) => format.formatDuration(language, ms),
      list: (words) => format.formatList(language, words),
    }),
    [language, timeZone],
  );
}
