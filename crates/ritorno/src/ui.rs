//! The web interface, embedded in the binary: every request that no other route takes ends here.
//!
//! `build.rs` makes the table of files, from `web/dist` or, without it, a stub page. Files under `assets/` carry a hash
//! of their content in their name and are kept by browsers for ever; all others are asked for again each time, which
//! costs one 304. The content security policy lets a page load files of this server alone.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// An embedded file.
pub(crate) struct File {
    /// Its path, without a slash before it.
    pub name: &'static str,
    /// The value of the `ETag` header, quotes included.
    pub tag: &'static str,
    pub bytes: &'static [u8],
}

const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/ui_files.gen.rs"));

/// Scripts come from this server's files alone. Styles may also stand in the page: components set theirs there. Pictures
/// that the page makes itself are `data:` and `blob:`; those of products stand where the shop keeps them, which is seldom one host
/// and never one for all workspaces, so pictures alone may come from any https address. Which are asked for is up to the catalogue
/// alone: a server told it. What a page says of a cart's line, which anybody may say, is never asked for.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// The browser snippet, which other sites load.
const SNIPPET: &str = "ritorno.js";

/// Paths that programs call: an unknown one is a 404 there, never a page.
const PROGRAM_PREFIXES: [&str; 4] = ["/api/", "/v1/", "/snowplow/", "/com."];

/// Serves the interface as the fallback of the whole server. Merge it last: a router can have only one fallback.
pub fn router() -> Router {
    Router::new().fallback(serve)
}

async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    match find(uri.path()) {
        None => not_found(uri.path()),
        Some(_) if method != Method::GET && method != Method::HEAD => {
            (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response()
        }
        Some(file) => answer(file, &headers, POLICY),
    }
}

/// The file for a path; pages that the interface draws itself (no dot in the last part) get `index.html`.
fn find(path: &str) -> Option<&'static File> {
    if PROGRAM_PREFIXES.iter().any(|prefix| path.starts_with(prefix)) {
        return None;
    }
    let name = path.trim_start_matches('/');
    let is_page = name.rsplit('/').next().is_none_or(|last| !last.contains('.'));
    let name = if is_page { "index.html" } else { name };
    FILES.iter().find(|file| file.name == name)
}

/// The file under a content security policy, or the word that it has not changed.
pub(crate) fn answer(file: &File, asked: &HeaderMap, policy: &'static str) -> Response {
    let keep = if file.name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let unchanged = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == file.tag);
    let (status, body) =
        if unchanged { (StatusCode::NOT_MODIFIED, Body::empty()) } else { (StatusCode::OK, Body::from(file.bytes)) };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(file.name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::ETAG, HeaderValue::from_static(file.tag));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if file.name == SNIPPET {
        // Shops load it from here into their own pages.
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// RFC 9457, as every error of the API.
fn not_found(path: &str) -> Response {
    let problem = serde_json::json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "http.not_found",
        "detail": format!("there is nothing at {path}"),
    });
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/problem+json")], problem.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use tower::ServiceExt as _;

    async fn get(path: &str, if_none_match: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(tag) = if_none_match {
            request = request.header(header::IF_NONE_MATCH, tag);
        }
        router().oneshot(request.body(Body::empty()).expect("a valid request")).await.expect("the router never fails")
    }

    fn text(response: &Response, name: header::HeaderName) -> &str {
        response.headers().get(&name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[tokio::test]
    async fn pages_get_the_index_and_are_asked_for_again_each_time() {
        for path in ["/", "/customers", "/customers/7/timeline"] {
            let response = get(path, None).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(text(&response, header::CONTENT_TYPE), "text/html; charset=utf-8", "{path}");
            assert_eq!(text(&response, header::CACHE_CONTROL), "no-cache", "{path}");
            assert!(text(&response, header::CONTENT_SECURITY_POLICY).starts_with("default-src 'self';"), "{path}");
        }
    }

    #[tokio::test]
    async fn an_unchanged_file_costs_one_304() {
        let first = get("/", None).await;
        let tag = text(&first, header::ETAG).to_owned();
        assert_eq!(get("/", Some(&tag)).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("/", Some(&format!("\"other\", W/{tag}"))).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("/", Some("\"other\"")).await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn hashed_files_are_kept_for_ever() {
        for file in FILES.iter().filter(|file| file.name.starts_with("assets/")) {
            let response = get(&format!("/{}", file.name), None).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert!(text(&response, header::CACHE_CONTROL).ends_with("immutable"), "{}", file.name);
        }
    }

    #[tokio::test]
    async fn unknown_addresses_are_problems_not_pages() {
        for path in ["/api/v1/nothing", "/v1/nothing", "/favicon.bmp", "/assets/../../etc/passwd.txt"] {
            let response = get(path, None).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(text(&response, header::CONTENT_TYPE), "application/problem+json", "{path}");
        }
    }

    #[tokio::test]
    async fn a_page_takes_no_post() {
        let request = Request::post("/").body(Body::empty()).expect("a valid request");
        let response = router().oneshot(request).await.expect("the router never fails");
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(text(&response, header::ALLOW), "GET, HEAD");
    }

    /// Hosts that stand in the files as names, in error texts or in examples.
    const NAMED_ONLY: &[&str] = &[
        "github.com",
        "",
        "127.0.0.1",
        "localhost",
        "www.w3.org",
        "www.omg.org",
        "bpmn.io",
        "react.dev",
        "mantine.dev",
        "react.i18next.com",
        "docs.camunda.io",
        "docs.oracle.com",
        "json-schema.org",
        // What a person types in looks like these.
        "my-shop.myshopify.com",
        "mio-negozio.myshopify.com",
        "production-eu01-brand.demandware.net",
        "account.demandware.com",
        "my-domain.my.salesforce.com",
        "mio-dominio.my.salesforce.com",
    ];

    #[test]
    fn no_embedded_file_points_at_another_host() {
        for file in FILES {
            let Ok(contents) = std::str::from_utf8(file.bytes) else {
                continue;
            };
            for (at, _) in contents.match_indices("//") {
                let before = &contents[..at];
                if !(before.ends_with("http:") || before.ends_with("https:")) {
                    continue;
                }
                let host: String = contents[at + 2..]
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
                    .collect();
                // Names of XML namespaces and addresses in sentences of libraries are never fetched; the policy above sees
                // to it whatever a library does.
                let is_named = NAMED_ONLY.contains(&host.as_str()) || host.ends_with(".example");
                assert!(is_named, "{} names the foreign host {host}", file.name);
            }
        }
    }
}
