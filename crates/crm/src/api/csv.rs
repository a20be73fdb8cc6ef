//! Tables as CSV (RFC 4180), safe to open in a spreadsheet.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use std::fmt::Write;

/// One table: a row of names, then rows.
pub struct Csv {
    text: String,
}

/// A value of a table.
#[derive(Debug, Clone)]
pub enum Cell {
    Text(String),
    /// Written as it is: a minus sign is no formula.
    Number(String),
    Empty,
}

impl From<i64> for Cell {
    fn from(number: i64) -> Cell {
        Cell::Number(number.to_string())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

impl Csv {
    pub fn new(names: &[&str]) -> Csv {
        let mut csv = Csv { text: String::new() };
        csv.row(names.iter().map(|name| Cell::from(*name)));
        csv
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        for (n, cell) in cells.into_iter().enumerate() {
            if n > 0 {
                self.text.push(',');
            }
            match cell {
                Cell::Empty => {}
                Cell::Number(number) => self.text.push_str(&number),
                Cell::Text(text) => self.quote(&text),
            }
        }
        self.text.push_str("\r\n");
    }

    /// What a spreadsheet would take for a formula gets an apostrophe in front: a shop's customer may be called `=cmd|…`
    /// (<https://owasp.org/www-community/attacks/CSV_Injection>).
    fn quote(&mut self, text: &str) {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
        let text = if is_formula { format!("'{text}") } else { text.to_owned() };
        if text.contains([',', '"', '\r', '\n', ';']) {
            let _ = write!(self.text, "\"{}\"", text.replace('"', "\"\""));
        } else {
            self.text.push_str(&text);
        }
    }

    /// The answer, to be saved under this name.
    pub fn into_response(self, name: &str) -> Response {
        let mut response = self.text.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

/// Whether the caller wants CSV: `?format=csv`, or an Accept header that names it before JSON.
pub fn is_wanted(format: Option<&str>, headers: &HeaderMap) -> bool {
    if let Some(format) = format {
        return format == "csv";
    }
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let at = |kind: &str| accept.find(kind).unwrap_or(usize::MAX);
    at("text/csv") < at("application/json").min(at("*/*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: Cell, expected: &str) {
        let mut csv = Csv { text: String::new() };
        csv.row([cell]);
        assert_eq!(csv.text, format!("{expected}\r\n"));
    }

    #[test]
    fn a_text_that_looks_like_a_formula_is_none() {
        check("=1+1".into(), "'=1+1");
        check("@SUM(A1)".into(), "'@SUM(A1)");
        check("-2".into(), "'-2");
        check("\tx".into(), "'\tx");
        check("=A1,\"B\"".into(), "\"'=A1,\"\"B\"\"\"");
    }

    #[test]
    fn numbers_stay_numbers_and_commas_are_quoted() {
        check((-2i64).into(), "-2");
        check(None::<i64>.into(), "");
        check("Rossi, Mario".into(), "\"Rossi, Mario\"");
        check("plain".into(), "plain");
    }

    #[test]
    fn csv_is_given_where_it_is_asked_for() {
        let check = |format: Option<&str>, accept: &str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_str(accept).expect("a header"));
            assert_eq!(is_wanted(format, &headers), expected, "{format:?} {accept}");
        };
        check(None, "text/csv", true);
        check(None, "text/csv, application/json;q=0.5", true);
        check(None, "application/json, text/csv", false);
        check(None, "*/*", false);
        check(Some("csv"), "*/*", true);
        check(Some("json"), "text/csv", false);
    }
}
