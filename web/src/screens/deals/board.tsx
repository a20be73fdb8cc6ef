import { DndContext, DragOverlay, PointerSensor, pointerWithin, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent, type DragStartEvent } from "@dnd-kit/core";
import { Button, Skeleton } from "@mantine/core";
import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Moneys, ProblemView } from "../../design";
import { useFormat } from "../../format/react";
import classes from "./deals.module.css";
import { DealCard } from "./deal-card";
import type { Stages } from "./stages";
import { useColumn } from "./use-column";
import type { Deal, Place } from "./use-moves";

export interface BoardProps {
  pipeline: string;
  stages: Stages;
  agent: string;
  moved: ReadonlyMap<string, Deal>;
  /** Absent for those who may only look. */
  move: ((deal: Deal, to: Place) => void) | undefined;
}

/** So far a pointer has to go before it drags: a click stays a click. */
const DRAG_FROM_PX = 6;

/** A column for each stage; deals are dragged, moved by keys, or by the menu of each. */
export function Board(props: BoardProps) {
  const { pipeline, stages, move } = props;
  const [dragged, setDragged] = useState<Deal | null>(null);
  const root = useRef<HTMLDivElement>(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: DRAG_FROM_PX } }));
  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(null);
    const deal = active.data.current?.["deal"] as Deal | undefined;
    if (deal && over && move) move(deal, { pipeline, stage: String(over.id) });
  };
  return (
    <DndContext sensors={sensors} collisionDetection={pointerWithin} accessibility={{ screenReaderInstructions: { draggable: "" } }} onDragStart={({ active }: DragStartEvent) => setDragged((active.data.current?.["deal"] as Deal | undefined) ?? null)} onDragEnd={drop} onDragCancel={() => setDragged(null)}>
      <div ref={root} className={classes.board} onKeyDown={(event) => focusNeighbour(root.current, event)}>
        {stages.ids.map((stage) => (
          <BoardColumn key={stage} {...props} stage={stage} />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>{dragged && <DealCard deal={dragged} isLifted />}</DragOverlay>
    </DndContext>
  );
}

function BoardColumn({ stage, ...props }: BoardProps & { stage: string }) {
  const { t } = useTranslation("deals");
  const { number } = useFormat();
  const name = props.stages.nameOf(stage);
  const { setNodeRef, isOver } = useDroppable({ id: stage });
  const { items, list, count, amounts } = useColumn(stage, props);
  return (
    <section ref={setNodeRef} className={classes.column} data-over={isOver || undefined} data-kind={props.stages.kindOf(stage)} aria-label={`${name}, ${t("count", { count })}`} data-column>
      <header className={classes.columnHead}>
        <h2 dir="auto">{name}</h2>
        <span className={classes.columnCount}>{number(count)}</span>
        <div className={classes.columnSum}>
          <Moneys amounts={amounts} />
        </div>
        {props.stages.counts.get(stage)?.is_known === false && <div className={classes.stray}>{t("stray")}</div>}
      </header>
      {list.problem && items.length === 0 ? (
        <ProblemView error={list.problem} retry={list.retry} compact />
      ) : list.isLoading ? (
        <Waiting />
      ) : items.length === 0 ? (
        <p className={classes.none}>{props.move ? t("emptyColumn") : t("emptyColumnRead")}</p>
      ) : (
        <ul className={classes.cards}>
          {items.map((deal) => (
            <li key={deal.id}>
              <Draggable deal={deal} isEnabled={props.move !== undefined}>
                <DealCard deal={deal} stages={props.stages} move={props.move} />
              </Draggable>
            </li>
          ))}
        </ul>
      )}
      {list.hasMore && (
        <Button variant="subtle" color="gray" size="compact-sm" loading={list.isLoadingMore} onClick={list.loadMore}>
          {t("more")}
        </Button>
      )}
    </section>
  );
}

function Draggable({ deal, isEnabled, children }: { deal: Deal; isEnabled: boolean; children: ReactNode }) {
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: deal.id, data: { deal }, disabled: !isEnabled });
  // Keys are handled by the card itself; here only the pointer drags.
  return (
    <div ref={setNodeRef} className={classes.draggable} data-dragging={isDragging || undefined} onPointerDown={listeners?.["onPointerDown"] as never}>
      {children}
    </div>
  );
}

function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("loading")} className={classes.cards}>
      <Skeleton height={92} radius="lg" />
      <Skeleton height={92} radius="lg" />
    </div>
  );
}

/** The arrows go from card to card: up and down in a column, left and right between columns. */
function focusNeighbour(root: HTMLElement | null, event: KeyboardEvent): void {
  const card = (event.target as HTMLElement).closest<HTMLElement>("[data-card]");
  if (!root || event.target !== card || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
  const columns = [...root.querySelectorAll<HTMLElement>("[data-column]")].map((column) => [...column.querySelectorAll<HTMLElement>("[data-card]")]);
  const at = columns.findIndex((cards) => cards.includes(card));
  const row = columns[at]?.indexOf(card) ?? 0;
  const sideways = (step: 1 | -1) => {
    for (let column = at + step; column >= 0 && column < columns.length; column += step) {
      const cards = columns[column] ?? [];
      if (cards.length > 0) return cards[Math.min(row, cards.length - 1)];
    }
    return undefined;
  };
  const next = { ArrowDown: () => columns[at]?.[row + 1], ArrowUp: () => columns[at]?.[row - 1], ArrowRight: () => sideways(1), ArrowLeft: () => sideways(-1) }[event.key];
  if (!next) return;
  event.preventDefault();
  next()?.focus();
}
