import { Group, Popover, Button, SegmentedControl, Stack, UnstyledButton } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import "@mantine/dates/styles.css";
import "dayjs/locale/it";
import { useDisclosure } from "@mantine/hooks";
import { IconCalendar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Period } from "../../app/recovery";
import { useWorkspace } from "../../app/session";
import { useUrlState } from "../../design";
import { addDays, isDay, monthStart, todayIn, yearBefore } from "../../format/days";
import { useFormat } from "../../format/react";
import classes from "./reports.module.css";

export type Compare = "previous" | "year";

export interface Asked {
  period: Period;
  compare: Compare;
  /** The period beside which it stands. */
  before: Period;
}

/** The period of the address, the last 30 days where it names none, and the one it is compared with. */
export function useAsked(): Asked {
  const { timeZone } = useWorkspace();
  const { values } = useUrlState("from", "to", "compare");
  const today = todayIn(timeZone);
  const to = isDay(values.to) ? values.to : today;
  const from = isDay(values.from) && values.from <= to ? values.from : addDays(to, -29);
  const compare: Compare = values.compare === "year" ? "year" : "previous";
  return { period: { from, to }, compare, before: compare === "year" ? { from: yearBefore(from), to: yearBefore(to) } : previousOf({ from, to }) };
}

function previousOf({ from, to }: Period): Period {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
  return { from: addDays(from, -days), to: addDays(to, -days) };
}

/** Which days, and beside which others. */
export function PeriodChoice({ asked }: { asked: Asked }) {
  const { t } = useTranslation("reports");
  const { day } = useFormat();
  const { set } = useUrlState("from", "to", "compare");
  const { period, compare } = asked;
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <Group gap="sm" className="r-no-print">
      <Popover opened={isOpen} onChange={(open) => !open && close()} position="bottom-start" trapFocus returnFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<IconCalendar size={17} aria-hidden />} onClick={toggle} aria-haspopup="dialog" aria-expanded={isOpen}>
            {period.from === period.to ? day(period.from) : `${day(period.from)} – ${day(period.to)}`}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t("period.title")}>
          <PeriodPicker
            period={period}
            onChange={(chosen) => {
              set({ ...chosen });
              close();
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <SegmentedControl
        aria-label={t("compare.title")}
        value={compare}
        onChange={(value) => set({ compare: value === "year" ? "year" : "" })}
        data={[
          { value: "previous", label: t("compare.previous") },
          { value: "year", label: t("compare.year") },
        ]}
      />
    </Group>
  );
}

function PeriodPicker({ period, onChange }: { period: Period; onChange: (period: Period) => void }) {
  const { t } = useTranslation("reports");
  const { language } = useFormat();
  const { timeZone } = useWorkspace();
  const today = todayIn(timeZone);
  const [chosen, setChosen] = useState<[string | null, string | null]>([period.from, period.to]);
  return (
    <div className={classes.picker}>
      <Stack gap={2}>
        {presets(today).map(([name, preset]) => (
          <UnstyledButton key={name} className={classes.preset} data-active={(preset.from === period.from && preset.to === period.to) || undefined} onClick={() => onChange(preset)}>
            {t(`period.${name}`)}
          </UnstyledButton>
        ))}
      </Stack>
      <DatePicker
        type="range"
        locale={language}
        ariaLabels={{ previousMonth: t("calendar.previous"), nextMonth: t("calendar.next"), monthLevelControl: t("calendar.level"), yearLevelControl: t("calendar.level") }}
        allowSingleDateInRange
        maxDate={today}
        defaultDate={period.from}
        value={chosen}
        onChange={(value) => {
          setChosen(value);
          const [from, to] = value;
          if (from && to) onChange({ from, to });
        }}
      />
    </div>
  );
}

type Preset = "days7" | "days30" | "days90" | "thisMonth" | "lastMonth" | "thisYear" | "year";

function presets(today: string): [Preset, Period][] {
  const lastMonthEnd = addDays(monthStart(today), -1);
  return [
    ["days7", { from: addDays(today, -6), to: today }],
    ["days30", { from: addDays(today, -29), to: today }],
    ["days90", { from: addDays(today, -89), to: today }],
    ["thisMonth", { from: monthStart(today), to: today }],
    ["lastMonth", { from: monthStart(lastMonthEnd), to: lastMonthEnd }],
    ["thisYear", { from: `${today.slice(0, 4)}-01-01`, to: today }],
    ["year", { from: addDays(yearBefore(today), 1), to: today }],
  ];
}
