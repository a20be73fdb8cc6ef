import { Suspense, lazy } from "react";
import { useTranslation } from "react-i18next";
import classes from "./diagram.module.css";
import type { DiagramMarks } from "./marks";

// A third of a megabyte: fetched only where a diagram is looked at.
const Canvas = lazy(async () => ({ default: (await import("./canvas")).DiagramCanvas }));

export interface DiagramProps {
  /** The BPMN file with its drawing. */
  xml: string;
  /** Pass a stable object: another one draws the marks anew. */
  marks?: DiagramMarks;
  /** What is drawn, for those who listen. */
  label: string;
  /** The element that was chosen, by id; its frame stands out. */
  chosen?: string | null;
  /** Called with an element's id when a person chooses one; `null` where they chose the empty ground. */
  onElement?: (id: string | null) => void;
  /** Pixels; as high as it is drawn where nothing is said, at most two thirds of the window. */
  height?: number;
}

/** A flow as its BPMN file draws it: to be looked at, moved and zoomed, never changed. */
export function Diagram(props: DiagramProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.frame} style={{ height: props.height ?? 340 }}>
      <Suspense fallback={<div className={classes.loading} role="status" aria-label={t("loading")} />}>
        <Canvas {...props} />
      </Suspense>
    </div>
  );
}
