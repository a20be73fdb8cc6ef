import { Code, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useFormat } from "../../format/react";

type Start = Schemas["FlowStart"];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How a flow begins and how often, a short sentence for each of its starts. */
export function FlowStarts({ starts }: { starts: Start[] }) {
  const { t } = useTranslation("flows");
  const sentence = useSentence();
  const often = useOften();
  if (starts.length === 0) return <Text>{t("starts.none")}</Text>;
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none", maxWidth: "44rem" }}>
      {starts.map((start) => (
        <li key={start.at}>
          <Text fw={560}>{sentence(start)}</Text>
          {start.filter && (
            <Text size="sm">
              {start.kind !== "condition" && `${t("starts.filter")} `}
              <Code>{start.filter}</Code>
            </Text>
          )}
          <Text size="sm" c="dimmed">{often(start)}</Text>
        </li>
      ))}
    </Stack>
  );
}

/** What begins a journey. */
export function useSentence(): (start: Start) => string {
  const { t } = useTranslation("flows");
  const { duration, language } = useFormat();
  return (start) => {
    const time = duration((start.idle_hours ?? 0) * HOUR_MS);
    switch (start.trigger) {
      case "cart_idle":
        return t("starts.cartIdle", { time });
      case "checkout_left":
        return t("starts.checkoutLeft", { time });
      case "browse_left":
        return t("starts.browseLeft", { time });
      case "asked":
        return t("starts.asked");
      case "signal":
        return t("starts.signal", { event: start.event });
      case "condition":
        return t("starts.condition");
      case "schedule":
        return t("starts.schedule", { schedule: start.schedule });
    }
    if (start.date) {
      const { property, at, days, is_yearly } = start.date;
      const which = days === 0 ? "date" : days < 0 ? "dateBefore" : "dateAfter";
      return t(`starts.${which}.${is_yearly ? "yearly" : "once"}`, { property, at, days: duration(Math.abs(days) * DAY_MS) });
    }
    return start.words ? t("starts.when", { what: start.words[language] }) : t("starts.event", { event: start.event });
  };
}

function useOften(): (start: Start) => string {
  const { t } = useTranslation("flows");
  const { duration } = useFormat();
  return ({ reentry }) => t(`starts.reentry.${reentry.rule}`, { time: duration((reentry.days ?? 0) * DAY_MS) });
}
