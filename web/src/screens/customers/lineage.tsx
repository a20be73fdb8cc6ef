import { Loader, Popover, Text, UnstyledButton } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { Facts, ProblemLine, When, type Fact } from "../../design";
import { asProblem } from "../../api/problem";
import { useFormat } from "../../format/react";
import classes from "./customers.module.css";

interface FromProps {
  customer: string;
  /** The field's name in the API: `email`, `traits.vip`, `consent.marketing.email`; of a cart `lines`, `coupon` … */
  field: string;
  /** What the field is called on the page. */
  label: string;
  cart?: string;
  /** What the field holds. */
  children: ReactNode;
}

/** A value beside which one can ask where it comes from: which event of which source said it. */
export function From({ customer, field, label, cart, children }: FromProps) {
  const { t } = useTranslation("customers");
  const [isOpen, setOpen] = useState(false);
  return (
    <span className={classes.from}>
      {children}
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={320} shadow="md" trapFocus returnFocus>
        <Popover.Target>
          <UnstyledButton className={`${classes.fromButton} r-no-print`} onClick={() => setOpen(!isOpen)} aria-label={t("lineage.ask", { label })} title={t("lineage.ask", { label })} aria-expanded={isOpen}>
            <IconHistory size={14} aria-hidden />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown>{isOpen && <Answer customer={customer} field={field} cart={cart} />}</Popover.Dropdown>
      </Popover>
    </span>
  );
}

function Answer({ customer, field, cart }: { customer: string; field: string; cart: string | undefined }) {
  const { t } = useTranslation("customers");
  const query = { field, ...(cart ? { cart } : {}) };
  const { data, error } = queries.useQuery("get", "/api/v1/customers/{id}/lineage", { params: { path: { id: customer }, query } });
  if (error) return <ProblemLine problem={asProblem(error)} />;
  if (!data) return <Loader size="xs" aria-label={t("lineage.looking")} />;
  if (!data.event) return <Text size="sm" c="dimmed" tabIndex={0}>{t(data.is_complete ? "lineage.nobody" : "lineage.longAgo", { count: data.looked_at })}</Text>;
  return <Event event={data.event} />;
}

function Event({ event }: { event: Schemas["Origin"] }) {
  const { t } = useTranslation("customers");
  const { date } = useFormat();
  const facts: Fact[] = [
    { label: t("lineage.event"), value: event.name || event.kind },
    { label: t("lineage.source"), value: event.source === 0 ? t("lineage.ours") : (event.source_name ?? event.source) },
    { label: t("lineage.at"), value: date(event.occurred_at, "second") },
    { label: t("lineage.heard"), value: <When at={event.received_at} /> },
    ...(event.by ? [{ label: t("lineage.by"), value: event.by }] : []),
    ...(event.message_id ? [{ label: t("lineage.message"), value: <code className={classes.wrap}>{event.message_id}</code> }] : []),
  ];
  return (
    <div tabIndex={0} className={classes.lineage}>
      <Facts facts={facts} />
    </div>
  );
}
