/** The plain page: says that the server runs, in the reader's language, and shows how it is. */

import { fetchHealth, type Health, type HealthState } from "./health";
import { isTextKey, text, type Language, type TextKey } from "./texts";

const ASK_EVERY_MS = 5_000;
const LANGUAGE_KEY = "ritorno.language";

const HEALTH_TEXT: Record<HealthState, TextKey> = {
  ready: "healthReady",
  hold: "healthHold",
  not_ready: "healthNotReady",
  unreachable: "healthUnreachable",
};

let language: Language = preferredLanguage();
let health: Health | null = null;

function preferredLanguage(): Language {
  const kept = readKeptLanguage();
  if (kept === "it" || kept === "en") return kept;
  const first = navigator.languages.find((tag) => /^(it|en)\b/i.test(tag)) ?? "en";
  return first.toLowerCase().startsWith("it") ? "it" : "en";
}

/** Storage may be switched off in the browser; then the choice lasts as long as the page. */
function readKeptLanguage(): string | null {
  try {
    return localStorage.getItem(LANGUAGE_KEY);
  } catch {
    return null;
  }
}

function keepLanguage(chosen: Language): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, chosen);
  } catch {
    // Nothing to do: see readKeptLanguage.
  }
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

/** Writes only what changed, so that a screen reader is not told the same state every five seconds. */
function write(target: HTMLElement, value: string): void {
  if (target.textContent !== value) target.textContent = value;
}

function showTexts(): void {
  document.documentElement.lang = language;
  document.title = text(language, "title");
  for (const marked of document.querySelectorAll<HTMLElement>("[data-text]")) {
    const key = marked.dataset["text"];
    if (isTextKey(key)) write(marked, text(language, key));
  }
  for (const marked of document.querySelectorAll<HTMLElement>("[data-label]")) {
    const key = marked.dataset["label"];
    if (isTextKey(key)) marked.setAttribute("aria-label", text(language, key));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset["language"] === language));
  }
}

function showHealth(): void {
  const pill = element("health");
  pill.dataset["state"] = health?.state ?? "unknown";
  const sentence = text(language, health ? HEALTH_TEXT[health.state] : "asking");
  write(element("health-text"), health?.reason ? `${sentence} (${health.reason})` : sentence);
  write(element("figure-lag"), lagText(health?.oldestUnappliedMs ?? null));
  write(element("figure-timers"), countText(health?.timersOverdue ?? null));
  write(element("figure-outbox"), countText(health?.outboxDepth ?? null));
  write(element("version"), health?.version ? `${text(language, "version")} ${health.version}.` : "");
}

function countText(value: number | null): string {
  return value === null ? "–" : new Intl.NumberFormat(language).format(value);
}

function lagText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms === 0) return text(language, "none");
  const seconds = ms / 1000;
  const [value, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7_200 ? [seconds / 60, "minute"] : [seconds / 3_600, "hour"];
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: unit as string,
    maximumFractionDigits: (value as number) < 10 ? 1 : 0,
  }).format(value as number);
}

async function ask(): Promise<void> {
  health = await fetchHealth();
  showHealth();
}

async function askForEver(): Promise<void> {
  for (;;) {
    // A page nobody looks at asks nothing.
    if (document.visibilityState === "visible") await ask();
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-language]")) {
  button.addEventListener("click", () => {
    language = button.dataset["language"] === "it" ? "it" : "en";
    keepLanguage(language);
    showTexts();
    showHealth();
  });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void ask();
});

write(element("origin"), `"${location.origin}"`);
showTexts();
showHealth();
void askForEver();
