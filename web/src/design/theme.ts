/**
 * The one file of colour, type, space and motion. Everything else names what it wants (`--r-ink-soft`, `md`, …) and never
 * a value of its own. docs/design.md says why things are as they are.
 */

import { type CSSVariablesResolver, type MantineColorsTuple, createTheme } from "@mantine/core";

/** The accent: a deep green with some blue, as of a spruce wood. Shade 7 carries white text at 6:1. */
const spruce: MantineColorsTuple = ["#eef7f3", "#daece5", "#b6d9cc", "#8cc3af", "#66ae96", "#479a80", "#2f866b", "#1f6f58", "#185a47", "#104535"];
/** Warm greys for paper and ink. */
const gray: MantineColorsTuple = ["#faf9f6", "#f4f2ed", "#eae6de", "#dfdad0", "#cbc5b9", "#a9a398", "#837e75", "#5f5c55", "#43413c", "#2a2926"];
/** The greys of the dark scheme: 0 is text, 7 the ground. */
const dark: MantineColorsTuple = ["#eceeea", "#d0d5d0", "#b3bab4", "#8d958f", "#48524d", "#3a433f", "#262e2b", "#151a18", "#101413", "#0a0d0c"];
const amber: MantineColorsTuple = ["#fdf5e6", "#f9e8c8", "#f2d195", "#eab95f", "#e0a23a", "#cb8a1f", "#a96f10", "#8a5a09", "#704806", "#533503"];
const brick: MantineColorsTuple = ["#fcf0ed", "#f8dcd6", "#f0b8ad", "#e79081", "#dd6c5a", "#cf5140", "#b83e2e", "#9c3022", "#80261a", "#611b12"];
const sky: MantineColorsTuple = ["#eef4fa", "#d9e6f3", "#b3cde6", "#88b0d6", "#6395c6", "#467db3", "#33689c", "#285684", "#1f456b", "#153250"];

/** Meaning → colour. Screens say `good`, never `green`. */
export type Tone = "accent" | "good" | "wait" | "bad" | "info" | "neutral";
export const TONE_COLORS: Record<Tone, string> = { accent: "spruce", good: "spruce", wait: "amber", bad: "brick", info: "sky", neutral: "gray" };

/** Milliseconds. Nothing moves for longer, and nothing at all where the reader asked for stillness. */
export const MOTION_MS = 120;

export const BREAKPOINTS = { phone: "36em", tablet: "62em" } as const;

const FONT = '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  primaryColor: "spruce",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { spruce, gray, dark, amber, brick, sky, red: brick, green: spruce, yellow: amber, orange: amber, blue: sky, teal: spruce },
  white: "#ffffff",
  black: "#1e2724",
  fontFamily: FONT,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: "0.8125rem", sm: "0.875rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
  headings: {
    fontFamily: FONT,
    fontWeight: "620",
    textWrap: "balance",
    sizes: {
      h1: { fontSize: "1.625rem", lineHeight: "1.25" },
      h2: { fontSize: "1.125rem", lineHeight: "1.35" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  // An 8-pixel grid, with halves inside components.
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2.5rem" },
  radius: { xs: "0.25rem", sm: "0.375rem", md: "0.5rem", lg: "0.75rem", xl: "1rem" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // Most fields are needed: those that are not say so.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    Button: { defaultProps: { size: "sm" } },
    Modal: { defaultProps: { centered: true, radius: "lg", padding: "lg", transitionProps: { duration: MOTION_MS } } },
    Drawer: { defaultProps: { transitionProps: { duration: MOTION_MS } } },
    Menu: { defaultProps: { radius: "lg", shadow: "md", transitionProps: { duration: MOTION_MS } } },
    Popover: { defaultProps: { radius: "lg", shadow: "md", transitionProps: { duration: MOTION_MS } } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: MOTION_MS }, events: { hover: true, focus: true, touch: true } } },
    Card: { defaultProps: { withBorder: true, radius: "lg", padding: "lg" } },
    Anchor: { defaultProps: { underline: "hover" } },
    Checkbox: { defaultProps: { radius: "sm" } },
  },
});

/** Names by use. Light: dark ink on warm paper; dark: the same the other way round. Both keep 4.5:1 for text. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--r-motion": `${MOTION_MS}ms`,
    "--r-shell-nav": "14.5rem",
    "--r-page-max": "76rem",
    "--mantine-color-disabled-border": "transparent",
    "--r-shadow": "0 10px 30px rgb(30 39 36 / 10%)",
  },
  light: {
    "--mantine-color-body": "#f8f6f2",
    "--mantine-color-text": "#1e2724",
    "--mantine-color-dimmed": "#5c5a53",
    "--mantine-color-placeholder": "#6b6860",
    "--mantine-color-default-border": "#ddd7cc",
    "--mantine-color-anchor": spruce[7],
    "--mantine-color-error": brick[7],
    ...lightText(),
    "--r-ground": "#f8f6f2",
    "--r-surface": "#ffffff",
    "--r-surface-soft": "#f4f2ed",
    "--r-line": "#e4dfd5",
    "--r-line-strong": "#8b857a",
    "--r-ink": "#1e2724",
    "--r-ink-soft": "#5c5a53",
    "--r-accent": spruce[7],
    "--r-accent-soft": "#e4f0eb",
    "--r-accent-ink": spruce[8],
    "--r-good": "#1a6b4f",
    "--r-good-soft": "#e1f1e8",
    "--r-wait": "#7a4d00",
    "--r-wait-soft": "#fbf0d9",
    "--r-bad": "#98291c",
    "--r-bad-soft": "#fbe9e5",
    "--r-info": "#235180",
    "--r-info-soft": "#e7f0f8",
    "--r-neutral": "#55534c",
    "--r-neutral-soft": "#efece6",
  },
  dark: {
    "--mantine-color-body": "#151a18",
    "--mantine-color-text": "#eceeea",
    "--mantine-color-dimmed": "#b3bab4",
    "--mantine-color-placeholder": "#9aa29c",
    "--mantine-color-default-border": "#39423e",
    "--mantine-color-anchor": spruce[3],
    "--mantine-color-error": brick[3],
    "--mantine-color-spruce-light": "#1f3831",
    "--mantine-color-spruce-light-hover": "#27453c",
    "--mantine-color-spruce-light-color": spruce[2],
    "--r-ground": "#151a18",
    "--r-surface": "#1d2421",
    "--r-surface-soft": "#242c29",
    "--r-line": "#323b37",
    "--r-line-strong": "#75807a",
    "--r-ink": "#eceeea",
    "--r-ink-soft": "#b3bab4",
    "--r-accent": spruce[3],
    "--r-accent-soft": "#1f3831",
    "--r-accent-ink": spruce[2],
    "--r-good": "#7fd0ae",
    "--r-good-soft": "#1c3a30",
    "--r-wait": "#efbf68",
    "--r-wait-soft": "#3b2f17",
    "--r-bad": "#f3a294",
    "--r-bad-soft": "#432520",
    "--r-info": "#9cc3ea",
    "--r-info-soft": "#1f3348",
    "--r-neutral": "#c2c9c3",
    "--r-neutral-soft": "#2c3531",
  },
});

/** Mantine's light variants put shade 6 on shade 1, which is too pale to read: shade 8 instead. */
function lightText(): Record<string, string> {
  const tuples = { spruce, gray, amber, brick, sky, red: brick, green: spruce, yellow: amber, orange: amber, blue: sky, teal: spruce };
  return Object.fromEntries(Object.entries(tuples).map(([name, tuple]) => [`--mantine-color-${name}-light-color`, tuple[8]]));
}
