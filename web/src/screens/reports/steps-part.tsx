import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useFlowNames } from "../../app/flow-names";
import { paths } from "../../app/paths";
import type { Recovery } from "../../app/recovery";
import { DataList, EmptyState, Moneys, Section, type Column } from "../../design";
import { useFormat } from "../../format/react";

type Step = Schemas["StepFigures"];

/** The same by flow and step: which message earns what. */
export function StepsPart({ now }: { now: Recovery }) {
  const { t } = useTranslation("reports");
  const { number } = useFormat();
  const names = useFlowNames();
  const columns: Column<Step>[] = [
    {
      key: "step",
      label: t("steps.step"),
      card: "title",
      render: ({ flow, step }) => (step ? names.step(flow, step) : flow ? t("steps.visits") : t("steps.other")),
    },
    { key: "flow", label: t("steps.flow"), render: ({ flow }) => (flow ? names.flow(flow) : "–") },
    { key: "sent", label: t("steps.sent"), align: "right", render: ({ messages_sent }) => number(messages_sent) },
    { key: "skipped", label: t("steps.skipped"), align: "right", wideOnly: true, render: ({ messages_skipped }) => number(messages_skipped) },
    { key: "clicks", label: t("steps.clicks"), align: "right", render: ({ links_clicked }) => number(links_clicked) },
    { key: "linear", label: t("revenue.linear"), align: "right", render: ({ linear }) => <Moneys amounts={linear} /> },
    { key: "last", label: t("revenue.last"), align: "right", render: ({ last_interaction }) => <Moneys amounts={last_interaction} /> },
  ];
  return (
    <Section title={t("steps.title")} lead={t("steps.lead")} bare>
      <DataList
        label={t("steps.title")}
        columns={columns}
        list={{ items: now.steps }}
        idOf={({ flow, step }) => `${flow}/${step}`}
        hrefOf={({ flow }) => (flow ? paths.flow(flow) : paths.flows())}
        empty={
          <EmptyState icon={IconRoute} title={t("steps.none")} compact>
            {t("steps.noneText")}
          </EmptyState>
        }
      />
    </Section>
  );
}
