import { Anchor, Button, UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconZoomQuestion } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Paged } from "../../api/queries";
import { paths } from "../../app/paths";
import { AppLink, EmptyState, Facts, ListSkeleton, ProblemView, When, Why, type Fact } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./customers.module.css";
import { RawData } from "./raw-data";
import type { Decision } from "./queries";

/** *Perché?*: each decision as a sentence, which opens to what it was decided by. */
export function Decisions({ list, hideCart = false }: { list: Paged<Decision>; hideCart?: boolean }) {
  const { t } = useTranslation(["customers", "common"]);
  if (list.problem && list.items.length === 0) return <ProblemView error={list.problem} retry={list.retry} compact />;
  if (list.isLoading) return <ListSkeleton rows={5} />;
  return (
    <>
      {list.items.length === 0 && !list.hasMore ? (
        <EmptyState icon={IconZoomQuestion} title={t("why.none")}>
          {t("why.noneText")}
        </EmptyState>
      ) : (
        <ol className={classes.rows}>
          {list.items.map((decision, index) => (
            <DecisionRow key={`${decision.position}-${decision.code}-${index}`} decision={decision} hideCart={hideCart} />
          ))}
        </ol>
      )}
      {list.hasMore && (
        <div className={classes.more}>
          <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
            {t("common:showMore")}
          </Button>
        </div>
      )}
    </>
  );
}

function DecisionRow({ decision, hideCart }: { decision: Decision; hideCart: boolean }) {
  const { t } = useTranslation("customers");
  const [isOpen, setOpen] = useState(false);
  return (
    <li className={classes.decision}>
      <UnstyledButton className={classes.decisionHead} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <IconChevronRight size={16} className={classes.chevron} data-open={isOpen || undefined} aria-hidden />
        <span className={classes.sentence} dir="auto">
          <Why why={decision.why} />
        </span>
      </UnstyledButton>
      <span className={classes.decisionWhen}>
        <When at={decision.at} />
      </span>
      {isOpen && (
        <div className={classes.decisionBody}>
          <h3 className="r-hidden">{t("why.show")}</h3>
          <DecisionFacts decision={decision} hideCart={hideCart} />
        </div>
      )}
    </li>
  );
}

function DecisionFacts({ decision, hideCart }: { decision: Decision; hideCart: boolean }) {
  const { t } = useTranslation("customers");
  const { date } = useFormat();
  const { journey, cart, flow } = decision;
  const facts: Fact[] = [
    { label: t("why.code"), value: <code>{decision.code}</code> },
    { label: t("why.event"), value: decision.position },
    ...(flow ? [{ label: t("why.flow"), value: <Anchor component={AppLink} to={paths.flow(flow)}>{flow}</Anchor> }] : []),
    ...(journey ? [{ label: t("why.journey"), value: <Anchor component={AppLink} to={paths.journey(journey)}>{t("why.open")}</Anchor> }] : []),
    ...(cart && !hideCart ? [{ label: t("why.cart"), value: <Anchor component={AppLink} to={paths.cart(cart)}>{t("why.open")}</Anchor> }] : []),
    ...plainFacts(decision.data, (at) => date(at, "second")),
  ];
  return (
    <>
      <Facts facts={facts} />
      <RawData data={decision.data} label={t("why.data")} />
    </>
  );
}

const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** The values that stand for themselves; what is made of parts is in the data below. */
function plainFacts(data: Record<string, unknown>, dateText: (at: string) => string): Fact[] {
  return Object.entries(data)
    .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
    .map(([label, value]) => ({ label, value: <bdi className={classes.wrap}>{typeof value === "string" && MOMENT.test(value) ? dateText(value) : String(value)}</bdi> }));
}
