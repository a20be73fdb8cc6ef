import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink, Page } from "../../design";
import { useSections } from "./frame";
import classes from "./settings.module.css";

/** All parts of the settings, each with a sentence. */
export function OverviewPage() {
  const { t } = useTranslation("settings");
  return (
    <Page title={t("title")}>
      <ul className={classes.cards}>
        {useSections().map(({ name, icon: Icon }) => (
          <li key={name} className={classes.card}>
            <span className={classes.cardIcon} aria-hidden>
              <Icon size={21} stroke={1.6} />
            </span>
            <div>
              <AppLink to={paths.settings(name)}>{t(`${name}.title`)}</AppLink>
              <p>{t(`${name}.lead`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}
