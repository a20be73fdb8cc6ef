//! The markup of the public pages: one calm card, no script, readable in any mail program's browser.

use crate::{refills::LeftOut, templates::format_money};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use crm::{carts::Cart, desk::Settings};

/// The pages' words in one language.
pub(super) struct Words {
    pub language: &'static str,
    pub your_cart: &'static str,
    pub total: &'static str,
    pub to_shop: &'static str,
    pub to_checkout: &'static str,
    pub left_out: &'static str,
    pub only: &'static str,
    pub not_now: &'static str,
    pub cart_gone: &'static str,
    pub ordered: &'static str,
    pub ask: &'static str,
    pub ask_why: &'static str,
    pub confirm: &'static str,
    pub unsubscribed: &'static str,
    pub try_later: &'static str,
    pub link_unknown: &'static str,
}

const ITALIAN: Words = Words {
    language: "it",
    your_cart: "Il tuo carrello",
    total: "Totale",
    to_shop: "Torna al negozio",
    to_checkout: "Vai al carrello",
    left_out: "Il tuo carrello è pronto, ma non tutto è ancora disponibile:",
    only: "disponibili",
    not_now: "In questo momento il negozio non riesce a preparare il tuo carrello. Riprova tra un minuto: ecco che cosa c'era.",
    cart_gone: "Questo carrello non c'è più.",
    ordered: "Questo carrello è già stato ordinato. Grazie!",
    ask: "Non vuoi più ricevere queste e-mail?",
    ask_why: "Non ti scriveremo più messaggi promozionali. Le comunicazioni sui tuoi ordini continuano ad arrivare.",
    confirm: "Sì, cancellami",
    unsubscribed: "Fatto: non riceverai più queste e-mail.",
    try_later: "In questo momento non riusciamo a registrare la tua scelta. Riprova tra un minuto.",
    link_unknown: "Questo link non è valido o è scaduto. / This link is not valid or has expired.",
};

const ENGLISH: Words = Words {
    language: "en",
    your_cart: "Your cart",
    total: "Total",
    to_shop: "Back to the shop",
    to_checkout: "Go to the cart",
    left_out: "Your cart is ready, but not everything is still available:",
    only: "available",
    not_now: "The shop cannot prepare your cart right now. Please try again in a minute: here is what was in it.",
    cart_gone: "This cart is no longer there.",
    ordered: "This cart has been ordered already. Thank you!",
    ask: "No more of these e-mails?",
    ask_why: "We will not send you promotional messages any more. Messages about your orders still arrive.",
    confirm: "Yes, unsubscribe me",
    unsubscribed: "Done: you will not receive these e-mails any more.",
    try_later: "Your choice cannot be recorded right now. Please try again in a minute.",
    link_unknown: "This link is not valid or has expired.",
};

impl Words {
    pub fn of(language: &str) -> Words {
        if language.to_ascii_lowercase().starts_with("en") { ENGLISH } else { ITALIAN }
    }
}

const STYLE: &str = "*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;\
font:1rem/1.6 system-ui,sans-serif;background:#f4f4f1;color:#1d2320}main{width:min(34rem,100%);background:#fff;border-radius:1rem;\
padding:2rem;box-shadow:0 1px 2px #0001,0 8px 24px #0000000d}h1{font-size:1.375rem;margin:0 0 1rem}p{margin:0 0 1rem}\
ul{list-style:none;margin:0;padding:0}li{display:flex;justify-content:space-between;gap:1rem;padding:.75rem 0;border-top:1px solid #e4e6e1}\
li span:last-child{white-space:nowrap;font-variant-numeric:tabular-nums}.sum{font-weight:600}\
a.button,button{display:inline-block;margin-top:1.25rem;padding:.75rem 1.25rem;border:0;border-radius:.625rem;background:#1f6f54;\
color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}a.button:focus-visible,button:focus-visible{outline:3px solid #8fc7b1;outline-offset:2px}\
@media(prefers-color-scheme:dark){body{background:#121614;color:#e6ebe8}main{background:#1b211e;box-shadow:none}li{border-color:#2c3430}\
a.button,button{background:#2f8f6d}}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn shell(status: StatusCode, words: &Words, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        words.language,
        escape(title)
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html).into_response()
}

