/** The shop: window, product, cart, checkout, thanks. It tells Ritorno what happens through the browser snippet, as any shop would. */

import { getJson, h, icon, keep, languages, money, shop, t } from "/demo/files/base.js";
import { drawGuide, guideStep, lookSoon, startGuide } from "/demo/files/guide.js";

/** Who the visitor is unless they say otherwise. */
const VISITOR = { firstName: "Ada", lastName: "Ferrero", email: "ada.ferrero@posta.example", agrees: true };

let setup = { products: [], kinds: [], key: null, enter: false };
let kind = null;
let notice = null;

const tell = (name, ...args) => window.ritorno?.[name](...args);
const find = (id) => setup.products.find((product) => product.id === id);
const words = (product) => product[shop.language];
const image = (product) => `/demo/files/img/${product.id}.svg`;
const count = () => shop.lines.reduce((sum, line) => sum + line.quantity, 0);
const sum = () => shop.lines.reduce((all, line) => all + line.quantity * (find(line.id)?.price ?? 0), 0);

/** A line as the events name it. */
function item(line) {
  const product = find(line.id);
  return {
    product_id: product.id,
    variant: line.size ? `${product.id}-${line.size}` : undefined,
    name: words(product).name,
    price: product.price / 100,
    quantity: line.quantity,
    url: `${location.origin}/demo/p/${product.id}`,
    image_url: location.origin + image(product),
  };
}

const items = () => shop.lines.filter((line) => find(line.id)).map(item);

function cartId() {
  if (!shop.cart) {
    shop.cart = `negozio-${Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join("")}`;
    shop.followed = shop.cart;
  }
  tell("cart", shop.cart);
  return shop.cart;
}

function add(product, size) {
  cartId();
  const known = shop.lines.find((line) => line.id === product.id && line.size === size);
  if (known) known.quantity += 1;
  else shop.lines.push({ id: product.id, size, quantity: 1 });
  keep();
  tell("added", item({ id: product.id, size, quantity: 1 }));
  drawTop();
  lookSoon();
}

function change(line, by) {
  cartId();
  line.quantity += by;
  if (line.quantity <= 0) shop.lines.splice(shop.lines.indexOf(line), 1);
  keep();
  tell(by > 0 ? "added" : "removed", item({ ...line, quantity: Math.abs(by) }));
  lookSoon();
  draw();
}

/** The link in a mail: the cart as it was, on whatever device this is. */
function restore(query) {
  const cart = query.get("cart");
  const lines = (query.get("lines") ?? "").split(",").map((text) => text.split(":"));
  const known = lines.filter(([id, n]) => find(id) && Number(n) > 0);
  if (!cart || !known.length) return;
  const sizes = new Map(shop.cart === cart ? shop.lines.map((line) => [line.id, line.size]) : []);
  shop.cart = shop.followed = cart;
  shop.lines = known.map(([id, n]) => ({ id, size: sizes.get(id), quantity: Math.min(Number(n), 99) }));
  keep();
  tell("cart", cart);
  notice = "restored";
}

// --- where we are ---------------------------------------------------------------------------------------------------------

function go(path) {
  history.pushState(null, "", path);
  notice = null;
  arrive();
  scrollTo(0, 0);
  document.getElementById("view").focus({ preventScroll: true });
}

const anchor = (path, attributes, ...children) =>
  h("a", { href: path, ...attributes, onclick: (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(path);
  } }, ...children);

/** A page was reached: Ritorno hears of it once. */
function arrive() {
  const path = location.pathname;
  const id = path.match(/^\/demo\/p\/([\w-]+)$/)?.[1];
  tell("page", id ? "Product" : (path.split("/")[2] ?? "Home"));
  const product = id && find(id);
  if (product) tell("viewed", item({ id, quantity: 1 }));
  if (path === "/demo/cart" && shop.lines.length) {
    cartId();
    tell("cartViewed", items());
  }
  draw();
  drawGuide();
}

// --- pages ----------------------------------------------------------------------------------------------------------------

function windowPage() {
  const chip = (name) =>
    h("button", { type: "button", class: "chip", "aria-pressed": String(kind === name), onclick: () => {
      kind = name;
      draw();
    } }, t()[name ?? "all"]);
  const card = (product) =>
    anchor(`/demo/p/${product.id}`, { class: "product" },
      h("img", { src: image(product), alt: "", width: 480, height: 480, loading: "lazy" }),
      h("span", { class: "name" }, words(product).name),
      h("span", { class: "price" }, money(product.price)));
  const shown = setup.products.filter((product) => !kind || product.kind === kind);
  return [
    h("section", { class: "hero" }, h("h1", {}, t().hero), h("p", {}, t().heroText)),
    h("div", { class: "chips", role: "group", "aria-label": t().home }, [null, ...setup.kinds].map(chip)),
    h("div", { class: "grid" }, shown.map(card)),
  ];
}

