import { Button, Stack } from "@mantine/core";
import { IconMessage2 } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { Mark, Note, Page, PageSkeleton, ProblemView, UrlTabs, When } from "../../design";
import { AgentMenu, useGiveAgent } from "./agent-menu";
import { CartsTab } from "./carts-tab";
import { ContactDialog } from "./contact-dialog";
import { Decisions } from "./decisions";
import { MessagesOf } from "./messages-of";
import { OrdersTab } from "./orders-tab";
import { Overview } from "./overview";
import { usePersonName } from "./person-name";
import { useCustomer, useDecisions, type CustomerData } from "./queries";
import { Tags } from "./tags";
import { Timeline } from "./timeline";

/** One customer: who they are, what they did, what was done. */
export function CustomerPage() {
  const { t } = useTranslation("customers");
  const { id } = useParams({ strict: false }) as { id: string };
  const { data, error, refetch } = useCustomer(id);
  const navigate = useNavigate();
  const real = data?.id;
  useEffect(() => {
    // Joined to another customer meanwhile: the address follows.
    if (real && real !== id) void navigate({ to: paths.customer(real), replace: true } as never);
  }, [real, id, navigate]);
  const crumbs = [{ label: t("title"), to: paths.customers() }];
  if (!data && error) {
    return (
      <Page title={t("title")} crumbs={crumbs}>
        <ProblemView error={error} retry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) return <PageSkeleton />;
  return <Customer key={data.id} data={data} crumbs={crumbs} />;
}

function Customer({ data, crumbs }: { data: CustomerData; crumbs: { label: string; to: string }[] }) {
  const { t } = useTranslation("customers");
  const nameOf = usePersonName();
  const { name, email, phone } = data.profile;
  const shown = nameOf({ name, email });
  const lead = [email, phone].filter((text) => text && text !== shown);
  return (
    <Page
      title={<bdi>{shown}</bdi>}
      documentTitle={shown}
      crumbs={crumbs}
      aside={data.is_suppressed ? <Mark tone="bad">{t("suppressed")}</Mark> : undefined}
      lead={
        <>
          {lead.map((text) => (
            <span key={text}>
              <bdi>{text}</bdi> ·{" "}
            </span>
          ))}
          {data.last_seen_at ? (
            <>
              {t("lastSeen")} <When at={data.last_seen_at} />
            </>
          ) : (
            t("neverSeen")
          )}
        </>
      }
      actions={<Actions data={data} name={shown} />}
    >
      {data.is_suppressed && (
        <Note tone="bad" title={t("suppressed")}>
          {t("suppressedText")}
        </Note>
      )}
      {data.joined.length > 0 && <Note tone="info">{t("joined", { count: data.joined.length })}</Note>}
      <Tags data={data} />
      <UrlTabs
        label={shown}
        tabs={[
          { value: "overview", label: t("tabs.overview"), content: <Overview data={data} name={shown} /> },
          { value: "timeline", label: t("tabs.timeline"), content: <Timeline customer={data.id} /> },
          { value: "carts", label: t("tabs.carts"), content: <CartsTab data={data} /> },
          { value: "orders", label: t("tabs.orders"), content: <OrdersTab customer={data.id} /> },
          { value: "messages", label: t("tabs.messages"), content: <MessagesOf messages={data.messages} /> },
          { value: "why", label: t("tabs.why"), content: <WhyTab customer={data.id} /> },
        ]}
      />
    </Page>
  );
}

function Actions({ data, name }: { data: CustomerData; name: string }) {
  const { t } = useTranslation("customers");
  const { can } = useSession();
  const own = data.agent?.is_own ? data.agent.id : null;
  const { mine, give } = useGiveAgent(data.id, name, own);
  const [isSpeaking, setSpeaking] = useState(false);
  if (!can("customers:write")) return null;
  const label = data.agent ? t(data.agent.is_own ? "agent.own" : "agent.default", { name: data.agent.name }) : t("agent.none");
  return (
    <>
      <AgentMenu label={<bdi>{label}</bdi>} own={own} onGive={give} />
      {mine && own !== mine.id && (
        <Button variant="default" onClick={() => give(mine)}>
          {t("agent.take")}
        </Button>
      )}
      <Button leftSection={<IconMessage2 size={16} aria-hidden />} onClick={() => setSpeaking(true)}>
        {t("contact.action")}
      </Button>
      <ContactDialog customer={data.id} name={name} agent={mine?.id ?? data.agent?.id} isOpen={isSpeaking} onClose={() => setSpeaking(false)} />
    </>
  );
}

function WhyTab({ customer }: { customer: string }) {
  const { t } = useTranslation("customers");
  const list = useDecisions(customer);
  return (
    <Stack gap="md">
      <p className="r-hidden">{t("why.lead")}</p>
      <Decisions list={list} />
    </Stack>
  );
}
