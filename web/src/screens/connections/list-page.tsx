import { Button } from "@mantine/core";
import { IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, EmptyState, ListSkeleton, ProblemView } from "../../design";
import { DataFrame } from "../data/data-frame";
import { ConnectionCard } from "./connection-card";
import classes from "./connections.module.css";
import { useConnections } from "./queries";

/** The shops that are connected, and how each is. */
export function ConnectionsPage() {
  const { t } = useTranslation("connections");
  const { can } = useSession();
  const { data, error, refetch } = useConnections();
  const make = can("sources:write") && (
    <Button component={AppLink} to={paths.newConnection()} leftSection={<IconPlus size={16} />}>
      {t("make")}
    </Button>
  );
  const items = data?.items ?? [];
  return (
    <DataFrame title={t("title")} lead={t("lead")} actions={items.length > 0 && make}>
      {!data && error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <ListSkeleton rows={4} />}
      {data && items.length === 0 && (
        <div className={classes.frame}>
          <EmptyState icon={IconPlugConnected} title={t("none")} action={make}>
            {t("noneText")}
          </EmptyState>
        </div>
      )}
      {items.length > 0 && (
        <ul className={classes.cards}>
          {items.map((connection) => (
            <li key={connection.source}>
              <ConnectionCard connection={connection} />
            </li>
          ))}
        </ul>
      )}
    </DataFrame>
  );
}
