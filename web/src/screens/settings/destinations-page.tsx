import { ActionIcon, Button, Menu, Text } from "@mantine/core";
import { IconDots, IconPlugConnected, IconPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, take, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { ConfirmWithReason, DataList, EmptyState, Mark, Note, RowActions, toastProblem, useUrlState, When, type Column } from "../../design";
import { DestinationForm } from "./destination-form";
import { SettingsFrame } from "./frame";

type Destination = Schemas["DestinationView"];
type Checked = Schemas["CheckedDestination"];

/** Other CRMs, to which flows hand over carts, orders and customers. */
export function DestinationsPage() {
  const { t } = useTranslation(["settings", "common"]);
  const { can } = useSession();
  const { values, set } = useUrlState("add");
  const [edited, setEdited] = useState<Destination | null>(null);
  const [checked, setChecked] = useState<{ name: string; result: Checked } | null>(null);
  const { data, error, refetch, isPending } = queries.useQuery("get", "/api/v1/destinations");
  const isEditable = can("settings:write");
  const columns: Column<Destination>[] = [
    { key: "name", label: t("destinations.name"), render: (destination) => <Named destination={destination} /> },
    { key: "kind", label: t("destinations.kind"), render: ({ kind }) => t(`destinations.kinds.${kind as "hubspot"}`) },
    { key: "handed", label: t("destinations.handedOver"), align: "right", render: ({ handed_over }) => handed_over },
    { key: "last", label: t("destinations.lastOk"), wideOnly: true, render: ({ last_ok_at }) => <When at={last_ok_at} /> },
    { key: "state", label: t("destinations.state"), card: "aside", render: (destination) => <State destination={destination} /> },
    ...(isEditable ? [{ key: "actions", label: t("destinations.doing"), isLabelHidden: true, width: "3rem", card: "aside" as const, render: (destination: Destination) => <Actions destination={destination} onEdit={() => setEdited(destination)} onChecked={(result) => setChecked({ name: destination.name, result })} /> }] : []),
  ];
  const add = (
    <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={() => set({ add: "1" })}>
      {t("destinations.add")}
    </Button>
  );
  return (
    <SettingsFrame section="destinations" actions={isEditable && add}>
      {checked && <Result {...checked} />}
      <DataList
        label={t("destinations.title")}
        columns={columns}
        list={{ items: data?.items ?? [], isLoading: isPending, problem: error ? asProblem(error) : null, retry: () => void refetch() }}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon={IconPlugConnected} title={t("destinations.none")} action={isEditable && add}>
            {t("destinations.noneText")}
          </EmptyState>
        }
      />
      {(values.add !== "" || edited) && (
        <DestinationForm
          destination={edited}
          onChecked={(name, result) => setChecked({ name, result })}
          onClose={() => {
            setEdited(null);
            set({ add: "" });
          }}
        />
      )}
    </SettingsFrame>
  );
}

/** What went wrong came after what went well. */
function isFailing({ last_error, last_error_at, last_ok_at }: Destination): boolean {
  return Boolean(last_error) && (!last_ok_at || (last_error_at ?? "") > last_ok_at);
}

/** The name, and in trouble the other side's words. */
function Named({ destination }: { destination: Destination }) {
  return (
    <>
      {destination.name}
      {isFailing(destination) && (
        <Text size="sm" c="dimmed">
          {destination.last_error}
        </Text>
      )}
    </>
  );
}

function State({ destination }: { destination: Destination }) {
  const { t } = useTranslation("settings");
  if (isFailing(destination)) return <Mark tone="bad">{t("destinations.failing")}</Mark>;
  return destination.is_checked ? <Mark tone="good">{t("destinations.ready")}</Mark> : <Mark tone="wait">{t("destinations.unchecked")}</Mark>;
}

/** What a check showed: the other side's words are shown as they are. */
function Result({ name, result: { is_ok, reason, made, missing } }: { name: string; result: Checked }) {
  const { t } = useTranslation("settings");
  return (
    <div style={{ marginBottom: "1rem" }}>
      <Note tone={is_ok ? "good" : "bad"} role="status" title={t(is_ok ? "destinations.checkedOk" : "destinations.checkedNot", { name })}>
        {missing.length === 0 && reason && <p>{reason}</p>}
        {missing.length > 0 && <p>{t("destinations.missing", { list: missing.join(", ") })}</p>}
        {made.length > 0 && <p>{t("destinations.made", { count: made.length })}</p>}
      </Note>
    </div>
  );
}

function Actions({ destination, onEdit, onChecked }: { destination: Destination; onEdit: () => void; onChecked: (result: Checked) => void }) {
  const { t } = useTranslation(["settings", "common"]);
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const params = { path: { id: destination.id } };
  const refresh = () => client.invalidateQueries(below("/api/v1/destinations", "/api/v1/audit"));
  const check = async () => {
    try {
      onChecked(await take(api.POST("/api/v1/destinations/{id}/check", { params })));
      await refresh();
    } catch (error) {
      toastProblem(error);
    }
  };
  const remove = async () => {
    await api.DELETE("/api/v1/destinations/{id}", { params });
    await refresh();
  };
  return (
    <RowActions>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("destinations.actions", { name: destination.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void check()}>{t("destinations.check")}</Menu.Item>
          <Menu.Item onClick={onEdit}>{t("destinations.edit")}</Menu.Item>
          <Menu.Item onClick={() => setAsking(true)}>{t("destinations.remove")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmWithReason isOpen={isAsking} onClose={() => setAsking(false)} title={t("destinations.removeTitle", { name: destination.name })} action={t("destinations.remove")} isDangerous onConfirm={remove}>
        {t("destinations.removeText")}
      </ConfirmWithReason>
    </RowActions>
  );
}
