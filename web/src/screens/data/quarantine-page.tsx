import { IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { DataList, EmptyState, FilterBar, FilterChoice, Reason, StateBadge, When, useUrlState, type Column } from "../../design";
import { DataFrame } from "./data-frame";
import { QuarantineDrawer } from "./quarantine-drawer";

type Quarantined = Schemas["Quarantined"];
const STATES = ["open", "replayed", "dropped"] as const;

/** Events that could not be understood: put right and sent again, or let go. */
export function QuarantinePage() {
  const { t } = useTranslation(["data", "common"]);
  const url = useUrlState("state", "event");
  const state = STATES.find((each) => each === url.values.state);
  const list = usePages("/api/v1/quarantine", { state }, (query) => take(api.GET("/api/v1/quarantine", { params: { query } })));
  const columns: Column<Quarantined>[] = [
    { key: "name", label: t("quarantine.event"), width: "13rem", render: (event) => nameOf(event) || t("quarantine.unnamed") },
    { key: "state", label: t("quarantine.state"), width: "8rem", card: "aside", render: (event) => <StateBadge of="quarantine" state={event.state} /> },
    { key: "reason", label: t("quarantine.reason"), render: ({ reason, said }) => <Reason of="quarantine" said={said} text={reason} brief /> },
    { key: "when", label: t("quarantine.received"), width: "10rem", render: ({ received_at }) => <When at={received_at} /> },
  ];
  return (
    <DataFrame title={t("quarantine.title")} lead={t("quarantine.lead")}>
      <FilterBar clear={() => url.set({ state: "" })} isAny={url.values.state !== ""}>
        <FilterChoice label={t("quarantine.state")} any={t("common:all")} value={state ?? ""} onChange={(value) => url.set({ state: value })} options={STATES.map((value) => ({ value, label: t(`common:states.quarantine.${value}`) }))} />
      </FilterBar>
      <DataList
        label={t("quarantine.title")}
        columns={columns}
        list={list}
        idOf={({ id }) => id}
        onOpen={({ id }) => url.set({ event: id })}
        empty={
          <EmptyState icon={IconShieldCheck} title={t(state ? "quarantine.noneSuch" : "quarantine.none")}>
            {t("quarantine.noneText")}
          </EmptyState>
        }
      />
      <QuarantineDrawer id={url.values.event || null} onClose={() => url.set({ event: "" })} />
    </DataFrame>
  );
}

/** What the sender called it: where not even the kind could be read, the name may still stand in the text. */
export function nameOf({ name, kind, body }: Quarantined): string {
  if (name) return name;
  const found = /"event"\s*:\s*"([^"]{1,80})"/.exec(body)?.[1] ?? /"type"\s*:\s*"([^"]{1,40})"/.exec(body)?.[1];
  return found ?? (kind === "call" ? "" : kind);
}
