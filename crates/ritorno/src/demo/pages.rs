//! The demonstration over HTTP: the shop's pages, its catalogue, the guide's state, the mailbox, the clock and the way in.

use super::{
    Demo,
    catalogue::{KINDS, PRODUCTS, SHOP},
    mailbox::Kept,
    state::State,
    story::OWNER,
};
use crate::{
    serve::Server,
    ui::{self, File},
};
use axum::{
    Json, Router,
    extract::{Path, Query, State as Of},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::{HOUR, Time};
use crm::desk::{begin_session, find_person_by_email, list_workspaces};
use http_kit::Problem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// The shop's files, written by hand.
const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/demo_files.gen.rs"));

/// Mails listed.
const MAILS_SHOWN: usize = 60;
/// At most four weeks at once: more is no step of a demonstration.
const HOURS_MAX: i64 = 28 * 24;

/// The shop's pages: files of this server alone, no inline script or style.
const POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// What a mail may do in the frame in which it is shown: look as it looks, and lead out of the frame when it is clicked.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' http: https:; frame-ancestors 'self'; \
    base-uri 'none'; form-action 'none'; sandbox allow-top-navigation-by-user-activation allow-popups";

#[derive(Clone)]
struct Shop {
    demo: Arc<Demo>,
    server: Arc<Server>,
}

/// Everything below `/demo`.
pub fn router(demo: Arc<Demo>, server: Arc<Server>) -> Router {
    let page = |name: &'static str| get(move |headers: HeaderMap| async move { file(name, &headers) });
    Router::new()
        .route("/demo", page("index.html"))
        .route("/demo/p/{id}", page("index.html"))
        .route("/demo/cart", page("index.html"))
        .route("/demo/checkout", page("index.html"))
        .route("/demo/thanks", page("index.html"))
        .route("/demo/mailbox", page("mailbox.html"))
        .route("/demo/files/{*name}", get(files))
        .route("/demo/setup.json", get(setup))
        .route("/demo/state.json", get(state))
        .route("/demo/mails.json", get(mails))
        .route("/demo/mails/{id}/body", get(mail))
        .route("/demo/clock", post(jump))
        .route("/demo/enter", get(enter))
        .with_state(Shop { demo, server })
}

fn file(name: &str, headers: &HeaderMap) -> Response {
    match FILES.iter().find(|file| file.name == name) {
        Some(file) => ui::answer(file, headers, POLICY),
        None => Problem::not_found("demo.not_found", format!("there is nothing at /demo/files/{name}")).into_response(),
    }
}

async fn files(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&name, &headers)
}

