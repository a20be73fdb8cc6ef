import { Button } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import type { Paged } from "../../api/queries";
import { EmptyState, ListSkeleton, ProblemView } from "../../design";
import { Days } from "../customers/timeline";
import { isAboutCart } from "../customers/timeline-model";
import { useTimeline, type TimelineEvent } from "../customers/queries";
import classes from "./carts.module.css";

/** The timeline is of the customer: so many pages of it are read by themselves to come to the cart's beginning. */
const READ_ON_MAX = 5;

/** What happened to a cart: the events of its customer's timeline that speak of it. */
export function CartHistory({ cart, customer }: { cart: Schemas["CartView"]; customer: string }) {
  const { t } = useTranslation("carts");
  const list = useTimeline(customer, false);
  useBackTo(list, cart.opened_at);
  if (list.problem && list.items.length === 0) return <ProblemView error={list.problem} retry={list.retry} compact />;
  if (list.isLoading) return <ListSkeleton rows={5} />;
  const events = list.items.filter((event) => isAboutCart(event, cart));
  return (
    <>
      {events.length === 0 && !list.hasMore ? (
        <EmptyState icon={IconHistory} title={t("history.none")}>
          {t("history.noneText")}
        </EmptyState>
      ) : (
        <Days events={events} />
      )}
      {list.hasMore && !isBefore(list.items, cart.opened_at) && (
        <div className={classes.more}>
          <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
            {t("history.older")}
          </Button>
        </div>
      )}
    </>
  );
}

function isBefore(events: TimelineEvent[], at: string): boolean {
  const oldest = events.at(-1);
  return oldest !== undefined && oldest.occurred_at < at;
}

function useBackTo(list: Paged<TimelineEvent>, at: string): void {
  const [read, setRead] = useState(0);
  const wants = list.hasMore && !list.isLoadingMore && !list.isLoading && read < READ_ON_MAX && !isBefore(list.items, at);
  useEffect(() => {
    if (!wants) return;
    setRead((count) => count + 1);
    list.loadMore();
    // `list` is another object each time; what matters of it is in `wants`.
  }, [wants]);
}
