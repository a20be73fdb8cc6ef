import { ActionIcon, Anchor, Menu, Text } from "@mantine/core";
import { IconArrowRight, IconDotsVertical, IconPlus } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useAgents } from "../../app/session";
import { AppLink, Money, When } from "../../design";
import classes from "./deals.module.css";
import { useStageName } from "./stages";
import type { Deal } from "./use-moves";

interface DealCardProps {
  deal: Deal;
  stages?: string[];
  move?: ((deal: Deal, to: string) => void) | undefined;
  onNewStage?: (deal: Deal) => void;
  /** Under the pointer, on its way. */
  isLifted?: boolean;
}

/** A deal: whose it is, what it is worth, who looks after it. */
export function DealCard({ deal, stages = [], move, onNewStage, isLifted = false }: DealCardProps) {
  const { t } = useTranslation(["deals", "common"]);
  const { nameOf } = useAgents();
  const name = deal.customer.name || deal.customer.email || t("common:search.unnamed");
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || !move || !event.shiftKey) return;
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const to = stages[stages.indexOf(deal.stage) + step];
    if (step === 0 || to === undefined) return;
    event.preventDefault();
    move(deal, to);
    // It is drawn anew in the other column: the one who moved it goes on there.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-card="${deal.id}"]`)?.focus());
  };
  return (
    <article className={classes.card} data-lifted={isLifted || undefined} data-card={isLifted ? undefined : deal.id} tabIndex={isLifted ? -1 : 0} onKeyDown={onKeyDown} aria-label={name}>
      <div className={classes.cardHead}>
        <Anchor component={AppLink} to={deal.cart ? paths.cart(deal.cart) : paths.customer(deal.customer.id)} className={classes.cardName} draggable={false}>
          <span dir="auto">{name}</span>
        </Anchor>
        {move && <MoveMenu deal={deal} name={name} stages={stages} move={move} onNewStage={onNewStage} />}
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

function MoveMenu({ deal, name, stages, move, onNewStage }: { deal: Deal; name: string; stages: string[]; move: (deal: Deal, to: string) => void; onNewStage: DealCardProps["onNewStage"] }) {
  const { t } = useTranslation("deals");
  const nameOf = useStageName();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("move", { name })} onPointerDown={(event) => event.stopPropagation()}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onPointerDown={(event) => event.stopPropagation()}>
        <Menu.Label>{t("moveTo")}</Menu.Label>
        {stages
          .filter((stage) => stage !== deal.stage)
          .map((stage) => (
            <Menu.Item key={stage} leftSection={<IconArrowRight size={15} />} onClick={() => move(deal, stage)}>
              {nameOf(stage)}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={15} />} onClick={() => onNewStage?.(deal)}>
          {t("newStage")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
