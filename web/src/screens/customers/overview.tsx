import { Anchor, Button, Group, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, Facts, Figure, Figures, Mark, Money, Moneys, Section, When } from "../../design";
import { useFormat } from "../../format/react";
import { useStageNames } from "../deals/pipelines";
import { Consent } from "./consent";
import classes from "./customers.module.css";
import { JourneysUnderWay } from "./journeys-under-way";
import { From } from "./lineage";
import { Notes } from "./notes";
import type { CustomerData } from "./queries";
import { TraitsDialog } from "./traits-dialog";

/** What one wants to know first, and what one can put right. */
export function Overview({ data, name }: { data: CustomerData; name: string }) {
  return (
    <div className={classes.column}>
      <Totals data={data} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <JourneysUnderWay journeys={data.journeys} />
          <Notes customer={data.id} />
          <Deals data={data} />
        </div>
        <div className={classes.column}>
          <Contact data={data} />
          <Consent data={data} name={name} />
          <Identities data={data} />
          <Traits data={data} />
        </div>
      </div>
    </div>
  );
}

function Totals({ data }: { data: CustomerData }) {
  const { t } = useTranslation("customers");
  const { number, money, list } = useFormat();
  const refunded = data.totals.map((each) => each.refunded).filter(({ minor }) => minor > 0);
  return (
    <Figures>
      <Figure label={t("figures.bought")} value={<Moneys amounts={data.totals.map(({ revenue }) => revenue)} />} hint={refunded.length > 0 ? t("figures.refunded", { amount: list(refunded.map((each) => money(each))) }) : undefined} />
      <Figure label={t("figures.orders")} value={number(data.totals.reduce((sum, { orders }) => sum + orders, 0))} />
      <Figure label={t("figures.products")} value={number(data.products_viewed)} />
      <Figure label={t("figures.pages")} value={number(data.pages_viewed)} hint={t("figures.events", { count: data.events })} />
    </Figures>
  );
}

function Contact({ data }: { data: CustomerData }) {
  const { t } = useTranslation(["customers", "common"]);
  const { can } = useSession();
  const { language } = useFormat();
  const [isEditing, setEditing] = useState(false);
  const { profile } = data;
  const address = addressLines(profile.address);
  const from = (field: string, label: string, value: ReactNode) => (value ? <From customer={data.id} field={field} label={label}>{value}</From> : value);
  return (
    <Section title={t("facts.contact")}>
      <Facts
        facts={[
          { label: t("facts.email"), value: from("email", t("facts.email"), profile.email && <Anchor href={`mailto:${profile.email}`}>{profile.email}</Anchor>) },
          { label: t("facts.phone"), value: from("phone", t("facts.phone"), profile.phone && <Anchor href={`tel:${profile.phone.replaceAll(/[^\d+]/g, "")}`}>{profile.phone}</Anchor>) },
          { label: t("facts.language"), value: from("language", t("facts.language"), languageName(profile.language, language)) },
          ...(profile.time_zone ? [{ label: t("facts.timeZone"), value: from("time_zone", t("facts.timeZone"), profile.time_zone) }] : []),
          ...(address ? [{ label: t("facts.address"), value: from("address", t("facts.address"), address) }] : []),
        ]}
      />
      {can("customers:write") && (
        <Button variant="default" size="compact-md" mt="sm" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => setEditing(true)}>
          {t("edit.action")}
        </Button>
      )}
      <TraitsDialog data={data} isOpen={isEditing} onClose={() => setEditing(false)} />
    </Section>
  );
}

function languageName(code: string | null | undefined, shownIn: string): string | undefined {
  if (!code) return undefined;
  try {
    return new Intl.DisplayNames(shownIn, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function addressLines(address: unknown): string | undefined {
  if (typeof address !== "object" || address === null) return undefined;
  const words = Object.values(address).filter((value) => typeof value === "string" || typeof value === "number");
  return words.length > 0 ? words.join(", ") : undefined;
}

const IDENTITY_KINDS = ["user_id", "anonymous_id", "email", "cart", "checkout", "order"] as const;
const IDENTITIES_SHOWN = 12;

function Identities({ data }: { data: CustomerData }) {
  const { t } = useTranslation(["customers", "common"]);
  const [isAll, setAll] = useState(false);
  const shown = isAll ? data.identities : data.identities.slice(0, IDENTITIES_SHOWN);
  return (
    <Section title={t("facts.identities")} lead={t("facts.identitiesLead")}>
      <ul className={classes.identities}>
        {shown.map(({ kind, value }) => (
          <li key={`${kind} ${value}`} className={classes.identity}>
            <span>{t(`facts.kinds.${IDENTITY_KINDS.find((each) => each === kind) ?? "other"}`)}</span>
            <bdi>{value}</bdi>
          </li>
        ))}
      </ul>
      {data.identities.length > shown.length && (
        <Button variant="subtle" size="compact-sm" mt="sm" onClick={() => setAll(true)}>
          {t("common:showAll")}
        </Button>
      )}
    </Section>
  );
}

function Traits({ data }: { data: CustomerData }) {
  const { t } = useTranslation("customers");
  const traits = Object.entries(data.traits as Record<string, unknown>);
  if (traits.length === 0) return null;
  return (
    <Section title={t("facts.traits")} lead={t("facts.traitsLead")}>
      <Facts facts={traits.map(([label, value]) => ({ label, value: <From customer={data.id} field={`traits.${label}`} label={label}>{typeof value === "object" ? <code className={classes.wrap}>{JSON.stringify(value)}</code> : String(value)}</From> }))} />
    </Section>
  );
}

function Deals({ data }: { data: CustomerData }) {
  const { t } = useTranslation("customers");
  const { stageName } = useStageNames();
  return (
    <Section
      title={t("deals.title")}
      actions={
        data.deals.length > 0 && (
          <Anchor component={AppLink} to={paths.deals()} size="sm">
            {t("deals.open")}
          </Anchor>
        )
      }
    >
      {data.deals.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("deals.none")}
        </Text>
      ) : (
        <ul className={classes.plain}>
          {data.deals.map((deal) => (
            <li key={deal.id} className={classes.between}>
              <Group gap="xs">
                <Mark tone={deal.won_at ? "good" : "neutral"}>{stageName(deal.pipeline, deal.stage)}</Mark>
                {deal.cart ? (
                  <Anchor component={AppLink} to={paths.cart(deal.cart)}>
                    <Money amount={deal.amount} />
                  </Anchor>
                ) : (
                  <Money amount={deal.amount} />
                )}
              </Group>
              <span className={classes.soft}>
                {deal.won_at && `${t("deals.won")} `}
                <When at={deal.won_at ?? deal.created_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
