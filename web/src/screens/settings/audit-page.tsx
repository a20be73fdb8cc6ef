import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { useSession } from "../../app/session";
import { DataList, EmptyState, When, type Column } from "../../design";
import { SettingsFrame } from "./frame";

type Entry = Schemas["AuditEntry"];

/** Who did what at the desk. */
export function AuditPage() {
  const { t } = useTranslation("settings");
  const actor = useActors();
  const entries = usePages("/api/v1/audit", {}, (query) => take(api.GET("/api/v1/audit", { params: { query } })));
  const columns: Column<Entry>[] = [
    { key: "action", label: t("audit.action"), card: "title", render: ({ action }) => t(`audit.actions.${action.replace(".", "_")}` as "audit.actions.key_created", { defaultValue: action }) },
    { key: "detail", label: t("audit.detail"), render: (entry) => detailOf(entry) },
    { key: "actor", label: t("audit.actor"), render: (entry) => actor(entry.actor) },
    { key: "at", label: t("audit.at"), card: "aside", align: "right", render: ({ at }) => <When at={at} /> },
  ];
  return (
    <SettingsFrame section="audit">
      <DataList
        label={t("audit.title")}
        columns={columns}
        list={entries}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={IconHistory} title={t("audit.none")}>
            {t("audit.noneText")}
          </EmptyState>
        }
      />
    </SettingsFrame>
  );
}

/** The name, address or kind that an entry's detail has, whichever says most. */
function detailOf({ detail }: Entry): string {
  const known: Record<string, unknown> = detail;
  const said = known["name"] ?? known["email"] ?? known["kind"];
  return typeof said === "string" ? said : "–";
}

function useActors(): (actor: string) => string {
  const { t } = useTranslation("settings");
  const { can } = useSession();
  const { data } = useQuery({ queryKey: ["get", "/api/v1/people", "names"], queryFn: () => take(api.GET("/api/v1/people", { params: { query: { limit: 200 } } })), enabled: can("people:read"), staleTime: 60_000 });
  return (actor) => {
    const [kind, id] = actor.split(":");
    if (kind === "person") return data?.items.find((member) => member.id === id)?.name ?? t("audit.person");
    return kind === "key" ? t("audit.key") : t("audit.commandLine");
  };
}