function productPage(product) {
  if (!product) return [h("h1", {}, t().notFound), anchor("/demo", { class: "button" }, t().toShop)];
  let size = product.sizes[Math.min(3, product.sizes.length - 1)];
  const choice = (each) => [
    h("input", { type: "radio", name: "size", id: `size-${each}`, value: each, checked: each === size, onchange: () => (size = each) }),
    h("label", { for: `size-${each}` }, each),
  ];
  const sizes = product.sizes.length
    ? h("fieldset", { class: "sizes" }, h("legend", {}, t().size), product.sizes.map(choice))
    : null;
  const put = h("button", { type: "button", class: "button primary large", id: "add", onclick: () => {
    add(product, size);
    put.replaceChildren(icon("tick"), t().added);
    put.classList.add("done");
    setTimeout(() => {
      put.replaceChildren(t().add);
      put.classList.remove("done");
    }, 1600);
  } }, t().add);
  return [
    anchor("/demo", { class: "back" }, icon("back"), t().home),
    h("article", { class: "detail" },
      h("img", { src: image(product), alt: "", width: 480, height: 480 }),
      h("div", {},
        h("h1", {}, words(product).name),
        h("p", { class: "price" }, money(product.price)),
        h("p", { class: "line" }, words(product).line),
        sizes, put,
        h("p", { class: "small" }, t().shipping))),
  ];
}

function lineRow(line) {
  const product = find(line.id);
  const name = words(product).name;
  const step = (label, by, sign) => h("button", { type: "button", "aria-label": `${label}: ${name}`, onclick: () => change(line, by) }, sign);
  return h("li", {},
    h("img", { src: image(product), alt: "", width: 88, height: 88 }),
    h("div", { class: "what" },
      anchor(`/demo/p/${product.id}`, {}, name),
      h("span", { class: "small" }, [line.size, `${money(product.price)} ${t().each}`].filter(Boolean).join(" · "))),
    h("div", { class: "steps" }, step(t().fewer, -1, "−"), h("span", {}, String(line.quantity)), step(t().more, 1, "+")),
    h("span", { class: "price" }, money(product.price * line.quantity)));
}

function emptyCart() {
  return [h("h1", {}, t().cart), h("p", { class: "empty" }, t().emptyCart), anchor("/demo", { class: "button primary" }, t().toShop)];
}

function cartPage() {
  if (!shop.lines.length) return emptyCart();
  return [
    h("h1", {}, t().cart),
    notice === "restored" ? h("p", { class: "notice", role: "status" }, icon("tick"), t().restored) : null,
    h("ul", { class: "lines" }, shop.lines.filter((line) => find(line.id)).map(lineRow)),
    h("div", { class: "sum" }, h("span", {}, t().total), h("span", { class: "price" }, money(sum()))),
    anchor("/demo/checkout", { class: "button primary large", id: "checkout" }, t().checkout, icon("arrow")),
  ];
}

function checkoutPage() {
  if (!shop.lines.length) return emptyCart();
  const me = shop.me ?? VISITOR;
  const field = (name, type, complete) =>
    h("label", { class: "field" }, h("span", {}, t()[name]),
      h("input", { name, type, value: me[name], required: true, autocomplete: complete, maxlength: 120 }));
  const form = h("form", { class: "who", onsubmit: (event) => {
    event.preventDefault();
    const said = new FormData(form);
    shop.me = { firstName: said.get("firstName"), lastName: said.get("lastName"), email: said.get("email"), agrees: said.get("agrees") === "on" };
    keep();
    cartId();
    const { agrees, ...traits } = shop.me;
    // Whose browser it is: the same address is the same customer, another one is somebody else.
    tell("identify", `negozio-${shop.me.email.toLowerCase()}`, { ...traits, language: shop.language, consent: { marketing: { email: agrees } } });
    tell("checkout", items());
    notice = "known";
    draw();
    lookSoon();
  } },
    h("h2", {}, t().who), h("p", { class: "small" }, t().whoText),
    h("div", { class: "pair" }, field("firstName", "text", "given-name"), field("lastName", "text", "family-name")),
    field("email", "email", "email"),
    h("label", { class: "check" }, h("input", { type: "checkbox", name: "agrees", checked: me.agrees }), h("span", {}, t().agree)),
    notice === "known" ? null : h("button", { type: "submit", class: "button primary large", id: "go-on" }, t().goOn));
  const summary = h("section", { class: "summary" },
    h("h2", {}, t().summary),
    h("ul", {}, shop.lines.filter((line) => find(line.id)).map((line) =>
      h("li", {}, h("span", {}, `${line.quantity} × ${words(find(line.id)).name}`), h("span", { class: "price" }, money(find(line.id).price * line.quantity))))),
    h("div", { class: "sum" }, h("span", {}, t().total), h("span", { class: "price" }, money(sum()))),
    notice === "known" || shop.me ? h("button", { type: "button", class: mayOrder() ? "button primary large" : "button large", id: "order", onclick: order }, t().order) : null);
  return [anchor("/demo/cart", { class: "back" }, icon("back"), t().cart), h("div", { class: "columns" }, form, summary)];
}

