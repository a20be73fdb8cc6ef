import { useTranslation } from "react-i18next";
import type { Guide, TrackerGuide } from "../../i18n/guide";
import classes from "./connections.module.css";

/** What one should have at hand before one begins. */
export function Needs({ guide }: { guide: Guide | TrackerGuide }) {
  const { t } = useTranslation("connections");
  return (
    <div className={classes.needs}>
      <strong>{t("wizard.needs")}</strong>
      <ul>
        {guide.needs.map((need) => (
          <li key={need}>{need}</li>
        ))}
      </ul>
    </div>
  );
}
