/**
 * What time it is for the server. A browser's clock may be wrong, and a demonstration's clock is moved by hand: moments that
 * the server tells are compared with the server's own now.
 */

/** Less than this is the way of an answer, no difference of clocks. */
const NOISE_MS = 2_000;

let ahead = 0;
const watchers = new Set<() => void>();

/** The server said what time it is, just now. */
export function hearServerClock(now: string): void {
  const found = Date.parse(now) - Date.now();
  if (Number.isNaN(found) || Math.abs(found - ahead) < NOISE_MS) return;
  ahead = Math.abs(found) < NOISE_MS ? 0 : found;
  for (const watcher of watchers) watcher();
}

/** The server's time, in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** Calls back when the clocks turn out to differ in another way. Returns how to stop it. */
export function watchServerClock(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
