import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session";
import { Page } from "../../design";
import { Checklist } from "./checklist";

export function HomePage() {
  const { t } = useTranslation(["home", "common"]);
  const { session } = useSession();
  return (
    <Page title={t("hello", { name: session.person.name.split(" ")[0] })} documentTitle={t("common:nav.home")} lead={t("lead")}>
      <Checklist />
    </Page>
  );
}
