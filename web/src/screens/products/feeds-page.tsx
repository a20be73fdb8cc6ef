import { Button } from "@mantine/core";
import { IconFileUpload, IconUpload } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, take, type Schemas } from "../../api/client";
import { below, usePages } from "../../api/queries";
import { useSession } from "../../app/session";
import { DataList, EmptyState, Mark, When, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { Below } from "../customers/person-name";
import { AddressFeeds } from "./address-feeds";
import { Frame } from "./frame";
import classes from "./products.module.css";
import { RefusedDialog, UploadDialog } from "./upload-dialog";

type Import = Schemas["FeedImport"];

/** Product feeds that were taken in, and the way to take in another. */
export function FeedsPage() {
  const { t } = useTranslation("products");
  const { can } = useSession();
  const url = useUrlState("upload");
  const client = useQueryClient();
  const [looked, setLooked] = useState<Import | null>(null);
  const list = usePages("/api/v1/catalogue/imports", {}, (query) => take(api.GET("/api/v1/catalogue/imports", { params: { query } })));
  const upload = can("catalogue:write") && (
    <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={() => url.set({ upload: "1" })}>
      {t("feeds.upload")}
    </Button>
  );
  const refresh = () => void client.invalidateQueries(below("/api/v1/catalogue", "/api/v1/products", "/api/v1/categories"));
  return (
    <Frame title={t("feeds.title")} lead={t("feeds.lead")} actions={upload}>
      <AddressFeeds />
      <h2 className={classes.runs}>{t("feeds.runs")}</h2>
      <DataList
        label={t("feeds.title")}
        columns={useColumns()}
        list={list}
        idOf={({ id }) => id}
        onOpen={setLooked}
        empty={
          <EmptyState icon={IconFileUpload} title={t("feeds.none")} action={upload}>
            {t("feeds.noneText")}
          </EmptyState>
        }
      />
      <UploadDialog isOpen={url.values.upload !== "" && can("catalogue:write")} onClose={url.clear} onDone={refresh} />
      <RefusedDialog import={looked} onClose={() => setLooked(null)} />
    </Frame>
  );
}

/** Of an address the file that lies there: the rest of it is told where the feed is set up. */
function shortly(file: string): string {
  if (!URL.canParse(file)) return file;
  const { pathname, host } = new URL(file);
  return pathname.split("/").findLast(Boolean) ?? host;
}

function useColumns(): Column<Import>[] {
  const { t } = useTranslation("products");
  const { number } = useFormat();
  return [
    { key: "file", label: t("feeds.file"), card: "title", render: ({ file, source, format }) => (<><bdi title={file}>{shortly(file) || source}</bdi><Below>{[source, format.toUpperCase()].filter(Boolean).join(" · ")}</Below></>) },
    { key: "accepted", label: t("feeds.accepted"), width: "9rem", align: "right", render: ({ accepted }) => number(accepted) },
    { key: "refused", label: t("feeds.refused"), width: "9rem", align: "right", render: ({ refused }) => (refused > 0 ? <Mark tone="wait">{number(refused)}</Mark> : number(0)) },
    { key: "deleted", label: t("feeds.deleted"), width: "9rem", align: "right", wideOnly: true, render: ({ deleted }) => number(deleted) },
    { key: "state", label: t("feeds.state"), width: "11rem", card: "aside", render: ({ error }) => <Mark tone={error ? "bad" : "good"}>{t(error ? "feeds.broken" : "feeds.whole")}</Mark> },
    { key: "at", label: t("feeds.at"), width: "9.5rem", render: ({ at }) => <When at={at} /> },
  ];
}
