/** The guide: seven steps that tick themselves from what Ritorno knows. */

import { getJson, h, icon, keep, money, shop, t, time } from "/demo/files/base.js";

const STEPS = 7;
const LOOK_MS = 1200;
const LOOK_SOON_MS = 300;

let state = null;
let doors = { toProduct: null, go: null, restart: null };
let isWaiting = false;
let timer;
let drawn = "";

/** Begins to look; `more` holds what only the shop's own page can do. */
export function startGuide(more = {}) {
  doors = { ...doors, ...more };
  look();
}

/** The step that is to be done now, from 1 to 7. */
export const guideStep = () => current();

/** Looks again at once, after something has happened here. */
export function lookSoon() {
  clearTimeout(timer);
  timer = setTimeout(look, LOOK_SOON_MS);
}

export const guideState = () => state;

async function look() {
  clearTimeout(timer);
  try {
    const cart = shop.followed ?? shop.cart;
    const query = cart ? `?cart=${encodeURIComponent(cart)}` : "";
    state = await getJson(`/demo/state.json${query}`);
    document.dispatchEvent(new CustomEvent("guide", { detail: state }));
  } catch {
    // The server is starting again: what is shown stays.
  }
  drawGuide();
  const step = current();
  const isSoon = isWaiting || (state && !state.is_ready) || step === 4;
  timer = setTimeout(look, isSoon ? LOOK_SOON_MS : LOOK_MS);
}

/** The step that is to be done now. */
function current() {
  const s = state?.steps;
  if (!s) return 1;
  if (s.recovered) return 7;
  if (s.clicked) return 6;
  if (s.mail && s.mail_read) return 5;
  if (s.mail || s.left) return 4;
  if (s.known && s.added) return 3;
  return s.added || shop.lines.length ? 2 : 1;
}

async function aDayLater() {
  isWaiting = true;
  drawGuide(true);
  // What was done before the day must arrive before it is over.
  await window.ritorno?.flush();
  await fetch("/demo/clock", { method: "POST", headers: { "content-type": "application/json" }, body: '{"hours":24}' });
  isWaiting = false;
  look();
}

function button(label, act, kind = "primary", disabled = false) {
  return h("button", { type: "button", class: `button ${kind}`, onclick: act, disabled }, label);
}

function link(label, href, kind = "primary") {
  return h("a", { class: `button ${kind}`, href }, label);
}

/** One page further towards the order; at the checkout the page's own button is the way. */
function onward(toCart) {
  const path = location.pathname;
  if (path === "/demo/checkout") return null;
  const [label, to] = path === "/demo/cart" ? [t().checkout, "/demo/checkout"] : [toCart, "/demo/cart"];
  return doors.go ? button(label, () => doors.go(to)) : link(label, to);
}

/** What the present step offers to press. */
function action(step) {
  const s = state?.steps ?? {};
  const words = t();
  switch (step) {
    case 1: {
      const add = document.getElementById("add");
      if (add) return button(words.add, () => add.click());
      return doors.toProduct ? button(words.g1b, doors.toProduct) : link(words.g1b, "/demo");
    }
    case 2:
      return onward(words.g2b);
    case 3:
      return button(isWaiting ? words.g3w : words.g3b, aDayLater, "primary", isWaiting);
    case 4:
      if (s.mail) return link(words.g4b, `/demo/mailbox?mail=${s.mail}`);
      return s.no_mail ? h("p", { class: "hint" }, words.noMail) : h("p", { class: "waiting", role: "status" }, words.g4w);
    case 5:
      return location.pathname === "/demo/mailbox" ? null : link(words.g4b, `/demo/mailbox?mail=${s.mail}`, "quiet");
    case 6:
      return onward(words.g6b);
    default:
      return link(words.g7b, "/demo/enter?to=/reports");
  }
}

function textOf(step) {
  const words = t();
  if (step === 2 && location.pathname === "/demo/checkout") return words.g2c;
  if (step !== 7) return words[`g${step}t`];
  return words.g7t(money(state?.steps.total ?? 0));
}

function stepItem(n, now) {
  const isDone = n < now;
  const mark = h("span", { class: "mark" }, isDone ? icon("tick") : String(n));
  const here = n === now && !state?.steps.converted;
  const body = here ? [h("p", {}, textOf(n)), action(n)] : [];
  return h(
    "li",
    { class: isDone ? "done" : here ? "now" : "later", "aria-current": here ? "step" : null },
    mark,
    h("div", { class: "step" }, h("h3", {}, t()[`g${n}`]), ...body),
  );
}

function clock() {
  if (!state) return null;
  const words = t();
  const at = time(state.now, { hour: "2-digit", minute: "2-digit" });
  const day = time(state.now, { weekday: "short", day: "numeric", month: "short" });
  const ahead = state.hours_ahead > 0 ? h("span", { class: "ahead" }, words.ahead(state.hours_ahead)) : null;
  return h("p", { class: "clock" }, h("span", { class: "at" }, icon("clock"), `${words.clock} ${day}, ${at}`), ahead);
}

function playing() {
  const words = t();
  const month = time(state.now, { month: "long", year: "numeric" });
  return [
    h("h2", {}, words.playing),
    h("p", {}, words.playingText),
    h("progress", { max: 1, value: state.progress, "aria-label": words.playing }),
    h("p", { class: "clock", role: "status" }, `${words.upTo} ${month}`),
  ];
}

function restart() {
  shop.followed = null;
  shop.cart = null;
  shop.lines = [];
  keep();
  window.ritorno?.reset();
  if (doors.restart) {
    doors.restart();
    lookSoon();
  } else location.href = "/demo";
}

/** Draws the panel; only where something has changed, so that a button under the finger stays. */
export function drawGuide(always = false) {
  const place = document.getElementById("guide");
  const about = JSON.stringify([state && { ...state, now: state.is_ready ? state.now.slice(0, 16) : state.now }, shop.language, shop.folded, shop.lines.length, isWaiting, location.pathname]);
  if (!place || (about === drawn && !always)) return;
  drawn = about;
  const words = t();
  place.setAttribute("aria-label", words.guide);
  place.classList.toggle("folded", shop.folded);
  if (state && !state.is_ready) {
    place.replaceChildren(h("div", { class: "card" }, ...playing()));
    return;
  }
  const now = current();
  const fold = () => {
    shop.folded = !shop.folded;
    keep();
    drawGuide();
  };
  const label = shop.folded ? words.unfold : words.fold;
  const head = h(
    "div",
    { class: "head" },
    h("div", {}, h("p", { class: "over" }, words.step(now, STEPS)), h("h2", {}, shop.folded ? words[`g${now}`] : words.guide)),
    h("button", { type: "button", class: "fold", "aria-expanded": String(!shop.folded), "aria-label": label, onclick: fold }, icon("fold")),
  );
  const compact = h("div", { class: "compact" }, h("p", {}, textOf(now)), action(now));
  const list = h("ol", {}, ...Array.from({ length: STEPS }, (_, n) => stepItem(n + 1, now)));
  const isOver = state?.steps.recovered || state?.steps.converted;
  const tail = h(
    "div",
    { class: "tail" },
    state?.steps.converted ? h("p", { class: "hint" }, words.converted) : null,
    isOver ? button(words.again, restart, "quiet") : null,
    clock(),
  );
  const lead = h("p", { class: "lead" }, words.guideText);
  place.replaceChildren(h("div", { class: "card" }, head, compact, lead, list, tail));
}
