//! The pages a customer meets: the link that rebuilds the cart, and the way out of the mailing list.
//!
//! No framework, no script, no cookie. A GET never unsubscribes, because mail scanners follow links; for the same reason a HEAD
//! or a prefetch is no click, and clicks on one message one after another are one touch.

mod page;
mod refill;

use crate::{
    cell::Cell,
    commands::{self, LinkUsed},
    links::{Links, Purpose, Target},
    shared::Shared,
};
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base::SharedClock;
use crm::{
    calls::Input,
    carts::{Cart, CartState},
    connections::Connections,
    desk::Settings,
};
use page::Words;
use runtime::Handle;
use std::sync::Arc;

/// What the pages need: the links and the loop of a workspace, and its shops.
#[derive(Clone)]
pub struct Public {
    pub clock: SharedClock,
    pub workspace: Arc<dyn Fn(i64) -> Option<(Handle<Input>, Links)> + Send + Sync>,
    pub shops: Connections,
}

/// The routes, outside `/api`: they stand in mails, so they are short.
pub fn router(public: Public) -> Router {
    Router::new()
        .route("/c/{token}", get(open_cart))
        .route("/u/{token}", get(ask_unsubscribe).post(unsubscribe))
        .with_state(public)
}

/// A token that was checked, with what it leads to.
struct Opened {
    target: Target,
    handle: Handle<Input>,
    shared: Shared,
    cell: Option<Cell>,
}

async fn open(public: &Public, purpose: Purpose, token: &str) -> Option<Opened> {
    let (handle, links) = (public.workspace)(Links::partition_of(token)?)?;
    let target = links.read(purpose, token)?;
    let shared: Shared = runtime::applier::decode(&handle.shared());
    let mut id = target.customer;
    let mut cell = None;
    // A customer who was joined to another is found there.
    for _ in 0..8 {
        let found: Cell = runtime::applier::decode(&handle.cell(id).await?);
        let next = found.facts.merged_into;
        cell = Some(found);
        match next {
            Some(next) => id = next,
            None => break,
        }
    }
    Some(Opened { target, handle, shared, cell })
}

impl Opened {
    fn words(&self) -> Words {
        let own = self.cell.as_ref().and_then(|cell| cell.facts.profile.language.as_deref());
        Words::of(own.unwrap_or(&self.shared.settings.language))
    }

    async fn say(&self, public: &Public, name: &'static str) -> bool {
        let used = LinkUsed { customer: self.target.customer, message: self.target.message };
        self.handle.command(commands::new(name, &used, public.clock.now())).await.is_ok()
    }

    fn cart(&self) -> Option<&Cart> {
        let cell = self.cell.as_ref()?;
        let cart = cell.action.messages.iter().find(|m| m.id == self.target.message).and_then(|m| m.cart);
        match cart {
            Some(cart) => cell.facts.book.cart(cart),
            None => cell.facts.book.open_carts().last(),
        }
    }
}

/// One link rebuilds the cart on any device: at the shop where it can, else on a page of ours that lists it.
async fn open_cart(
    State(public): State<Public>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let Some(opened) = open(&public, Purpose::Cart, &token).await else { return gone() };
    let is_click = method == Method::GET && !is_ahead_of_time(&headers);
    if is_click {
        opened.say(&public, "link.clicked").await;
    }
    let settings = &opened.shared.settings;
    match opened.cart() {
        // What was bought is not put into a cart again.
        Some(cart) if matches!(cart.state, CartState::Recovered | CartState::Converted) => {
            page::ordered(&opened.words(), settings)
        }
        Some(cart) => match checkout(cart, settings) {
            Some(url) => go_to(url),
            None => refill::bring_back(&public, &opened, cart, is_click).await,
        },
        None if is_web(&settings.shop_url) => go_to(settings.shop_url.clone()),
        None => page::message(StatusCode::OK, &opened.words(), opened.words().cart_gone),
    }
}

/// On to the shop. What the address holds is for the shop alone, so it is told no further.
fn go_to(url: String) -> Response {
    let headers = [
        (header::LOCATION, url),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::REFERRER_POLICY, "no-referrer".to_owned()),
    ];
    (StatusCode::FOUND, headers).into_response()
}

