import { useEffect, type RefObject } from "react";
import { isTyping } from "./keys";

/** j and k move through the rows of the list on the page, the arrows too once inside it; x selects. */
export function useListKeys(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("[role=dialog]")) return;
      const rows = [...(root.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      if (rows.length === 0) return;
      const at = rows.findIndex((row) => row === document.activeElement);
      const step = event.key === "j" || (event.key === "ArrowDown" && at >= 0) ? 1 : event.key === "k" || (event.key === "ArrowUp" && at >= 0) ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
      } else if (event.key === "x" && at >= 0) {
        rows[at]?.closest("tr, li")?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [root]);
}
