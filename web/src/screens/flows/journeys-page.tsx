import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { Page } from "../../design";
import { JourneysList } from "./journeys-list";

/** The journeys of all flows. */
export function JourneysPage() {
  const { t } = useTranslation("flows");
  return (
    <Page title={t("tabs.journeys")} lead={t("journeys.lead")} crumbs={[{ label: t("title"), to: paths.flows() }]}>
      <JourneysList />
    </Page>
  );
}
