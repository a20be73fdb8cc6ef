import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink } from "../../design";
import { SHOPS } from "../../i18n/guide";
import classes from "./connections.module.css";
import type { ShopKind } from "./queries";
import { ShopMark } from "./shop-mark";

/** The shops that can be connected, each with a line. */
export function PickStep({ kinds }: { kinds: ShopKind[] }) {
  const { t } = useTranslation("connections");
  const known = SHOPS.filter((name) => kinds.some((kind) => kind.name === name));
  return (
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
  );
}
