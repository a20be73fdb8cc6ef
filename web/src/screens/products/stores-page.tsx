import { Anchor } from "@mantine/core";
import { IconBuildingStore } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { usePages } from "../../api/queries";
import { DataList, EmptyState, Mark, RowActions, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { Below } from "../customers/person-name";
import { Frame } from "./frame";

type Store = Schemas["StoreItem"];

/** Places that hold stock or that people walk into. */
export function StoresPage() {
  const { t } = useTranslation("products");
  const list = usePages("/api/v1/stores", {}, (query) => take(api.GET("/api/v1/stores", { params: { query } })));
  return (
    <Frame title={t("stores.title")} lead={t("stores.lead")}>
      <DataList
        label={t("stores.title")}
        columns={useColumns()}
        list={list}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={IconBuildingStore} title={t("stores.none")}>
            {t("stores.noneText")}
          </EmptyState>
        }
      />
    </Frame>
  );
}

function useColumns(): Column<Store>[] {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  const degrees = (value: number) => number(value, { maximumFractionDigits: 4 });
  return [
    { key: "name", label: t("stores.name"), card: "title", render: ({ name, location_id }) => (<><bdi>{name}</bdi><Below>{location_id !== name ? location_id : ""}</Below></>) },
    { key: "address", label: t("stores.address"), render: ({ street, city, postal_code, country }) => <bdi>{[street, [postal_code, city].filter(Boolean).join(" "), country].filter(Boolean).join(", ") || "–"}</bdi> },
    { key: "phone", label: t("stores.phone"), width: "11rem", render: ({ phone }) => (phone ? <RowActions><Anchor href={`tel:${phone.replaceAll(/[^\d+]/g, "")}`}>{phone}</Anchor></RowActions> : "–") },
    { key: "place", label: t("stores.place"), width: "12rem", wideOnly: true, render: ({ latitude, longitude }) => (latitude === null || latitude === undefined || longitude === null || longitude === undefined ? "–" : `${degrees(latitude)}, ${degrees(longitude)}`) },
    { key: "active", label: t("stores.state"), width: "8rem", card: "aside", render: ({ is_active }) => <Mark tone={is_active ? "good" : "neutral"}>{t(is_active ? "stores.open" : "stores.closed")}</Mark> },
  ];
}
