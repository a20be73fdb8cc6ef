import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { AppLink, Mark, Reason, Section, When } from "../../design";
import classes from "./customers.module.css";
import type { JourneyPlace } from "./queries";

/** Journeys of the customer, where each stands and what it waits for. */
export function JourneysUnderWay({ journeys }: { journeys: Schemas["JourneyView"][] }) {
  const { t } = useTranslation("customers");
  return (
    <Section title={t("journeys.title")} lead={journeys.length > 0 ? t("journeys.lead") : undefined}>
      {journeys.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("journeys.none")}
        </Text>
      ) : (
        <ul className={classes.plain}>
          {journeys.map((journey) => (
            <li key={journey.id}>
              <div className={classes.between}>
                <Anchor component={AppLink} to={paths.journey(journey.id)}>
                  <bdi>{journey.flow_name}</bdi>
                </Anchor>
                <span className={classes.soft}>
                  {t("journeys.since")} <When at={journey.started_at} />
                </span>
              </div>
              <Places places={journey.places} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Where a journey stands, one place a line. */
export function Places({ places }: { places: JourneyPlace[] }) {
  const { t } = useTranslation("customers");
  return (
    <ul className={classes.places}>
      {places.map((place) => (
        <li key={place.token}>
          {place.waits_for === "incident" ? <Mark tone="bad">{place.name}</Mark> : <strong>{place.name}</strong>}{" "}
          <span className={classes.soft}>
            {place.waits_for === "incident" ? <Reason of="incident" said={place.said} text={place.detail} brief /> : t(`journeys.waits.${place.waits_for}`, { detail: place.detail ?? "" })} {place.due_at && <When at={place.due_at} />}
          </span>
        </li>
      ))}
    </ul>
  );
}