/// Whether a browser or a mail scanner fetches the page before anybody clicked: that is no click. (A HEAD is none either.)
fn is_ahead_of_time(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"].into_iter().any(|name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        ["prefetch", "prerender", "preview"].into_iter().any(|word| value.contains(word))
    })
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Where the shop rebuilds the cart: the workspace's own pattern, else the address that the shop's checkout event named. That
/// one comes from a browser, so it must lie at the shop.
fn checkout(cart: &Cart, settings: &Settings) -> Option<String> {
    if is_web(&settings.cart_url) {
        let lines: Vec<String> = cart
            .lines
            .iter()
            .filter(|line| line.quantity > 0)
            .map(|line| format!("{}:{}", escape(&line.product_id), line.quantity))
            .collect();
        let id = escape(cart.shop_id.as_deref().unwrap_or_default());
        return Some(settings.cart_url.replace("{cart_id}", &id).replace("{lines}", &lines.join(",")));
    }
    let url = cart.checkout_url.as_deref().filter(|url| is_web(url))?;
    (host(url)? == host(&settings.shop_url)?).then(|| url.to_owned())
}

/// Host and port of a web address.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', '\\']).next()?;
    (!host.is_empty() && !host.contains('@')).then_some(host)
}

/// Percent-encodes what does not belong in a query value.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(byte as char);
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

async fn ask_unsubscribe(State(public): State<Public>, Path(token): Path<String>) -> Response {
    match open(&public, Purpose::Unsubscribe, &token).await {
        Some(opened) => page::ask_unsubscribe(&opened.words(), &opened.shared.settings),
        None => gone(),
    }
}

/// At once, without a cookie or a redirect: RFC 8058 for mail programs, the same for a person's click on the page.
async fn unsubscribe(State(public): State<Public>, Path(token): Path<String>) -> Response {
    let Some(opened) = open(&public, Purpose::Unsubscribe, &token).await else { return gone() };
    if opened.say(&public, "link.unsubscribed").await {
        page::message(StatusCode::OK, &opened.words(), opened.words().unsubscribed)
    } else {
        page::message(StatusCode::SERVICE_UNAVAILABLE, &opened.words(), opened.words().try_later)
    }
}

fn gone() -> Response {
    let words = Words::of("it");
    page::message(StatusCode::NOT_FOUND, &words, words.link_unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(shop: &str, pattern: &str) -> Settings {
        Settings { shop_url: shop.to_owned(), cart_url: pattern.to_owned(), ..Settings::default() }
    }

    fn cart(url: Option<&str>) -> Cart {
        let line = crm::carts::Line { product_id: "p 1&2".into(), quantity: 2, ..Default::default() };
        Cart { shop_id: Some("c/1".into()), checkout_url: url.map(Into::into), lines: vec![line], ..Cart::default() }
    }

    #[test]
    fn a_cart_is_rebuilt_at_the_shop_and_nowhere_else() {
        let check = |url: Option<&str>, shop: &str, pattern: &str, expected: Option<&str>| {
            assert_eq!(checkout(&cart(url), &settings(shop, pattern)).as_deref(), expected, "{url:?} {shop} {pattern}");
        };
        check(
            None,
            "",
            "https://shop.example/cart?id={cart_id}&add={lines}",
            Some("https://shop.example/cart?id=c%2F1&add=p%201%262:2"),
        );
        check(
            Some("https://shop.example/checkout/9"),
            "https://shop.example",
            "",
            Some("https://shop.example/checkout/9"),
        );
        check(Some("https://evil.example/checkout/9"), "https://shop.example", "", None);
        check(Some("https://shop.example@evil.example/"), "https://shop.example", "", None);
        check(
            Some("https://shop.example\\@evil.example/"),
            "https://shop.example",
            "",
            Some("https://shop.example\\@evil.example/"),
        );
        check(Some("javascript:alert(1)"), "https://shop.example", "", None);
        check(None, "https://shop.example", "", None);
    }
}
