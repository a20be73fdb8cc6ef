import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense, useEffect, useState } from "react";

const Palette = lazy(async () => ({ default: (await import("./palette")).Palette }));

let open: () => void = () => {};

/** Opens search and commands. */
export function openPalette(): void {
  open();
}

/** The palette's code comes when it is first wanted. */
export function PaletteHost() {
  const [wanted, setWanted] = useState(0);
  useEffect(() => {
    open = () => setWanted((count) => count + 1);
  }, []);
  useHotkeys([["mod+K", openPalette]], []);
  if (wanted === 0) return null;
  return (
    <Suspense fallback={null}>
      <Palette wanted={wanted} />
    </Suspense>
  );
}
