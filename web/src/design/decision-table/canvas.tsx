import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";

import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemView } from "../notes";
import classes from "./decision-table.module.css";
import type { DecisionTableProps } from "./decision-table";
import { makeTables, type Tables } from "./tables";

/** A change is told so long after the last key. */
const TELL_AFTER_MS = 250;

/** The table itself. Loaded by `DecisionTable`. */
export function DecisionTableCanvas({ xml, decision, label, onChange, matched = [], wrong = [] }: DecisionTableProps) {
  const { i18n } = useTranslation();
  const holder = useRef<HTMLDivElement>(null);
  const tables = useRef<Tables | null>(null);
  const told = useRef("");
  const tell = useRef(onChange);
  const [problem, setProblem] = useState<unknown>(null);
  const isReadOnly = !onChange;
  useEffect(() => {
    tell.current = onChange;
  });

  useEffect(() => {
    const container = holder.current;
    if (!container) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const changed = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        void made.saveXML({ format: true }).then(({ xml: text }) => {
          if (tables.current !== made) return;
          told.current = text;
          tell.current?.(text);
        });
      }, TELL_AFTER_MS);
    };
    const made = makeTables({ container, isReadOnly, language: i18n.language, changed });
    tables.current = made;
    told.current = "";
    return () => {
      clearTimeout(timer);
      tables.current = null;
      made.destroy();
      container.replaceChildren();
    };
  }, [isReadOnly, i18n.language]);

  useEffect(() => {
    const made = tables.current;
    if (!made) return;
    let isOpen = true;
    const show = async () => {
      if (xml !== told.current) {
        await made.importXML(xml, { open: false });
        told.current = xml;
      }
      const view = made.getViews().find(({ element }) => element.id === decision);
      if (isOpen && view && made.getActiveView() !== view) await made.open(view);
      if (isOpen && holder.current) name(holder.current);
    };
    show().then(
      () => isOpen && setProblem(null),
      (error: unknown) => isOpen && setProblem(error),
    );
    return () => {
      isOpen = false;
    };
  }, [xml, decision, isReadOnly, i18n.language]);

  return (
    <>
      <style>{marksOf(matched, wrong)}</style>
      {problem !== null && <ProblemView error={problem} compact />}
      <div ref={holder} className={classes.canvas} role="group" aria-label={label} hidden={problem !== null} />
    </>
  );
}

/** The library draws its cells anew as it likes: what stands out is said by their ids, which stay. */
function marksOf(matched: readonly string[], wrong: readonly string[]): string {
  const of = (attribute: string, ids: readonly string[]) => ids.map((id) => `.${classes.canvas} [data-${attribute}="${CSS.escape(id)}"]`).join(",");
  const rows = matched.length > 0 ? `${of("row-id", matched)}{background:var(--r-good-soft)!important;box-shadow:inset 0 2px var(--r-good),inset 0 -2px var(--r-good)}` : "";
  const cells = wrong.length > 0 ? `${of("element-id", wrong)}{background:var(--r-bad-soft)!important;box-shadow:inset 0 0 0 2px var(--r-bad)}` : "";
  return rows + cells;
}

/** Names for those who listen, where the library has none. */
function name(holder: HTMLElement): void {
  const scroller = holder.querySelector(".tjs-container");
  scroller?.setAttribute("tabindex", "0");
  for (const empty of holder.querySelectorAll("th:empty")) empty.setAttribute("aria-hidden", "true");
}
