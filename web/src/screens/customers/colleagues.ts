import { useTranslation } from "react-i18next";
import { queries } from "../../api/client";
import { useSession } from "../../app/session";

/** The name of who did something (`person:ID`, `key:ID`, `flow:ID`), as far as the reader may know it. */
export function useNames(): (by: string | undefined) => string {
  const { t } = useTranslation("customers");
  const { session, can } = useSession();
  const { data } = queries.useQuery("get", "/api/v1/people", { params: { query: { limit: 200 } } }, { enabled: can("people:read"), staleTime: 60_000 });
  const flows = queries.useQuery("get", "/api/v1/flows", {}, { enabled: can("flows:read"), staleTime: 60_000 }).data?.items;
  return (by) => {
    const [kind, id] = (by ?? "").split(":");
    if (kind === "key") return t("notes.program");
    if (kind === "flow") return flows?.find((flow) => flow.id === id)?.name ?? id ?? "";
    if (id === session.person.id) return t("notes.you");
    return data?.items.find((person) => person.id === id)?.name ?? t("notes.someone");
  };
}
