import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSession, useWorkspace } from "../../app/session";
import { Page, useUrlState } from "../../design";
import { addDays, todayIn } from "../../format/days";
import { Checklist } from "./checklist";
import classes from "./home.module.css";
import { MoneyPart } from "./money-part";
import { PersonPart } from "./person-part";
import { RecentJourneys } from "./recent-journeys";

const LENGTHS = ["7", "30", "90"] as const;

/** What came back, what needs a person now, and what is under way. */
export function HomePage() {
  const { t } = useTranslation(["home", "common"]);
  const { session, can } = useSession();
  const { timeZone } = useWorkspace();
  const { values, set } = useUrlState("days");
  const days = LENGTHS.find((each) => each === values.days) ?? "30";
  const to = todayIn(timeZone);
  const period = { from: addDays(to, 1 - Number(days)), to };
  return (
    <Page
      title={t("hello", { name: session.person.name.split(" ")[0] })}
      documentTitle={t("common:nav.home")}
      lead={t("lead")}
      actions={
        <SegmentedControl
          aria-label={t("period")}
          value={days}
          onChange={(value) => set({ days: value === "30" ? "" : value })}
          data={LENGTHS.map((value) => ({ value, label: t("days", { count: Number(value) }) }))}
        />
      }
    >
      <Checklist />
      {can("reports:read") && <MoneyPart period={period} />}
      <div className={classes.columns}>
        <PersonPart />
        <RecentJourneys />
      </div>
    </Page>
  );
}
