/** What the shop's pages share: the language, what the visitor's browser keeps for the shop, elements, amounts and times. */

import { TEXTS } from "/demo/files/texts.js";

const STORE = "passolento";

const kept = (() => {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "{}") ?? {};
  } catch {
    return {};
  }
})();

/** A shop cannot do without its cart; this is all that it keeps. */
export const shop = {
  language: kept.language ?? (navigator.language.startsWith("it") ? "it" : navigator.language ? "en" : "it"),
  cart: kept.cart ?? null,
  lines: kept.lines ?? [],
  me: kept.me ?? null,
  /** The cart that the guide is about: the present one, or the one just ordered. */
  followed: kept.followed ?? null,
  seen: kept.seen ?? false,
  /** On a phone the guide begins small. */
  folded: kept.folded ?? matchMedia("(max-width: 62rem)").matches,
  asked: kept.asked ?? false,
};

export function keep() {
  try {
    localStorage.setItem(STORE, JSON.stringify(shop));
  } catch {
    // Without storage the cart lives as long as the page.
  }
}

export const t = () => TEXTS[shop.language];
const locale = () => (shop.language === "it" ? "it-IT" : "en-GB");

export const money = (cents) =>
  new Intl.NumberFormat(locale(), { style: "currency", currency: "EUR", minimumFractionDigits: cents % 100 ? 2 : 0 }).format(cents / 100);

export const time = (iso, options) => new Intl.DateTimeFormat(locale(), { timeZone: "Europe/Rome", ...options }).format(new Date(iso));

/** An element: attributes, `on…` listeners, children; a text is never read as markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (["value", "checked", "disabled", "max"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A plain drawing of a few lines, in the colour of the text around it. */
export function icon(name) {
  const paths = {
    bag: "M5 8h14l-1 12H6L5 8Zm4 0a3 3 0 0 1 6 0",
    mail: "M3 6h18v12H3V6Zm0 1 9 6 9-6",
    tick: "m5 12.5 4.5 4.5L19 7.5",
    clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4.5V12l3 2",
    arrow: "M5 12h14m-6-6 6 6-6 6",
    back: "M19 12H5m6-6-6 6 6 6",
    fold: "m6 9 6 6 6-6",
  };
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

export async function getJson(path) {
  const answer = await fetch(path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** The two languages as buttons; `changed` draws the page anew. */
export function languages(changed) {
  const choose = (language) => () => {
    shop.language = language;
    keep();
    changed();
  };
  const button = (language) =>
    h("button", { type: "button", "aria-pressed": String(shop.language === language), lang: language, onclick: choose(language) }, language.toUpperCase());
  return h("div", { class: "languages", role: "group", "aria-label": t().language }, button("it"), button("en"));
}