/// What the shop's pages need once.
async fn setup(Of(shop): Of<Shop>) -> Response {
    let key = shop.demo.record().key.clone();
    let body = json!({ "shop": SHOP, "key": key, "kinds": KINDS, "products": PRODUCTS, "enter": shop.demo.is_local });
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

#[derive(Deserialize)]
struct OfCart {
    cart: Option<String>,
}

async fn state(
    Of(shop): Of<Shop>,
    Query(asked): Query<OfCart>,
) -> ([(header::HeaderName, &'static str); 1], Json<State>) {
    let state = shop.demo.state(&shop.server, asked.cart.as_deref().filter(|cart| cart.len() <= 200)).await;
    ([(header::CACHE_CONTROL, "no-store")], Json(state))
}

#[derive(Serialize)]
struct Mails {
    now: Time,
    mails: Vec<Kept>,
}

async fn mails(Of(shop): Of<Shop>) -> ([(header::HeaderName, &'static str); 1], Json<Mails>) {
    let mails = Mails { now: shop.demo.now(), mails: shop.demo.mailbox.newest(MAILS_SHOWN) };
    ([(header::CACHE_CONTROL, "no-store")], Json(mails))
}

/// A mail's HTML for a frame; its links open outside of it.
async fn mail(Of(shop): Of<Shop>, Path(id): Path<u64>) -> Response {
    let Some(kept) = shop.demo.mailbox.open(id) else {
        return Problem::not_found("demo.no_mail", format!("there is no mail {id}; the oldest go first"))
            .into_response();
    };
    let outward = "<base target=\"_top\">";
    let html = match kept.html.find("<head>") {
        Some(at) => format!("{}{outward}{}", &kept.html[..at + 6], &kept.html[at + 6..]),
        None => format!("{outward}{}", kept.html),
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, MAIL_POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, html).into_response()
}

#[derive(Deserialize)]
struct Jump {
    hours: i64,
}

/// Moves the clock ahead.
async fn jump(Of(shop): Of<Shop>, headers: HeaderMap, Json(said): Json<Jump>) -> Result<Response, Problem> {
    if !is_from_here(&headers) {
        return Err(Problem::forbidden("demo.other_site", "the clock is moved from the shop's own pages alone"));
    }
    if !(1..=HOURS_MAX).contains(&said.hours) {
        return Err(Problem::bad_request("demo.wrong_hours", format!("hours is not between 1 and {HOURS_MAX}")));
    }
    let now = shop.demo.jump(said.hours * HOUR).map_err(|reason| Problem::conflict("demo.not_ready", reason))?;
    Ok(Json(json!({ "now": now })).into_response())
}

/// Whether a page of this very server asks: browsers say so, and who is no browser may.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("origin"), text("host")) {
        (None, _) => text("sec-fetch-site").is_none_or(|site| site == "same-origin"),
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
    }
}

#[derive(Deserialize)]
struct Enter {
    to: Option<String>,
}

/// Signs the visitor in as the shop's owner: on this machine alone.
async fn enter(Of(shop): Of<Shop>, headers: HeaderMap, Query(asked): Query<Enter>) -> Result<Response, Problem> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // A name that leads here from a page of somebody else's is no name of this machine.
    if !shop.demo.is_local || !super::is_loopback(&with_port(host)) {
        let text = "anybody may enter the demonstration on its own machine, and nobody from elsewhere";
        return Err(Problem::forbidden("demo.not_local", text));
    }
    let desk = &shop.server.desk;
    let place = list_workspaces(&desk.db).await.map_err(|e| Problem::internal(&e))?.into_iter().next();
    let person = find_person_by_email(&desk.db, OWNER).await.map_err(|e| Problem::internal(&e))?;
    let (Some(place), Some(person)) = (place, person) else {
        return Err(Problem::conflict("demo.not_ready", "the demonstration is being set up: try again in a moment"));
    };
    let begun = begin_session(desk, person, &place).await?;
    let to = asked.to.filter(|to| is_inside(to)).unwrap_or_else(|| "/".to_owned());
    let headers =
        [(header::SET_COOKIE, begun.cookie), (header::LOCATION, to), (header::CACHE_CONTROL, "no-store".into())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn with_port(host: &str) -> String {
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    if has_port { host.to_owned() } else { format!("{host}:80") }
}

/// A path of this server, and no other host's address.
fn is_inside(to: &str) -> bool {
    to.starts_with('/')
        && !to.starts_with("//")
        && to.len() <= 500
        && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_listens_to_its_own_pages() {
        let check = |pairs: &[(&'static str, &str)], expected: bool| {
            let mut headers = HeaderMap::new();
            pairs.iter().for_each(|(name, value)| drop(headers.insert(*name, value.parse().expect("a header"))));
            assert_eq!(is_from_here(&headers), expected, "{pairs:?}");
        };
        check(&[("host", "127.0.0.1:8080")], true);
        check(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], true);
        check(&[("host", "127.0.0.1:8080"), ("origin", "https://evil.example")], false);
        check(&[("host", "127.0.0.1:8080"), ("origin", "null")], false);
        check(&[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")], false);
    }

    #[test]
    fn the_way_in_leads_to_our_own_pages() {
        for to in ["/", "/reports?from=2026-01-01"] {
            assert!(is_inside(to), "{to}");
        }
        for to in ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", ""] {
            assert!(!is_inside(to), "{to:?}");
        }
    }

    #[test]
    fn each_product_has_its_picture_and_no_page_runs_scripts_of_its_own_text() {
        for product in PRODUCTS {
            let name = format!("img/{}.svg", product.id);
            assert!(FILES.iter().any(|file| file.name == name), "{name}");
        }
        for file in FILES.iter().filter(|file| file.name.ends_with(".html")) {
            let text = std::str::from_utf8(file.bytes).expect("pages are text");
            assert!(
                !text.contains("<script>") && !text.contains("<style") && !text.contains(" style="),
                "{}",
                file.name
            );
        }
    }
}
