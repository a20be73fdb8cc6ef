import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import classes from "./decision-table.module.css";

// A quarter of a megabyte: fetched only where a table is looked at.
const Canvas = lazy(async () => ({ default: (await import("./canvas")).DecisionTableCanvas }));

export interface DecisionTableProps {
  /** The DMN file. Another text than the last one that `onChange` gave is drawn anew. */
  xml: string;
  /** The id of the decision that is shown. */
  decision: string;
  label: string;
  /** Without it the table is only looked at. */
  onChange?: (xml: string) => void;
  /** Ids of rules that matched: their rows stand out. */
  matched?: readonly string[];
  /** Ids of cells with something wrong in them. */
  wrong?: readonly string[];
}

/** One decision of a DMN file, to be looked at and edited. */
export function DecisionTable(props: DecisionTableProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame}>
      <Suspense fallback={<div className={classes.loading} role="status" aria-label={t("loading")} aria-busy />}>
        <Canvas {...props} />
      </Suspense>
    </div>
  );
}
