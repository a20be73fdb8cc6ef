import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../format/react";
import { ProblemView } from "../notes";
import classes from "./diagram.module.css";
import type { DiagramProps } from "./diagram";
import type { DiagramMarks } from "./marks";

/** The few services of diagram-js that are used here; the library types them as unknown. */
interface Canvas {
  zoom(level: number | "fit-viewport", center?: "auto" | { x: number; y: number }): number;
  viewbox(): { outer: { width: number; height: number }; inner: { x: number; y: number; width: number; height: number } };
  viewbox(box: { x: number; y: number; width: number; height: number }): unknown;
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  resized(): void;
  scroll(by: { dx: number; dy: number }): void;
}
interface Overlays {
  add(id: string, type: string, overlay: { position: { top?: number; left?: number; right?: number }; html: HTMLElement; show?: { minZoom: number } }): string;
  remove(filter: { type: string }): void;
}
interface Shape {
  id: string;
  type: string;
  width?: number;
  labelTarget?: { id: string };
}
interface Registry {
  get(id: string): Shape | undefined;
}
interface Bus {
  on(event: string, hear: (event: { element: Shape }) => void): void;
}

const ZOOM_STEP = 1.25;
const ZOOM_MIN = 0.2;
const ZOOM_MAX = 4;
const MARGIN = 24;
/** A small flow is not blown up beyond its own size. */
const ZOOM_MAX_FIT = 1.1;
/** Below it the words cannot be read: rather its beginning than all of it. */
const ZOOM_MIN_FIT = 0.62;

/** The drawing itself. Loaded by `Diagram`. */
export function DiagramCanvas({ xml, marks, label, chosen, onElement }: DiagramProps) {
  const { t } = useTranslation("carts");
  const holder = useRef<HTMLDivElement>(null);
  const [viewer, setViewer] = useState<NavigatedViewer | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const tell = useRef(onElement);
  useEffect(() => {
    tell.current = onElement;
  });

  useEffect(() => {
    const container = holder.current;
    if (!container) return;
    let isOpen = true;
    const made = new NavigatedViewer({ container, zoomScroll: { enabled: false }, bpmnRenderer: { defaultFillColor: "var(--r-surface)", defaultStrokeColor: "var(--r-line-strong)", defaultLabelColor: "var(--r-ink)" } });
    made.importXML(xml).then(
      () => {
        if (!isOpen) return;
        fit(made);
        made.get<Bus>("eventBus").on("element.click", ({ element }) => tell.current?.(idOf(element)));
        setProblem(null);
        setViewer(made);
      },
      (error: unknown) => isOpen && setProblem(error),
    );
    const watcher = new ResizeObserver(() => isOpen && made.get<Canvas>("canvas").resized());
    watcher.observe(container);
    const release = letMove(container, made.get<Canvas>("canvas"));
    return () => {
      isOpen = false;
      watcher.disconnect();
      release();
      setViewer(null);
      made.destroy();
    };
  }, [xml]);

  useMarks(viewer, marks);
  useChosen(viewer, chosen);
  const zoom = (factor: number) => {
    const canvas = viewer?.get<Canvas>("canvas");
    if (canvas) canvas.zoom(clampZoom(scaleOf(canvas) * factor), "auto");
  };
  if (problem) return <ProblemView error={problem} compact />;
  return (
    <>
      <div ref={holder} className={classes.canvas} role="group" aria-label={label} data-clickable={onElement ? true : undefined} />
      <div className={`${classes.tools} r-no-print`}>
        <Tool label={t("diagram.closer")} icon={IconPlus} onClick={() => zoom(ZOOM_STEP)} />
        <Tool label={t("diagram.farther")} icon={IconMinus} onClick={() => zoom(1 / ZOOM_STEP)} />
        <Tool label={t("diagram.fit")} icon={IconArrowsMaximize} onClick={() => viewer?.get<Canvas>("canvas").zoom("fit-viewport", "auto")} />
      </div>
    </>
  );
}

