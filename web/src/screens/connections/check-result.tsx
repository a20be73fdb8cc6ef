import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { Note } from "../../design";
import { Trouble } from "./trouble";

/** What one call to the shop showed. */
export function CheckResult({ result }: { result: Schemas["CheckedConnection"] }) {
  const { t } = useTranslation("connections");
  if (!result.is_ok) {
    return (
      <Note tone="bad" role="alert" title={t("wizard.access.fails")}>
        <Trouble text={result.reason ?? ""} />
      </Note>
    );
  }
  return (
    <Note tone="good" role="status" title={t("wizard.access.works")}>
      {t("wizard.access.worksText")} {typeof result.orders === "number" && t("wizard.access.worksOrders", { count: result.orders })}
    </Note>
  );
}
