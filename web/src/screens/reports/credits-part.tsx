import { Button } from "@mantine/core";
import { IconDownload, IconReceipt } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages, type PageOf } from "../../api/queries";
import { useFlowNames } from "../../app/flow-names";
import { paths } from "../../app/paths";
import type { Period } from "../../app/recovery";
import { DataList, EmptyState, Mark, Money, Section, When, type Column } from "../../design";

type Credit = Schemas["CreditItem"];

/** The orders behind the figures, touch by touch: who wants to can add it up. */
export function CreditsPart({ period }: { period: Period }) {
  const { t } = useTranslation(["reports", "common"]);
  const names = useFlowNames();
  const credits = usePages("/api/v1/reports/credits", { from: period.from, to: period.to }, (query) => take(api.GET("/api/v1/reports/credits", { params: { query } })) as Promise<PageOf<Credit>>, { limit: 10 });
  const csv = `/api/v1/reports/credits?${new URLSearchParams({ from: period.from, to: period.to, format: "csv" })}`;
  const columns: Column<Credit>[] = [
    { key: "order", label: t("credits.order"), width: "9rem", card: "title", render: ({ order }) => order },
    { key: "customer", label: t("credits.customer"), render: ({ customer }) => <span dir="auto">{customer.name || customer.email || t("common:search.unnamed")}</span> },
    {
      key: "touch",
      label: t("credits.touch"),
      render: ({ kind, flow, step }) => (
        <>
          {t(`credits.kinds.${kind}` as "credits.kinds.message")}
          {step && ` · ${names.step(flow, step)}`}
        </>
      ),
    },
    { key: "at", label: t("credits.at"), wideOnly: true, card: "aside", render: ({ ordered_at }) => <When at={ordered_at} /> },
    { key: "total", label: t("credits.total"), align: "right", wideOnly: true, card: "hidden", render: ({ total }) => <Money amount={total} /> },
    { key: "linear", label: t("revenue.linear"), align: "right", render: (credit) => (credit.is_agent_closed ? <Mark tone="info">{t("credits.agentClosed")}</Mark> : <Money amount={credit.linear} />) },
    { key: "last", label: t("revenue.last"), align: "right", render: (credit) => (credit.is_agent_closed ? "–" : <Money amount={credit.last_interaction} />) },
  ];
  return (
    <div className="r-no-print">
      <Section
        title={t("credits.title")}
        lead={t("credits.lead")}
        bare
        actions={
          <Button component="a" href={csv} download variant="subtle" color="gray" leftSection={<IconDownload size={17} aria-hidden />}>
            {t("csv")}
          </Button>
        }
      >
        <DataList
          label={t("credits.title")}
          columns={columns}
          list={credits}
          idOf={({ order, n }) => `${order}/${n}`}
          hrefOf={({ customer }) => paths.customer(customer.id)}
          empty={
            <EmptyState icon={IconReceipt} title={t("credits.none")} compact>
              {t("credits.noneText")}
            </EmptyState>
          }
        />
      </Section>
    </div>
  );
}
