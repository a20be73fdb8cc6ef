import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { DataList, Mark, Section, When, type Column } from "../../design";
import { useFormat } from "../../format/react";

type Version = Schemas["VersionItem"];

/** The versions of a flow, newest first. A version never changes; journeys end in the one they began in. */
export function Versions({ flow }: { flow: Schemas["FlowPage"] }) {
  const { t } = useTranslation("flows");
  const { number } = useFormat();
  const columns: Column<Version>[] = [
    { key: "number", label: t("columns.version"), width: "7rem", render: (version) => t("versions.name", { number: number(version.number) }) },
    { key: "state", label: t("columns.state"), width: "9rem", card: "aside", render: ({ is_enabled }) => (is_enabled ? <Mark tone="good">{t("versions.on")}</Mark> : <Mark tone="neutral">{t("versions.off")}</Mark>) },
    { key: "made", label: t("versions.made"), render: ({ made_at }) => <When at={made_at} /> },
    { key: "parameters", label: t("versions.set"), render: ({ parameters }) => <SetValues values={parameters} /> },
  ];
  const items = [...flow.versions].sort((a, b) => b.number - a.number);
  return (
    <Section title={t("tabs.versions")} lead={t("versions.lead")} bare>
      <DataList label={t("tabs.versions")} columns={columns} list={{ items }} idOf={(version) => String(version.number)} empty={null} />
    </Section>
  );
}

function SetValues({ values }: { values: Record<string, string> }) {
  const { t } = useTranslation("flows");
  const entries = Object.entries(values);
  if (entries.length === 0) return <Text size="sm" c="dimmed">{t("versions.asInFile")}</Text>;
  return (
    <Text size="sm" component="span">
      {entries.map(([name, value]) => `${name} = ${value}`).join(", ")}
    </Text>
  );
}
