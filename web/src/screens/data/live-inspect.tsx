import { Anchor, Button, Drawer, Group, Stack } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink, Facts, When } from "../../design";
import { useFormat } from "../../format/react";
import { PersonName } from "../customers/person-name";
import classes from "./data.module.css";
import type { LogEvent } from "./use-stream";

interface InspectProps {
  event: LogEvent | null;
  onClose: () => void;
  /** Shows only events like this one. */
  onOnly: (filter: { name?: string; customer?: string }) => void;
}

/** One event, as it was received. */
export function Inspect({ event, onClose, onOnly }: InspectProps) {
  const { t } = useTranslation(["data", "common"]);
  return (
    <Drawer opened={event !== null} onClose={onClose} position="right" size="lg" title={event?.name || event?.kind} closeButtonProps={{ "aria-label": t("common:close") }}>
      {event && <Content event={event} onOnly={onOnly} />}
    </Drawer>
  );
}

function Content({ event, onOnly }: { event: LogEvent; onOnly: InspectProps["onOnly"] }) {
  const { t } = useTranslation("data");
  const { number } = useFormat();
  const { customer } = event;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          { label: t("live.customer"), value: customer ? <Anchor component={AppLink} to={paths.customer(customer.id)}><PersonName person={customer} /></Anchor> : null },
          { label: t("live.happened"), value: <When at={event.occurred_at} exact /> },
          { label: t("live.received"), value: <When at={event.received_at} exact /> },
          { label: t("live.position"), value: number(event.position) },
        ]}
      />
      <Group gap="xs">
        {event.name && (
          <Button size="compact-md" variant="default" leftSection={<IconFilter size={15} aria-hidden />} onClick={() => onOnly({ name: event.name })}>
            {t("live.onlyName")}
          </Button>
        )}
        {customer && (
          <Button size="compact-md" variant="default" leftSection={<IconFilter size={15} aria-hidden />} onClick={() => onOnly({ customer: customer.id })}>
            {t("live.onlyCustomer")}
          </Button>
        )}
      </Group>
      <strong>{t("live.payload")}</strong>
      <pre className={classes.json} tabIndex={0}>
        {JSON.stringify(event.payload, null, 2)}
      </pre>
    </Stack>
  );
}
