//! What an answer that is no page means, and for how long.

use super::super::json::Json;
use crate::web::{Answer, WebError};

/// Where a shop says that it has enough, and not for how long.
const LATER_S: u64 = 10;
/// A shop that says a longer time is asked again after this one.
const LATER_MAX_S: u64 = 24 * 3600;

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PullError {
    /// The shop limits how often it is asked: again after so many seconds.
    #[error("{reason}; asked again in {after_s} s")]
    Later { after_s: u64, reason: String },
    /// The shop does not let us in: a person must see to it.
    #[error("{0}")]
    Denied(String),
    /// The shop's API has no such list.
    #[error("{0}")]
    Unsupported(String),
    /// It may work another time.
    #[error("{0}")]
    Failed(String),
}

impl From<WebError> for PullError {
    fn from(error: WebError) -> PullError {
        match error {
            // Neither time nor the shop changes which addresses may be called.
            WebError::Address(_) => PullError::Denied(error.to_string()),
            _ => PullError::Failed(error.to_string()),
        }
    }
}

/// Turns everything but a success into its error.
pub(super) fn check(answer: &Answer) -> Result<(), PullError> {
    match answer.status {
        200..=299 => Ok(()),
        429 => Err(later(answer, "the shop limits how often it is asked (429)")),
        503 if answer.header("retry-after").is_some() => Err(later(answer, "the shop is not available (503)")),
        401 | 403 => Err(PullError::Denied(format!(
            "the shop does not let us in ({}): check the credentials and what they may read{}",
            answer.status,
            said(answer)
        ))),
        300..=399 => {
            let place = answer.header("location").unwrap_or("another address");
            let place: String = place.chars().take(200).collect();
            Err(PullError::Failed(format!("the shop sends us on to {place}: set that as the connection's address")))
        }
        404 => Err(PullError::Failed(format!(
            "there is no API at this address (404): check the connection's address{}",
            said(answer)
        ))),
        status => Err(PullError::Failed(format!("the shop answered {status}{}", said(answer)))),
    }
}

/// As [`check`], for where a token is asked for: OAuth refuses wrong credentials with 400 (RFC 6749, section 5.2).
pub(super) fn check_entry(answer: &Answer) -> Result<(), PullError> {
    match answer.status {
        400 => Err(PullError::Denied(format!(
            "the shop does not let us in (400): check the credentials, and that the app is installed in this shop{}",
            said(answer)
        ))),
        _ => check(answer),
    }
}

/// The answer's body as JSON; a page of HTML is told as such.
pub(in super::super) fn json(answer: &Answer) -> Result<Json, PullError> {
    let text = std::str::from_utf8(&answer.body)
        .map_err(|_| PullError::Failed("the shop's answer is not UTF-8".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with('<') {
        return Err(PullError::Failed(format!(
            "the shop answered with a page of HTML or XML where JSON was expected{}",
            title(text)
        )));
    }
    Json::read(text).map_err(|reason| PullError::Failed(format!("the shop's answer cannot be read: {reason}")))
}

fn later(answer: &Answer, reason: &str) -> PullError {
    let after_s = answer.header("retry-after").and_then(|said| seconds(said, answer.header("date"))).unwrap_or(LATER_S);
    PullError::Later { after_s: after_s.clamp(1, LATER_MAX_S), reason: reason.to_owned() }
}

/// `Retry-After` in seconds, whole or not, or as a date beside the answer's own.
fn seconds(said: &str, date: Option<&str>) -> Option<u64> {
    let said = said.trim();
    if let Ok(seconds) = said.parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0).then(|| seconds.ceil() as u64);
    }
    let read = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp().as_second());
    u64::try_from(read(said)? - read(date?)?).ok()
}

/// The beginning of what an error's body says, as far as it is a sentence.
fn said(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim();
    if text.starts_with('<') {
        return title(text);
    }
    let json = Json::read(text).unwrap_or_default();
    let message = json.text_of(&[
        "message",
        "errors",
        "errors.0.message",
        "error.message",
        "error_description",
        "error",
        "fault.message",
    ]);
    message.map_or_else(String::new, |message| format!(": {}", message.chars().take(200).collect::<String>()))
}

/// The title of a page, which mostly says why it came.
fn title(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let inside = lower.find("<title>").map(|at| at + "<title>".len()).and_then(|from| {
        let to = lower[from..].find("</title>")? + from;
        html.get(from..to)
    });
    match inside.map(str::trim).filter(|title| !title.is_empty()) {
        Some(title) => format!(" ({:?})", title.chars().take(100).collect::<String>()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_says_when_in_seconds_or_as_a_date() {
        let check =
            |said: &str, date: Option<&str>, expected: Option<u64>| assert_eq!(seconds(said, date), expected, "{said}");
        check("2", None, Some(2));
        check("2.0", None, Some(2));
        check("0.4", None, Some(1));
        check(" 3600 ", None, Some(3600));
        check("-1", None, None);
        check("soon", None, None);
        check("NaN", None, None);
        let date = "Sun, 22 Nov 2026 12:00:00 GMT";
        check("Sun, 22 Nov 2026 13:00:00 GMT", Some(date), Some(3600));
        check("Sun, 22 Nov 2026 13:00:00 GMT", None, None);
        check("Sun, 22 Nov 2026 11:00:00 GMT", Some(date), None);
    }

    #[test]
    fn the_title_of_a_page_is_shown() {
        assert_eq!(title("<html><TITLE> Under repair </TITLE>"), " (\"Under repair\")");
        assert_eq!(title("<html>"), "");
    }
}
