/** The mailbox: what Ritorno would have sent, and to whom. */

import { getJson, h, icon, languages, shop, t, time } from "/demo/files/base.js";
import { drawGuide, guideState, lookSoon, startGuide } from "/demo/files/guide.js";

const LOOK_MS = 2500;

let mails = [];
let open = Number(new URLSearchParams(location.search).get("mail")) || null;
let drawnList = "";

const when = (at) => time(at, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

function choose(id) {
  open = id;
  history.replaceState(null, "", id ? `/demo/mailbox?mail=${id}` : "/demo/mailbox");
  drawMail();
  drawList(true);
  // Opening it is a step of the guide.
  setTimeout(lookSoon, 200);
}

function row(mail) {
  const mine = guideState()?.steps.mail === mail.id;
  const mark = mail.outcome === "sent" ? null : h("span", { class: `outcome ${mail.outcome}` }, t()[mail.outcome]);
  return h("li", {},
    h("button", { type: "button", class: mail.is_read ? "mail" : "mail unread", "aria-current": open === mail.id ? "true" : null, onclick: () => choose(mail.id) },
      h("span", { class: "who" }, mail.to_name || mail.to, mine ? h("span", { class: "mine" }, t().forYou) : null),
      h("time", { datetime: mail.at }, when(mail.at)),
      h("span", { class: "subject" }, mail.subject),
      mark));
}

function drawList(always = false) {
  const mine = guideState()?.steps.mail ?? null;
  const about = JSON.stringify([mails.map((mail) => [mail.id, mail.is_read]), open, mine, shop.language]);
  if (about === drawnList && !always) return;
  drawnList = about;
  const own = mails.filter((mail) => mail.id === mine);
  const others = mails.filter((mail) => mail.id !== mine);
  const list = mails.length ? h("ul", {}, [...own, ...others].map(row)) : h("p", { class: "empty" }, t().noMails);
  document.getElementById("list").replaceChildren(list);
}

function drawMail() {
  const place = document.getElementById("mail");
  const view = document.getElementById("view");
  view.classList.toggle("reading", Boolean(open));
  const mail = mails.find((each) => each.id === open);
  if (!mail) {
    place.replaceChildren(h("p", { class: "empty" }, t().choose));
    return;
  }
  const line = (label, name, address) => h("p", { class: "small" }, h("span", { class: "label" }, label), " ", name ? `${name} <${address}>` : address);
  const frame = h("iframe", {
    title: mail.subject,
    src: `/demo/mails/${mail.id}/body`,
    // No script, no form; a link that is clicked leads out of the frame.
    sandbox: "allow-top-navigation-by-user-activation allow-popups",
  });
  place.replaceChildren(
    h("button", { type: "button", class: "back", onclick: () => choose(null) }, icon("back"), t().back),
    h("h2", {}, mail.subject),
    line(t().from, mail.from_name, mail.from),
    line(t().to, mail.to_name, mail.to),
    frame);
}

async function look() {
  try {
    mails = (await getJson("/demo/mails.json")).mails;
  } catch {
    // The server is starting again: what is shown stays.
  }
  drawList();
}

function drawAll() {
  document.documentElement.lang = shop.language;
  document.querySelector(".skip").textContent = t().skip;
  document.title = `${t().mails} · Passo Lento`;
  document.getElementById("top").replaceChildren(
    h("a", { href: "/demo", class: "brand" }, h("img", { src: "/demo/files/mark.svg", alt: "", width: 36, height: 36 }), h("span", {}, "Passo Lento")),
    h("span", { class: "tagline" }, t().mails),
    h("nav", {}, h("a", { href: "/demo", class: "round", "aria-label": t().home, title: t().home }, icon("bag")), languages(drawAll)));
  document.getElementById("view").replaceChildren(
    h("section", { class: "box" }, h("h1", {}, t().mails), h("p", { class: "small" }, t().mailsText), h("div", { id: "list" })),
    h("section", { class: "paper", id: "mail" }));
  drawList(true);
  drawMail();
  drawGuide(true);
}

drawAll();
await look();
drawMail();
document.addEventListener("guide", () => drawList());
startGuide();
setInterval(look, LOOK_MS);
