import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink } from "../../design";
import { SHOPS, TRACKERS, type TrackerName } from "../../i18n/guide";
import classes from "./connections.module.css";
import type { ShopKind } from "./queries";
import { ShopMark } from "./shop-mark";

/** The shops that can be connected, each with a line. */
export function PickStep({ kinds }: { kinds: ShopKind[] }) {
  const { t } = useTranslation("connections");
  const known = SHOPS.filter((name) => kinds.some((kind) => kind.name === name));
  return (
    <>
      <section aria-labelledby="pick">
        <Title order={2} id="pick">
          {t("wizard.pick")}
        </Title>
        <p className={classes.soft}>{t("wizard.pickText")}</p>
        <ul className={classes.shops}>
          {known.map((name) => (
            <li key={name}>
              <AppLink to={paths.newConnection({ shop: name })} className={classes.shop}>
                <ShopMark shop={name} />
                <span>
                  <strong>{t(`shops.${name}.name`)}</strong>
                  <span className={classes.soft}>{t(`shops.${name}.about`)}</span>
                </span>
              </AppLink>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="pick-tracker">
        <Title order={2} id="pick-tracker" className={classes.nextTitle}>
          {t("trackers.title")}
        </Title>
        <p className={classes.soft}>{t("trackers.lead")}</p>
        <ul className={classes.shops}>
          {TRACKERS.map((name) => (
            <Tracker key={name} name={name} to={paths.newConnection({ shop: name })} />
          ))}
          <Tracker name="segment" to={paths.makeKey()} />
        </ul>
      </section>
    </>
  );
}

function Tracker({ name, to }: { name: TrackerName | "segment"; to: string }) {
  const { t } = useTranslation("connections");
  return (
    <li>
      <AppLink to={to} className={classes.shop}>
        <ShopMark shop={name} />
        <span>
          <strong>{t(`trackers.${name}.name`)}</strong>
          <span className={classes.soft}>{t(`trackers.${name}.about`)}</span>
        </span>
      </AppLink>
    </li>
  );
}