/// One sentence.
pub(super) fn message(status: StatusCode, words: &Words, text: &str) -> Response {
    shell(status, words, text, &format!("<h1>{}</h1>", escape(text)))
}

pub(super) fn ask_unsubscribe(words: &Words, settings: &Settings) -> Response {
    let body = format!(
        "<h1>{}</h1><p>{}</p><p>{}</p><form method=\"post\"><button type=\"submit\">{}</button></form>",
        words.ask,
        escape(&settings.name),
        words.ask_why,
        words.confirm
    );
    shell(StatusCode::OK, words, words.ask, &body)
}

/// The cart, line by line, for shops that cannot rebuild it.
pub(super) fn cart(words: &Words, settings: &Settings, cart: &Cart) -> Response {
    let body = format!("<h1>{}</h1>{}{}", words.your_cart, lines(words, settings, cart), back_to_shop(words, settings));
    shell(StatusCode::OK, words, words.your_cart, &body)
}

/// The cart, which the shop could not prepare now.
pub(super) fn not_now(words: &Words, settings: &Settings, cart: &Cart) -> Response {
    let (title, why) = (words.your_cart, words.not_now);
    let (lines, back) = (lines(words, settings, cart), back_to_shop(words, settings));
    shell(StatusCode::OK, words, title, &format!("<h1>{title}</h1><p>{why}</p>{lines}{back}"))
}

/// The cart is there again, without some of what was in it.
pub(super) fn in_part(words: &Words, left_out: &[LeftOut], address: &str) -> Response {
    let mut rows = String::new();
    for left in left_out {
        let (name, added, wanted) = (escape(&left.name), left.added, left.wanted);
        rows.push_str(&format!("<li><span>{name}</span><span>{added} / {wanted} {}</span></li>", words.only));
    }
    let (title, why, label, address) = (words.your_cart, words.left_out, words.to_checkout, escape(address));
    let body = format!("<h1>{title}</h1><p>{why}</p><ul>{rows}</ul><a class=\"button\" href=\"{address}\">{label}</a>");
    shell(StatusCode::OK, words, title, &body)
}

fn lines(words: &Words, settings: &Settings, cart: &Cart) -> String {
    let currency = cart.currency.unwrap_or(settings.currency);
    let money = |minor: i64| escape(&format_money(minor, currency, words.language));
    let mut rows = String::new();
    for line in cart.lines.iter().filter(|line| line.quantity > 0) {
        let name = escape(line.name.as_deref().unwrap_or(&line.product_id));
        let price = line.price.and_then(|price| price.checked_mul(line.quantity)).map(money).unwrap_or_default();
        rows.push_str(&format!("<li><span>{} × {name}</span><span>{price}</span></li>", line.quantity));
    }
    if let Some(total) = cart.total() {
        rows.push_str(&format!("<li class=\"sum\"><span>{}</span><span>{}</span></li>", words.total, money(total)));
    }
    format!("<ul>{rows}</ul>")
}

/// The cart was bought meanwhile.
pub(super) fn ordered(words: &Words, settings: &Settings) -> Response {
    let body = format!("<h1>{}</h1>{}", words.ordered, back_to_shop(words, settings));
    shell(StatusCode::OK, words, words.ordered, &body)
}

fn back_to_shop(words: &Words, settings: &Settings) -> String {
    let shop = &settings.shop_url;
    if !super::is_web(shop) {
        return String::new();
    }
    format!("<a class=\"button\" href=\"{}\">{}</a>", escape(shop), words.to_shop)
}
