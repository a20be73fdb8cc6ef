import { Button } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useRecovery } from "../../app/recovery";
import { Page, PageSkeleton, ProblemView } from "../../design";
import { useFormat } from "../../format/react";
import { CreditsPart } from "./credits-part";
import { FunnelPart, HeadlinePart } from "./funnel-part";
import { PeriodChoice, useAsked } from "./period-choice";
import { RevenuePart } from "./revenue-part";
import { StepsPart } from "./steps-part";

/** What the recovery of carts did and earned in any period, beside another. */
export function ReportsPage() {
  const { t } = useTranslation("reports");
  const { day } = useFormat();
  const asked = useAsked();
  const { period, before } = asked;
  const now = useRecovery(period);
  const then = useRecovery(before);
  const csv = `/api/v1/reports/recovery?${new URLSearchParams({ from: period.from, to: period.to, format: "csv" })}`;
  return (
    <Page
      title={t("title")}
      lead={t("lead", { from: day(period.from), to: day(period.to), beforeFrom: day(before.from), beforeTo: day(before.to) })}
      actions={
        <>
          <Button component="a" href={csv} download variant="default" leftSection={<IconDownload size={17} aria-hidden />}>
            {t("csv")}
          </Button>
          <Button variant="default" leftSection={<IconPrinter size={17} aria-hidden />} onClick={() => window.print()}>
            {t("print")}
          </Button>
        </>
      }
    >
      <PeriodChoice asked={asked} />
      {now.error && !now.data && <ProblemView error={now.error} retry={() => void now.refetch()} />}
      {!now.data && !now.error && <PageSkeleton />}
      {now.data && (
        <>
          <HeadlinePart now={now.data.recovery} before={then.data?.recovery} period={period} />
          <FunnelPart now={now.data.recovery} before={then.data?.recovery} />
          <RevenuePart now={now.data.recovery} before={then.data?.recovery} />
          <StepsPart now={now.data.recovery} />
          <CreditsPart period={period} />
        </>
      )}
    </Page>
  );
}
