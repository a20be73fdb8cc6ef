import { Anchor, Button } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useSession } from "../../app/session";
import { AppLink, Note, Page, PageSkeleton, ProblemView, useUrlState } from "../../design";
import { isShopName, isTrackerName, type ShopName, type TrackerName } from "../../i18n/guide";
import classes from "./connections.module.css";
import { useConnection, useShopKinds, type Connection, type ShopKind } from "./queries";
import { AccessStep } from "./step-access";
import { DoneStep } from "./step-done";
import { HistoryStep } from "./step-history";
import { MappingStep } from "./step-mapping";
import { PickStep } from "./step-pick";
import { WebhooksStep } from "./step-webhooks";
import { StepsBar, type StepName } from "./steps-bar";
import { useWords } from "./texts";
import { TrackerStep } from "./tracker-step";

/** From nothing to a shop that is connected, step by step. Where one is stands in the address; what is done is on the server. */
export function WizardPage() {
  const { t } = useTranslation(["connections", "common"]);
  const { can } = useSession();
  const url = useUrlState("shop", "source", "step");
  const source = /^\d+$/.test(url.values.source) ? Number(url.values.source) : null;
  const kinds = useShopKinds();
  const connection = useConnection(source);
  const seen = useRef("");
  if (!can("sources:write")) return <Page title={t("wizard.title")} width="reading"><Note>{t("common:notAllowed")}</Note></Page>;
  const problem = kinds.error ?? (source === null ? null : connection.error);
  if (problem && !(kinds.data && connection.data)) return <ProblemView error={problem} retry={() => void Promise.all([kinds.refetch(), connection.refetch()])} page />;
  if (!kinds.data || (source !== null && !connection.data)) return <PageSkeleton />;
  const shop = connection.data?.shop ?? url.values.shop;
  if (isTrackerName(shop)) return <TrackerFrame shop={shop} />;
  const kind = kinds.data.find(({ name }) => name === shop);
  if (!kind || !isShopName(shop)) return <Frame><PickStep kinds={kinds.data} /></Frame>;
  return <Steps key={`${source ?? "new"}`} shop={shop} kind={kind} connection={source === null ? null : (connection.data ?? null)} step={url.values.step} seen={seen} />;
}

interface StepsProps {
  shop: ShopName;
  kind: ShopKind;
  connection: Connection | null;
  /** As the address says it. */
  step: string;
  /** The step that was shown last: making a connection draws all of it anew. */
  seen: RefObject<string>;
}

/** The steps that this kind of shop needs. One without an API has no history. */
function stepsOf(kind: ShopKind): StepName[] {
  return kind.kinds.length > 0 ? ["shop", "access", "webhooks", "history", "done"] : ["shop", "access", "webhooks", "done"];
}

/** Secrets made on this page, by source. They outlive a step and nothing else: not even a reload. */
const made = new Map<number, string>();

function Steps({ shop, kind, connection, step: said, seen }: StepsProps) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const url = useUrlState("shop", "source", "step");
  const [secret, setSecret] = useState(connection ? made.get(connection.source) : undefined);
  const steps = stepsOf(kind);
  const wanted = steps.find((each) => each === said && each !== "shop") ?? "access";
  const step = connection ? wanted : "access";
  const after = steps[steps.indexOf(step) + 1] ?? "done";
  const before = steps[steps.indexOf(step) - 1];
  const go = (to: StepName) => {
    url.set({ step: to });
    window.scrollTo({ top: 0 });
  };
  const place = useRef<HTMLDivElement>(null);
  // Who works by keyboard or by ear is taken along to the new step.
  useEffect(() => {
    const here = `${connection?.source ?? "new"}.${step}`;
    if (seen.current !== "" && seen.current !== here) place.current?.focus();
    seen.current = here;
  }, [seen, step, connection?.source]);
  const keep = (source: number, text: string | null | undefined) => {
    if (!text) return;
    made.set(source, text);
    setSecret(text);
  };
  const created = (source: number, text: string | null | undefined, to: StepName) => {
    keep(source, text);
    url.set({ source: String(source), shop: "", step: to });
  };
  const back = before && before !== "shop" && (
    <Button variant="default" onClick={() => go(before)}>
      {t("wizard.back")}
    </Button>
  );
  const next = { back, onNext: () => go(after) };
  const bar = <StepsBar steps={steps} current={step} reached={connection ? steps.slice(1) : ["access"]} onGo={go} />;
  const other = !connection && (
    <Anchor component={AppLink} to={paths.newConnection()} size="sm">
      {t("wizard.otherShop")}
    </Anchor>
  );
  return (
    <Frame title={shop === "generic" ? t("wizard.titleOther") : t("wizard.titleOf", { shop: words.shop(shop) })} bar={bar} aside={other}>
      <div ref={place} tabIndex={-1} className={classes.place} role="group" aria-label={t(`wizard.steps.${step}`)}>
        {step === "access" && kind.needs_mapping && <MappingStep connection={connection} onCreated={(source, text) => created(source, text, "webhooks")} {...next} />}
        {step === "access" && !kind.needs_mapping && <AccessStep shop={shop} kind={kind} connection={connection} onCreated={(source, text, isDone) => created(source, text, isDone ? "webhooks" : "access")} {...next} />}
        {connection && step === "webhooks" && <WebhooksStep shop={shop} kind={kind} source={connection.source} secret={secret} onSecret={(text) => keep(connection.source, text)} {...next} />}
        {connection && step === "history" && <HistoryStep connection={connection} {...next} />}
        {connection && step === "done" && <DoneStep connection={connection} />}
      </div>
    </Frame>
  );
}

/** What speaks for a shop: nothing is asked of it, so there is one step. */
function TrackerFrame({ shop }: { shop: TrackerName }) {
  const { t } = useTranslation("connections");
  const words = useWords();
  const other = (
    <Anchor component={AppLink} to={paths.newConnection()} size="sm">
      {t("wizard.otherShop")}
    </Anchor>
  );
  return (
    <Frame title={t("wizard.titleOf", { shop: words.shop(shop) })} aside={other}>
      <TrackerStep tracker={shop} />
    </Frame>
  );
}

function Frame({ title, bar, aside, children }: { title?: string; bar?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation(["connections", "data"]);
  const crumbs = [
    { label: t("data:title"), to: paths.data() },
    { label: t("title"), to: paths.connections() },
  ];
  return (
    <Page title={title ?? t("wizard.title")} crumbs={crumbs} aside={aside}>
      {bar}
      {children}
    </Page>
  );
}