function Tool({ label, icon: Icon, onClick }: { label: string; icon: typeof IconPlus; onClick: () => void }) {
  return (
    <Tooltip label={label} position="left">
      <ActionIcon variant="default" aria-label={label} onClick={onClick}>
        <Icon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function scaleOf(canvas: Canvas): number {
  const { outer } = canvas.viewbox();
  const box = canvas.viewbox() as unknown as { width: number };
  return box.width > 0 ? outer.width / box.width : 1;
}

/**
 * A wheel and a finger that moves up or down scroll the page, as over any picture: with the control key the wheel zooms,
 * and a finger that moves sideways moves the drawing. (A mouse that drags is the library's.)
 */
function letMove(container: HTMLElement, canvas: Canvas): () => void {
  let last: { x: number; y: number } | null = null;
  const release = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(name: K, hear: (event: HTMLElementEventMap[K]) => void) => container.addEventListener(name, hear, { signal: release.signal, passive: false });
  on("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top } = container.getBoundingClientRect();
    canvas.zoom(clampZoom(scaleOf(canvas) * (event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP)), { x: event.clientX - left, y: event.clientY - top });
  });
  on("pointerdown", (event) => {
    if (event.pointerType === "touch" && event.isPrimary) last = { x: event.clientX, y: event.clientY };
  });
  on("pointermove", (event) => {
    if (!last || event.pointerType !== "touch" || !event.isPrimary) return;
    canvas.scroll({ dx: event.clientX - last.x, dy: event.clientY - last.y });
    last = { x: event.clientX, y: event.clientY };
  });
  for (const name of ["pointerup", "pointercancel", "pointerleave"] as const) on(name, () => (last = null));
  return () => release.abort();
}

function clampZoom(scale: number): number {
  return Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, scale));
}

/** All of it where its words can then be read; else its beginning, from the left, in a size that can. */
function fit(viewer: NavigatedViewer): void {
  const canvas = viewer.get<Canvas>("canvas");
  const { inner, outer } = canvas.viewbox();
  if (outer.width === 0 || outer.height === 0 || inner.width === 0) return;
  const whole = Math.min(outer.width / (inner.width + 2 * MARGIN), outer.height / (inner.height + 2 * MARGIN));
  const scale = Math.min(ZOOM_MAX_FIT, Math.max(ZOOM_MIN_FIT, whole));
  const width = outer.width / scale;
  const height = outer.height / scale;
  const x = width >= inner.width + 2 * MARGIN ? inner.x - (width - inner.width) / 2 : inner.x - MARGIN;
  canvas.viewbox({ x, y: inner.y - (height - inner.height) / 2, width, height });
}

function useMarks(viewer: NavigatedViewer | null, marks: DiagramMarks | undefined): void {
  const { number } = useFormat();
  useEffect(() => {
    if (!viewer || !marks) return;
    const canvas = viewer.get<Canvas>("canvas");
    const overlays = viewer.get<Overlays>("overlays");
    const registry = viewer.get<Registry>("elementRegistry");
    const set: [string, string][] = [];
    for (const [id, mark] of Object.entries(marks)) {
      const shape = registry.get(id);
      if (!shape) continue;
      const marker = `r-mark-${mark.tone}`;
      canvas.addMarker(id, marker);
      set.push([id, marker]);
      if (mark.count === undefined) continue;
      overlays.add(id, "r-mark", { position: { top: -13, right: 13 }, html: badge(number(mark.count), mark.tone, mark.label) });
    }
    return () => {
      try {
        for (const [id, marker] of set) canvas.removeMarker(id, marker);
        overlays.remove({ type: "r-mark" });
      } catch {
        // The diagram is gone, and its marks with it.
      }
    };
  }, [viewer, marks, number]);
}

function useChosen(viewer: NavigatedViewer | null, chosen: string | null | undefined): void {
  useEffect(() => {
    if (!viewer || !chosen || !viewer.get<Registry>("elementRegistry").get(chosen)) return;
    const canvas = viewer.get<Canvas>("canvas");
    canvas.addMarker(chosen, "r-chosen");
    return () => {
      try {
        canvas.removeMarker(chosen, "r-chosen");
      } catch {
        // The diagram is gone.
      }
    };
  }, [viewer, chosen]);
}

function badge(text: string, tone: string, label: string | undefined): HTMLElement {
  const made = document.createElement("span");
  made.className = classes.count ?? "";
  made.dataset["tone"] = tone;
  made.textContent = text;
  if (label) made.title = label;
  return made;
}

/** A label belongs to what it names; the ground to nothing. */
function idOf(element: Shape): string | null {
  if (/Process|Collaboration/.test(element.type)) return null;
  return element.labelTarget?.id ?? element.id;
}