/** Who follows the guide leaves first; the button is there, and does not call. */
const mayOrder = () => guideStep() > 3;

function order() {
  const id = `PL-${Math.floor(100_000 + Math.random() * 899_999)}`;
  cartId();
  // The address says whose order it is: a browser that may not remember its visitor is a stranger on every page.
  tell("ordered", { order_id: id, total: sum() / 100, products: items(), email: (shop.me ?? VISITOR).email });
  shop.followed = shop.cart;
  shop.cart = null;
  shop.lines = [];
  keep();
  go(`/demo/thanks?order=${id}`);
  lookSoon();
}

function thanksPage() {
  const id = new URLSearchParams(location.search).get("order") ?? "";
  return [
    h("section", { class: "hero thanks" }, h("h1", {}, t().thanks), h("p", {}, t().thanksText(id.slice(0, 20)))),
    anchor("/demo", { class: "button" }, t().toShop),
  ];
}

// --- drawing --------------------------------------------------------------------------------------------------------------

function drawTop() {
  const n = count();
  const badge = n ? h("span", { class: "badge", "aria-hidden": "true" }, String(n)) : null;
  document.getElementById("top").replaceChildren(
    anchor("/demo", { class: "brand" }, h("img", { src: "/demo/files/mark.svg", alt: "", width: 36, height: 36 }), h("span", {}, "Passo Lento")),
    h("span", { class: "tagline" }, t().tagline),
    h("nav", {},
      h("a", { href: "/demo/mailbox", class: "round", "aria-label": t().mailbox, title: t().mailbox }, icon("mail")),
      anchor("/demo/cart", { class: "round", "aria-label": t().cartOf(n), title: t().cart }, icon("bag"), badge),
      languages(redraw)));
}

function drawFoot() {
  const answer = (agrees) => () => {
    shop.asked = true;
    keep();
    tell("consent", agrees);
    drawFoot();
  };
  const ask = shop.asked ? null : h("p", { class: "ask" }, h("span", {}, t().remember),
    h("button", { type: "button", class: "button quiet", onclick: answer(true) }, t().yes),
    h("button", { type: "button", class: "button quiet", onclick: answer(false) }, t().no));
  const enter = setup.enter ? h("a", { href: "/demo/enter" }, t().enter) : null;
  document.getElementById("foot").replaceChildren(...[ask, h("p", {}, t().foot, " ", enter ?? "")].filter(Boolean));
}

function draw() {
  const path = location.pathname;
  const id = path.match(/^\/demo\/p\/([\w-]+)$/)?.[1];
  const pages = { "/demo/cart": cartPage, "/demo/checkout": checkoutPage, "/demo/thanks": thanksPage };
  const page = id ? productPage(find(id)) : (pages[path] ?? windowPage)();
  document.getElementById("view").replaceChildren(...page.flat().filter(Boolean));
  document.title = "Passo Lento";
  drawTop();
}

function redraw() {
  document.documentElement.lang = shop.language;
  document.querySelector(".skip").textContent = t().skip;
  draw();
  drawFoot();
  drawGuide(true);
}

/** The guide chooses: something warm and not too dear. */
function chooseForMe() {
  go("/demo/p/alba");
}

let wasAllowed = false;
document.addEventListener("guide", () => {
  if (mayOrder() === wasAllowed) return;
  wasAllowed = mayOrder();
  document.getElementById("order")?.classList.toggle("primary", wasAllowed);
});

document.documentElement.lang = shop.language;
setup = await getJson("/demo/setup.json").catch(() => setup);
if (setup.key) tell("init", { key: setup.key, host: location.origin, currency: "EUR" });
else {
  // The history is still at its beginning: the key comes with it.
  const again = setInterval(async () => {
    const later = await getJson("/demo/setup.json").catch(() => null);
    if (!later?.key) return;
    clearInterval(again);
    setup = later;
    tell("init", { key: setup.key, host: location.origin, currency: "EUR" });
  }, 1500);
}
if (location.pathname === "/demo/cart" && location.search) {
  restore(new URLSearchParams(location.search));
  const welcome = notice;
  history.replaceState(null, "", "/demo/cart");
  notice = welcome;
}
window.addEventListener("popstate", () => {
  notice = null;
  arrive();
});
document.querySelector(".skip").textContent = t().skip;
drawFoot();
arrive();
startGuide({ toProduct: chooseForMe, go, restart: () => go("/demo") });
