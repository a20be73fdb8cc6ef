import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { isTyping } from "../design/keys";
import { useAreas } from "./navigation";
import { openPalette } from "./palette-host";

const KeysModal = lazy(async () => ({ default: (await import("./keys-modal")).KeysModal }));

/** After `g`, so long is waited for the letter. */
const GO_WITHIN_MS = 1_500;

let openHelp: () => void = () => {};

export function openKeysHelp(): void {
  openHelp();
}

/** The keys that work on every page, and the list of them behind `?`. */
export function KeysHelp() {
  const [isOpen, setOpen] = useState(false);
  const wasOpen = useRef(false);
  const areas = useAreas();
  const navigate = useNavigate();
  const wentAt = useRef(0);
  useEffect(() => {
    openHelp = () => setOpen(true);
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("[role=dialog]")) return;
      if (event.timeStamp - wentAt.current < GO_WITHIN_MS) {
        wentAt.current = 0;
        const area = areas.find(({ key }) => key === event.key.toLowerCase());
        if (area) {
          event.preventDefault();
          void navigate({ to: area.to });
        }
        return;
      }
      if (event.key === "g") wentAt.current = event.timeStamp;
      else if (event.key === "?") setOpen(true);
      else if (event.key === "/") {
        event.preventDefault();
        const field = document.querySelector<HTMLInputElement>("main [data-page-search]");
        if (field) field.focus();
        else openPalette();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [areas, navigate]);
  if (!wasOpen.current && !isOpen) return null;
  wasOpen.current = true;
  return (
    <Suspense fallback={null}>
      <KeysModal isOpen={isOpen} onClose={() => setOpen(false)} />
    </Suspense>
  );
}
