import { Button, Select } from "@mantine/core";
import { IconLayoutKanban } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { EmptyState, ListSkeleton, Moneys, ProblemView, useUrlState } from "../../design";
import { useFormat } from "../../format/react";
import type { BoardProps } from "./board";
import { DealCard } from "./deal-card";
import classes from "./deals.module.css";
import { STAGE_FIRST } from "./pipelines";
import { useColumn } from "./use-column";

/** On a phone: one stage at a time, chosen from a list; each deal is moved by its menu. */
export function PhoneList(props: BoardProps) {
  const { t } = useTranslation("deals");
  const { number } = useFormat();
  const url = useUrlState("stage");
  const first = props.stages.ids[0] ?? STAGE_FIRST;
  const stage = url.values.stage || first;
  const { items, list, count, amounts } = useColumn(stage, props);
  const options = props.stages.ids.map((id) => ({ value: id, label: `${props.stages.nameOf(id)} · ${number(props.stages.counts.get(id)?.deals ?? 0)}` }));
  return (
    <div className={classes.phone}>
      <Select label={t("stage")} data={options} value={stage} onChange={(value) => url.set({ stage: value === first ? "" : (value ?? "") })} allowDeselect={false} />
      <div className={classes.phoneSum}>
        <span>{t("count", { count })}</span>
        <Moneys amounts={amounts} />
      </div>
      {list.problem && items.length === 0 ? (
        <ProblemView error={list.problem} retry={list.retry} />
      ) : list.isLoading ? (
        <ListSkeleton rows={5} />
      ) : items.length === 0 ? (
        <EmptyState icon={IconLayoutKanban} title={t("empty")} compact>
          {t("emptyText")}
        </EmptyState>
      ) : (
        <ul className={classes.cards}>
          {items.map((deal) => (
            <li key={deal.id}>
              <DealCard deal={deal} stages={props.stages} move={props.move} />
            </li>
          ))}
        </ul>
      )}
      {list.hasMore && (
        <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
          {t("more")}
        </Button>
      )}
    </div>
  );
}
