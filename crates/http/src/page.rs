//! Keyset paging: a page says where the next one starts, in a text that only we read.

use crate::{Problem, QueryOf};
use axum::{extract::FromRequestParts, http::request::Parts};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub const LIMIT_DEFAULT: usize = 50;
pub const LIMIT_MAX: usize = 200;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Pass it as `cursor` for the page after this one; `null`: this is the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows read with `LIMIT paging.limit + 1`: the row too many only says that there is a next page, which
    /// starts after the last row kept.
    pub fn of<K: Serialize>(mut rows: Vec<T>, paging: &Paging, key: impl Fn(&T) -> K) -> Page<T> {
        let has_more = rows.len() > paging.limit;
        rows.truncate(paging.limit);
        let next = rows.last().filter(|_| has_more).map(|last| Cursor::encode(&key(last)));
        Page { items: rows, next }
    }

    /// The same page with other items.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// Turns the key of a row into an opaque text and back.
pub struct Cursor;

impl Cursor {
    pub fn encode<K: Serialize>(key: &K) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).expect("the keys of rows are plain values"))
    }

    pub fn decode<K: DeserializeOwned>(text: &str) -> Result<K, Problem> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(|| {
            Problem::bad_request(
                "http.wrong_cursor",
                "cursor is not one that this list gave out: leave it away to start again",
            )
        })
    }
}

/// `?limit=` (1 to 200, 50 if not said) and `?cursor=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    pub limit: usize,
    cursor: Option<String>,
}

impl Paging {
    pub fn new(limit: usize, cursor: Option<String>) -> Paging {
        Paging { limit: limit.clamp(1, LIMIT_MAX), cursor }
    }

    /// The key after which the page starts; `None`: at the beginning.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        self.cursor.as_deref().map(Cursor::decode).transpose()
    }

    /// How many rows to read: one more than the page holds.
    pub fn rows(&self) -> i64 {
        self.limit as i64 + 1
    }
}

/// The query of a list, for the `params(…)` of a route in the OpenAPI document.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PagingQuery {
    /// Items on a page, 1 to 200; 50 if not said.
    limit: Option<usize>,
    /// Where the page starts: the `next` of the page before.
    cursor: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Paging, Problem> {
        let QueryOf(PagingQuery { limit, cursor }) = QueryOf::from_request_parts(parts, state).await?;
        let limit = limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Problem::bad_request(
                "http.wrong_limit",
                format!("limit {limit} is not between 1 and {LIMIT_MAX}"),
            ));
        }
        Ok(Paging { limit, cursor: cursor.filter(|cursor| !cursor.is_empty()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_ends_where_the_rows_end() {
        let check = |rows: Vec<i64>, limit: usize, items: usize, next: Option<i64>| {
            let page = Page::of(rows, &Paging::new(limit, None), |row| *row);
            assert_eq!(page.items.len(), items);
            assert_eq!(page.next.map(|next| Cursor::decode::<i64>(&next).expect("our own")), next);
        };
        check(vec![], 2, 0, None);
        check(vec![1, 2], 2, 2, None);
        check(vec![1, 2, 3], 2, 2, Some(2));
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        for text in ["", "!!", "aGFsbG8", "W10"] {
            assert!(Paging::new(1, Some(text.to_owned())).after::<(i64, String)>().is_err(), "{text}");
        }
    }
}
