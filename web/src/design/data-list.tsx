import { Button, Checkbox } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Paged } from "../api/queries";
import classes from "./data-list.module.css";
import { AppLink } from "./link";
import { useListKeys } from "./list-keys";
import { ListSkeleton, ProblemView } from "./notes";
import { BREAKPOINTS } from "./theme";

export interface Column<T> {
  key: string;
  label: string;
  render: (item: T) => ReactNode;
  align?: "right";
  /** A CSS width; without it the column takes what is left. */
  width?: string;
  /** Where it stands on a phone's card: `title` (one), `aside` (beside it), a `line` with its name (default), or nowhere. */
  card?: "title" | "aside" | "line" | "hidden";
  /** The name is for those who listen: a column of buttons needs none to be seen. */
  isLabelHidden?: boolean;
  /** Left out on a tablet, where there is little room. */
  wideOnly?: boolean;
}

export interface Selection {
  ids: ReadonlySet<string>;
  change: (ids: Set<string>) => void;
}

interface DataListProps<T> {
  /** What is listed, for those who listen. */
  label: string;
  columns: Column<T>[];
  list: Pick<Paged<T>, "items"> & Partial<Omit<Paged<T>, "items">>;
  idOf: (item: T) => string;
  /** Where a row leads; the whole row is the link. */
  hrefOf?: (item: T) => string;
  /** Instead of a link: what opening a row does. */
  onOpen?: (item: T) => void;
  /** Shown where there is nothing: what would be here and how it gets here. */
  empty: ReactNode;
  selection?: Selection;
}

/** Above so many rows only those in view are drawn. */
const VIRTUAL_FROM = 150;

/** A list: a table where there is room, cards on a phone; j, k and the arrows move, Enter opens, x selects. */
export function DataList<T>(props: DataListProps<T>) {
  const { t } = useTranslation();
  const isPhone = useMediaQuery(`(max-width: ${BREAKPOINTS.phone})`, window.matchMedia(`(max-width: ${BREAKPOINTS.phone})`).matches) ?? false;
  const root = useRef<HTMLDivElement>(null);
  useListKeys(root);
  const { list } = props;
  if (list.problem && list.items.length === 0) return <div className={classes.frame}><ProblemView error={list.problem} retry={list.retry} /></div>;
  if (list.isLoading) return <div className={classes.frame}><ListSkeleton /></div>;
  if (list.items.length === 0) return <div className={classes.frame}>{props.empty}</div>;
  return (
    <div ref={root}>
      {isPhone ? <Cards {...props} /> : <Table {...props} />}
      {list.hasMore && (
        <div className={classes.more}>
          <Button variant="default" loading={list.isLoadingMore ?? false} onClick={list.loadMore}>
            {t("showMore")}
          </Button>
        </div>
      )}
    </div>
  );
}

