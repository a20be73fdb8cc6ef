import { ActionIcon, Anchor, Menu, Text } from "@mantine/core";
import { IconArrowRight, IconDotsVertical, IconLayoutKanban } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useAgents } from "../../app/session";
import { AppLink, Money, When } from "../../design";
import classes from "./deals.module.css";
import { usePipelines, useStageNames } from "./pipelines";
import type { Stages } from "./stages";
import type { Deal, Place } from "./use-moves";

interface DealCardProps {
  deal: Deal;
  stages?: Stages;
  move?: ((deal: Deal, to: Place) => void) | undefined;
  /** Under the pointer, on its way. */
  isLifted?: boolean;
}

/** A deal: whose it is, what it is worth, who looks after it. */
export function DealCard({ deal, stages, move, isLifted = false }: DealCardProps) {
  const { t } = useTranslation(["deals", "common"]);
  const { nameOf } = useAgents();
  const name = deal.customer.name || deal.customer.email || t("common:search.unnamed");
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || !move || !event.shiftKey) return;
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const to = stages?.ids[stages.ids.indexOf(deal.stage) + step];
    if (step === 0 || to === undefined) return;
    event.preventDefault();
    move(deal, { pipeline: deal.pipeline, stage: to });
    // It is drawn anew in the other column: the one who moved it goes on there.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${deal.id}"]`)?.focus());
  };
  return (
    <article className={classes.card} data-lifted={isLifted || undefined} data-card={isLifted ? undefined : deal.id} tabIndex={isLifted ? -1 : 0} onKeyDown={onKeyDown} aria-label={name}>
      <div className={classes.cardHead}>
        <Anchor component={AppLink} to={deal.cart ? paths.cart(deal.cart) : paths.customer(deal.customer.id)} className={classes.cardName} draggable={false}>
          <span dir="auto">{name}</span>
        </Anchor>
        {move && stages && <MoveMenu deal={deal} name={name} stages={stages} move={move} />}
      </div>
      <div className={classes.cardAmount}>
        <Money amount={deal.amount} />
      </div>
      <Text size="sm" c="dimmed" component="div" className={classes.cardFoot}>
        <span>{nameOf(deal.customer.agent) ?? t("noAgent")}</span>
        <When at={deal.won_at ?? deal.created_at} />
      </Text>
    </article>
  );
}

function MoveMenu({ deal, name, stages, move }: { deal: Deal; name: string; stages: Stages; move: (deal: Deal, to: Place) => void }) {
  const { t } = useTranslation("deals");
  const { pipelines } = usePipelines();
  const { pipelineName } = useStageNames();
  const others = pipelines.filter(({ id }) => id !== deal.pipeline);
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("move", { name })} onPointerDown={(event) => event.stopPropagation()}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onPointerDown={(event) => event.stopPropagation()}>
        <Menu.Label>{t("moveTo")}</Menu.Label>
        {stages.ids
          .filter((stage) => stage !== deal.stage)
          .map((stage) => (
            <Menu.Item key={stage} leftSection={<IconArrowRight size={15} aria-hidden />} onClick={() => move(deal, { pipeline: deal.pipeline, stage })}>
              <bdi>{stages.nameOf(stage)}</bdi>
            </Menu.Item>
          ))}
        {others.length > 0 && <Menu.Label>{t("moveToPipeline")}</Menu.Label>}
        {others.map(({ id, stages: [first] }) => (
          <Menu.Item key={id} leftSection={<IconLayoutKanban size={15} aria-hidden />} onClick={() => first && move(deal, { pipeline: id, stage: first.id })}>
            <bdi>{pipelineName(id)}</bdi>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
