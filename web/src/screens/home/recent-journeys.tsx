import { Anchor, Text } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { useFlowNames } from "../../app/flow-names";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, EmptyState, ProblemView, Reason, Section, StateBadge, TextSkeleton, When } from "../../design";
import classes from "./home.module.css";

const SHOWN = 7;

/** The newest journeys, whatever became of them. */
export function RecentJourneys() {
  const { t } = useTranslation(["home", "common"]);
  const { can } = useSession();
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/journeys", { params: { query: { limit: SHOWN } } }, { enabled: can("flows:read") });
  const journeys = data?.items ?? [];
  return (
    <Section
      title={t("journeys.title")}
      actions={
        journeys.length > 0 && (
          <Anchor component={AppLink} to={paths.journeys()} size="sm">
            {t("common:showAll")}
          </Anchor>
        )
      }
    >
      {error && !data && <ProblemView error={error} retry={() => void refetch()} compact />}
      {!data && !error && <TextSkeleton lines={5} />}
      {data && journeys.length === 0 && (
        <EmptyState icon={IconRoute} title={t("journeys.none")} compact>
          {t("journeys.noneText")}
        </EmptyState>
      )}
      <ul className={classes.rows}>
        {journeys.map((journey) => (
          <JourneyRow key={journey.id} journey={journey} />
        ))}
      </ul>
    </Section>
  );
}

function JourneyRow({ journey }: { journey: Schemas["JourneyItem"] }) {
  const { t } = useTranslation("common");
  const { step } = useFlowNames();
  const where = journey.at[0];
  const { customer } = journey;
  return (
    <li className={classes.row}>
      <span className={classes.rowText}>
        <AppLink to={paths.journey(journey.id)}>
          <span dir="auto">{customer.name || customer.email || t("search.unnamed")}</span>
        </AppLink>
        <br />
        <small>
          {journey.flow_name}
          {where && ` · ${step(journey.flow, where)}`}
        </small>
        {journey.stopped && (
          <Text size="xs" c="dimmed" lineClamp={2}>
            <Reason of="incident" said={journey.stopped.said} text={journey.stopped.reason} brief />
          </Text>
        )}
      </span>
      <span className={classes.rowAside}>
        <StateBadge of="journey" state={journey.state} />
        <br />
        <When at={journey.ended_at ?? journey.started_at} />
      </span>
    </li>
  );
}
