import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { below, usePages } from "../../api/queries";
import { useSession } from "../../app/session";
import { ConfirmWithReason, DataList, EmptyState, Mark, RowActions, When, toast, useUrlState, type Column } from "../../design";
import { useFormat } from "../../format/react";
import { DataFrame } from "./data-frame";
import { MakeKey } from "./make-key";

type Key = Schemas["Key"];

/** What shops and programs show at the door. */
export function KeysPage() {
  const { t } = useTranslation("data");
  const { can } = useSession();
  const url = useUrlState("make");
  const client = useQueryClient();
  const [revoking, setRevoking] = useState<Key | null>(null);
  const list = usePages("/api/v1/keys", {}, (query) => take(api.GET("/api/v1/keys", { params: { query } })));
  const columns = useColumns(can("sources:write") ? setRevoking : undefined);
  const make = can("sources:write") && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => url.set({ make: "1" })}>
      {t("keys.make")}
    </Button>
  );
  const revoke = async () => {
    if (!revoking) return;
    await api.DELETE("/api/v1/keys/{id}", { params: { path: { id: revoking.id } } });
    await client.invalidateQueries(below("/api/v1/keys"));
    toast(t("keys.revoked", { name: revoking.name }));
  };
  return (
    <DataFrame title={t("keys.title")} lead={t("keys.lead")} actions={make}>
      <DataList
        label={t("keys.title")}
        columns={columns}
        list={list}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={IconKey} title={t("keys.none")} action={make}>
            {t("keys.noneText")}
          </EmptyState>
        }
      />
      <MakeKey isOpen={url.values.make !== ""} onClose={url.clear} />
      <ConfirmWithReason isOpen={revoking !== null} onClose={() => setRevoking(null)} title={t("keys.revokeTitle", { name: revoking?.name ?? "" })} action={t("keys.revoke")} isDangerous onConfirm={revoke}>
        {t("keys.revokeText")}
      </ConfirmWithReason>
    </DataFrame>
  );
}

function useColumns(revoke: ((key: Key) => void) | undefined): Column<Key>[] {
  const { t } = useTranslation("data");
  const { list } = useFormat();
  const { data } = queries.useQuery("get", "/api/v1/sources", { params: { query: { limit: 200 } } });
  const sourceOf = (id: number) => data?.items.find((source) => source.id === id)?.name;
  return [
    { key: "name", label: t("keys.name"), render: ({ name }) => <strong style={{ fontWeight: 540 }}>{name}</strong> },
    { key: "state", label: t("keys.state"), width: "8rem", card: "aside", render: ({ revoked_at }) => (revoked_at ? <Mark tone="neutral">{t("keys.isRevoked")}</Mark> : <Mark tone="good">{t("keys.isValid")}</Mark>) },
    { key: "kind", label: t("keys.kind"), render: ({ kind }) => t(`keys.kinds.${kind}`) },
    { key: "prefix", label: t("keys.begins"), wideOnly: true, render: ({ prefix }) => <code>{prefix}…</code> },
    { key: "for", label: t("keys.reach"), wideOnly: true, render: ({ kind, scopes, source }) => (kind === "api" ? list(scopes) : (sourceOf(source) ?? "–")) },
    { key: "used", label: t("keys.used"), render: ({ last_used_at }) => (last_used_at ? <When at={last_used_at} /> : t("keys.never")) },
    ...(revoke
      ? [
          {
            key: "revoke",
            label: t("keys.action"),
            width: "6rem",
            render: (key: Key) =>
              key.revoked_at ? null : (
                <RowActions>
                  <Button size="compact-sm" variant="default" onClick={() => revoke(key)} aria-label={`${t("keys.revoke")}: ${key.name}`}>
                    {t("keys.revoke")}
                  </Button>
                </RowActions>
              ),
          } satisfies Column<Key>,
        ]
      : []),
  ];
}