function useRows<T>({ list, idOf }: DataListProps<T>, estimate: number) {
  const holder = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (holder.current) setTop(holder.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const isVirtual = list.items.length > VIRTUAL_FROM;
  const virtualizer = useWindowVirtualizer({
    count: list.items.length,
    estimateSize: () => estimate,
    overscan: 12,
    scrollMargin: top,
    enabled: isVirtual,
    getItemKey: (index) => {
      const item = list.items[index];
      return item === undefined ? index : idOf(item);
    },
  });
  if (!isVirtual) return { holder, rows: list.items.map((item, index) => ({ item, index })), before: 0, after: 0, measure: undefined };
  const shown = virtualizer.getVirtualItems();
  const rows = shown.flatMap(({ index }) => {
    const item = list.items[index];
    return item === undefined ? [] : [{ item, index }];
  });
  const before = (shown[0]?.start ?? top) - top;
  const after = Math.max(0, virtualizer.getTotalSize() - ((shown.at(-1)?.end ?? top) - top));
  return { holder, rows, before, after, measure: virtualizer.measureElement };
}

function Table<T>(props: DataListProps<T>) {
  const { label, columns, idOf, list, selection } = props;
  const { t } = useTranslation();
  const { holder, rows, before, after, measure } = useRows(props, 49);
  const all = list.items.map(idOf);
  const chosen = selection ? all.filter((id) => selection.ids.has(id)).length : 0;
  return (
    <div ref={holder} className={classes.frame}>
      <table className={classes.table} aria-label={label} aria-rowcount={list.hasMore ? -1 : list.items.length + 1}>
        <thead>
          <tr>
            {selection && (
              <th className={classes.check}>
                <Checkbox
                  size="xs"
                  aria-label={t("selectAll")}
                  checked={chosen > 0 && chosen === all.length}
                  indeterminate={chosen > 0 && chosen < all.length}
                  onChange={() => selection.change(new Set(chosen === all.length ? [] : all))}
                />
              </th>
            )}
            {columns.map(({ key, label: name, align, width, wideOnly, isLabelHidden }) => (
              <th key={key} scope="col" data-align={align} data-wide-only={wideOnly || undefined} style={width ? { width } : undefined}>
                {isLabelHidden ? <span className="r-hidden">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {rows.map(({ item, index }) => (
            <Row key={idOf(item)} {...props} item={item} index={index} measure={measure} />
          ))}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps<T> extends DataListProps<T> {
  item: T;
  index: number;
  measure: ((node: Element | null) => void) | undefined;
}

function Row<T>({ columns, idOf, hrefOf, onOpen, selection, item, index, measure }: RowProps<T>) {
  const id = idOf(item);
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} data-selected={selection?.ids.has(id) || undefined}>
      {selection && (
        <td className={classes.check}>
          <SelectBox id={id} selection={selection} />
        </td>
      )}
      {columns.map(({ key, render, align, width, wideOnly }, at) => (
        <td key={key} data-align={align} data-sized={width !== undefined || undefined} data-wide-only={wideOnly || undefined} dir={at === 0 ? "auto" : undefined}>
          {at === 0 ? <Opener item={item} hrefOf={hrefOf} onOpen={onOpen}>{render(item)}</Opener> : render(item)}
        </td>
      ))}
    </tr>
  );
}

function Cards<T>(props: DataListProps<T>) {
  const { label, columns, idOf, hrefOf, onOpen, selection } = props;
  const { holder, rows, before, after, measure } = useRows(props, 112);
  const title = columns.find(({ card }) => card === "title") ?? columns[0];
  const aside = columns.filter(({ card }) => card === "aside");
  const lines = columns.filter((column) => column !== title && (column.card ?? "line") === "line");
  return (
    <div ref={holder}>
      <ul className={classes.cards} aria-label={label} style={{ paddingTop: before, paddingBottom: after }}>
        {rows.map(({ item, index }) => (
          <li key={idOf(item)} ref={measure} data-index={index} className={classes.card}>
            <div className={classes.cardHead}>
              {selection && <SelectBox id={idOf(item)} selection={selection} />}
              <div className={classes.cardTitle} dir="auto">
                <Opener item={item} hrefOf={hrefOf} onOpen={onOpen}>{title?.render(item)}</Opener>
              </div>
              {aside.map((column) => (
                <div key={column.key}>{column.render(item)}</div>
              ))}
            </div>
            {lines.length > 0 && (
              <dl className={classes.lines}>
                {lines.map((column) => (
                  <div key={column.key}>
                    <dt>{column.label}</dt>
                    <dd>{column.render(item)}</dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The first cell of a row: its link covers the row, so that it can be clicked anywhere. */
function Opener<T>({ item, hrefOf, onOpen, children }: { item: T; hrefOf: DataListProps<T>["hrefOf"]; onOpen: DataListProps<T>["onOpen"]; children: ReactNode }) {
  if (hrefOf) {
    return (
      <AppLink to={hrefOf(item)} className={classes.opener} data-row>
        {children}
      </AppLink>
    );
  }
  if (onOpen) {
    return (
      <button type="button" className={classes.opener} onClick={() => onOpen(item)} data-row>
        {children}
      </button>
    );
  }
  return <>{children}</>;
}

function SelectBox({ id, selection }: { id: string; selection: Selection }) {
  const { t } = useTranslation();
  return (
    <Checkbox
      size="xs"
      aria-label={t("select")}
      className={classes.above}
      data-select
      checked={selection.ids.has(id)}
      onChange={() => {
        const ids = new Set(selection.ids);
        if (!ids.delete(id)) ids.add(id);
        selection.change(ids);
      }}
    />
  );
}

/** Controls inside a row, which is a link as a whole, have to stand above it. */
export function RowActions({ children }: { children: ReactNode }) {
  return <span className={classes.above}>{children}</span>;
}
