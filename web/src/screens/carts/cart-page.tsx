import { Anchor, Button } from "@mantine/core";
import { IconMessage2, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { queries, type Schemas } from "../../api/client";
import { paths } from "../../app/paths";
import { useAgents, useSession } from "../../app/session";
import { AppLink, Facts, Figure, Figures, Money, Page, PageSkeleton, ProblemView, Section, StateBadge, UrlTabs, When, type Fact } from "../../design";
import { useFormat } from "../../format/react";
import { AgentMenu, useGiveAgent } from "../customers/agent-menu";
import { ContactDialog } from "../customers/contact-dialog";
import { Decisions } from "../customers/decisions";
import { From } from "../customers/lineage";
import { MessagesOf } from "../customers/messages-of";
import { usePersonName } from "../customers/person-name";
import { useCustomer, useDecisions } from "../customers/queries";
import { useStageNames } from "../deals/pipelines";
import { CartHistory } from "./history";
import { CartJourney } from "./journey";
import { Lines } from "./lines";
import { NextStep, useNextSteps } from "./next-step";
import { isWeb } from "./web-address";

type Data = Schemas["CartPage"];

/** One cart: what is in it, the way it goes, and what was decided. */
export function CartPage() {
  const { t } = useTranslation("carts");
  const { id } = useParams({ strict: false }) as { id: string };
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/carts/{id}", { params: { path: { id } } });
  const crumbs = [{ label: t("title"), to: paths.carts() }];
  if (!data && error) {
    return (
      <Page title={t("title")} crumbs={crumbs}>
        <ProblemView error={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) return <PageSkeleton />;
  return <Cart key={data.cart.id} data={data} crumbs={crumbs} />;
}

function Cart({ data, crumbs }: { data: Data; crumbs: { label: string; to: string }[] }) {
  const { t } = useTranslation("carts");
  const { cart, customer } = data;
  const name = usePersonName()(customer);
  return (
    <Page
      title={<bdi>{t("of", { customer: name })}</bdi>}
      documentTitle={t("of", { customer: name })}
      crumbs={crumbs}
      aside={<StateBadge of="cart" state={cart.state} />}
      lead={
        <Anchor component={AppLink} to={paths.customer(customer.id)}>
          <bdi>{customer.email ?? t("openCustomer")}</bdi>
        </Anchor>
      }
      actions={<Actions data={data} name={name} />}
    >
      <Summary data={data} />
      <UrlTabs
        label={t("of", { customer: name })}
        tabs={[
          { value: "products", label: t("tabs.products"), content: <Products data={data} /> },
          { value: "journey", label: t("tabs.journey"), content: <CartJourney cart={cart.id} customer={customer.id} /> },
          { value: "history", label: t("tabs.history"), content: <CartHistory cart={cart} customer={customer.id} /> },
          { value: "messages", label: t("tabs.messages"), content: <CartMessages cart={cart.id} customer={customer.id} /> },
          { value: "why", label: t("tabs.why"), content: <CartWhy cart={cart.id} customer={customer.id} /> },
        ]}
      />
    </Page>
  );
}

function Actions({ data, name }: { data: Data; name: string }) {
  const { t } = useTranslation("customers");
  const { can } = useSession();
  const { customer, cart } = data;
  const { nameOf } = useAgents();
  const { mine, give } = useGiveAgent(customer.id, name, customer.agent);
  const [isSpeaking, setSpeaking] = useState(false);
  if (!can("customers:write")) return null;
  const isMine = mine !== undefined && customer.agent === mine.id;
  return (
    <>
      <AgentMenu label={<bdi>{customer.agent ? t("agent.own", { name: nameOf(customer.agent) ?? "…" }) : t("agent.none")}</bdi>} own={customer.agent} onGive={give} />
      {mine && !isMine && (
        <Button variant="default" leftSection={<IconUserCheck size={16} aria-hidden />} onClick={() => give(mine)}>
          {t("agent.takeShort")}
        </Button>
      )}
      {isMine && (
        <Button variant="default" leftSection={<IconUserOff size={16} aria-hidden />} onClick={() => give(null)}>
          {t("agent.release")}
        </Button>
      )}
      <Button leftSection={<IconMessage2 size={16} aria-hidden />} onClick={() => setSpeaking(true)}>
        {t("contact.action")}
      </Button>
      <ContactDialog customer={customer.id} cart={cart.id} name={name} agent={mine?.id ?? customer.agent ?? undefined} isOpen={isSpeaking} onClose={() => setSpeaking(false)} />
    </>
  );
}

function Summary({ data }: { data: Data }) {
  const { t } = useTranslation("carts");
  const { cart } = data;
  const { number } = useFormat();
  const nextOf = useNextSteps([cart.id]);
  const journey = nextOf(cart.id);
  const pieces = cart.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <Figures>
      <Figure label={t("value")} value={<Money amount={cart.total} />} hint={t("pieces", { count: pieces, number: number(pieces) })} />
      <Figure label={t("idle")} value={<When at={cart.last_activity_at} />} />
      <Figure label={t("opened")} value={<When at={cart.opened_at} />} />
      <Figure label={t("next")} value={journey ? <NextStep journey={journey} /> : "–"} hint={journey ? undefined : t("nextNone")} />
    </Figures>
  );
}

function Products({ data }: { data: Data }) {
  const { t } = useTranslation("carts");
  const { date } = useFormat();
  const { stageName } = useStageNames();
  const { cart, deal, customer } = data;
  const from = (field: string, label: string, value: ReactNode) => <From customer={customer.id} cart={cart.id} field={field} label={label}>{value}</From>;
  const facts: Fact[] = [
    { label: t("opened"), value: date(cart.opened_at, "minute") },
    { label: t("value"), value: from("lines", t("value"), <Money amount={cart.total} />) },
    ...(cart.abandoned_at ? [{ label: t("abandoned"), value: date(cart.abandoned_at, "minute") }] : []),
    ...(cart.closed_at ? [{ label: t("closed"), value: date(cart.closed_at, "minute") }] : []),
    ...(deal ? [{ label: t("deal"), value: <bdi>{stageName(deal.pipeline, deal.stage)}</bdi> }] : []),
    ...(cart.order ? [{ label: t("order"), value: from("order", t("order"), cart.order) }] : []),
    ...(cart.shop_id ? [{ label: t("shopId"), value: cart.shop_id }] : []),
    ...(cart.coupon ? [{ label: t("coupon"), value: from("coupon", t("coupon"), cart.coupon) }] : []),
    ...(cart.step ? [{ label: t("step"), value: from("step", t("step"), cart.step) }] : []),
    ...(isWeb(cart.checkout_url) ? [{ label: t("checkout"), value: <Anchor href={cart.checkout_url} target="_blank" rel="noreferrer">{cart.checkout_url}</Anchor> }] : []),
  ];
  return (
    <>
      <Lines lines={cart.lines} catalogue={data.catalogue} />
      <div style={{ marginTop: "1.5rem" }}>
        <Section title={t("facts")}>
          <Facts facts={facts} columns={2} />
        </Section>
      </div>
    </>
  );
}

function CartMessages({ cart, customer }: { cart: string; customer: string }) {
  const { data, error, refetch } = useCustomer(customer);
  if (!data && error) return <ProblemView error={error} retry={() => void refetch()} compact />;
  if (!data) return <PageSkeleton />;
  return <MessagesOf messages={data.messages.filter((message) => message.cart === cart)} />;
}

function CartWhy({ cart, customer }: { cart: string; customer: string }) {
  const list = useDecisions(customer);
  return <Decisions list={{ ...list, items: list.items.filter((decision) => decision.cart === cart) }} hideCart />;
}
