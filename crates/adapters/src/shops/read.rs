//! Reading single values: lenient where shops are sloppy (numbers as text, empty for null), strict where a wrong value would be
//! a wrong fact. An error names the field and what it holds; who calls adds the body.

use super::json::Json;
use base::{Currency, Time};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use std::str::FromStr;

/// The longest text kept of a name, an id or an address; the rest is cut.
const TEXT_MAX: usize = 500;

impl Json {
    /// A text, or a number as text, freed of what the door refuses; `None`: nothing is said, or something else than a text.
    pub fn as_text(&self) -> Option<String> {
        let text = match self {
            Json::Text(text) => text.as_str(),
            Json::Number(digits) => digits,
            _ => return None,
        };
        let clean: String = text.trim().chars().filter(|c| *c != '\0').take(TEXT_MAX).collect();
        (!clean.is_empty()).then_some(clean)
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).as_text()
    }

    /// The first of these names that says something.
    pub fn text_of(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.at(name).as_text())
    }

    /// An id: as [`Json::text`], without the `gid://shop/Kind/` of a global one; `0` is nobody's.
    pub fn id(&self, name: &str) -> Option<String> {
        self.get(name).as_id()
    }

    pub fn as_id(&self) -> Option<String> {
        let text = self.as_text()?;
        let id = match text.strip_prefix("gid://") {
            Some(global) => global.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or(global),
            None => &text,
        };
        (!id.is_empty() && id != "0").then(|| id.to_owned())
    }

    /// The first of these names (with dots) that says an id.
    pub fn id_of(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.at(name).as_id())
    }

    /// A yes or no, also as number or text.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.at(name) {
            Json::Bool(value) => Some(*value),
            Json::Number(digits) => Some(&**digits != "0"),
            Json::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "yes" | "y" => Some(true),
                "0" | "false" | "no" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A decimal, from a number or a text that is one.
    pub fn amount(&self, name: &str) -> Result<Option<Decimal>, String> {
        let value = self.at(name);
        let digits = match value {
            Json::Null => return Ok(None),
            Json::Number(digits) => digits,
            Json::Text(text) => text.trim(),
            other => return Err(format!("{name} is {}, a number was expected", other.kind())),
        };
        if digits.is_empty() {
            return Ok(None);
        }
        let parsed = Decimal::from_str(digits).or_else(|_| Decimal::from_scientific(digits));
        parsed.map(Some).map_err(|_| format!("{name} {:?} is not a number", shortened(digits)))
    }

    /// The first of these names that says an amount.
    pub fn amount_of(&self, names: &[&str]) -> Result<Option<Decimal>, String> {
        for name in names {
            if let Some(amount) = self.amount(name)? {
                return Ok(Some(amount));
            }
        }
        Ok(None)
    }

    /// A time; what has no zone of its own is in `zone`. Zero dates (`0000-00-00 00:00:00`) say nothing.
    pub fn time(&self, name: &str, zone: &TimeZone) -> Result<Option<Time>, String> {
        let value = self.at(name);
        let text = match value {
            Json::Null | Json::Bool(false) => return Ok(None),
            Json::Number(digits) => return epoch(name, digits).map(Some),
            Json::Text(text) => text.trim(),
            other => return Err(format!("{name} is {}, a time was expected", other.kind())),
        };
        if text.is_empty() || text.starts_with("0000-00-00") {
            return Ok(None);
        }
        // A text with an offset is an instant; `Time::parse` would read one without as UTC, which is a zone among others here.
        if let Ok(local) = text.parse::<jiff::civil::DateTime>()
            && text.parse::<jiff::Timestamp>().is_err()
        {
            let zoned = zone.to_ambiguous_zoned(local).compatible().map_err(|e| format!("{name}: {e}"))?;
            return Ok(Some(Time(zoned.timestamp().as_microsecond())));
        }
        Time::parse(text).map(Some).map_err(|e| format!("{name}: {e}"))
    }

    /// The first of these names that says a time.
    pub fn time_of(&self, names: &[&str], zone: &TimeZone) -> Result<Option<Time>, String> {
        for name in names {
            if let Some(time) = self.time(name, zone)? {
                return Ok(Some(time));
            }
        }
        Ok(None)
    }

    /// An ISO 4217 code; another text is a wrong fact.
    pub fn currency(&self, name: &str) -> Result<Option<Currency>, String> {
        let Some(code) = self.at(name).as_text() else { return Ok(None) };
        Currency::parse(&code).map(Some).ok_or_else(|| format!("{name} {code:?} is not an ISO 4217 currency"))
    }

    /// The first of these names that says a currency.
    pub fn currency_of(&self, names: &[&str]) -> Result<Option<Currency>, String> {
        for name in names {
            if let Some(currency) = self.currency(name)? {
                return Ok(Some(currency));
            }
        }
        Ok(None)
    }
}

/// Seconds since 1970, or milliseconds where that many seconds would be beyond the year 5000.
fn epoch(name: &str, digits: &str) -> Result<Time, String> {
    let wrong = || format!("{name} {digits} is not a time");
    let number = Decimal::from_str(digits).map_err(|_| wrong())?;
    let is_seconds = number.abs() < Decimal::from(100_000_000_000_i64);
    let micros = number.checked_mul(Decimal::from(if is_seconds { 1_000_000 } else { 1_000 })).ok_or_else(wrong)?;
    i64::try_from(micros.trunc()).map(Time).map_err(|_| wrong())
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

/// An e-mail address in lower case; `None`: the text cannot be one.
pub fn address(text: Option<String>) -> Option<String> {
    text.filter(|text| text.contains('@') && !text.contains(char::is_whitespace)).map(|text| text.to_lowercase())
}

/// A name as a shop's pages hold it (`Ship Your Idea &ndash; Black`), without the HTML.
pub fn plain(text: String) -> String {
    if !text.contains('&') {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find('&') {
        plain.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(10).position(|b| b == b';');
        match end.and_then(|end| entity(&rest[1..end]).map(|c| (c, end))) {
            Some((c, end)) => {
                plain.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn entity(name: &str) -> Option<char> {
    let code = match name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => name.strip_prefix('#').and_then(|digits| digits.parse().ok()),
    };
    if let Some(code) = code {
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "euro" => '€',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: &str) -> Json {
        Json::read(&format!("{{\"x\":{value}}}")).unwrap()
    }

    #[test]
    fn amounts_keep_their_digits() {
        let check = |value: &str, expected: Option<&str>| {
            assert_eq!(field(value).amount("x").map(|a| a.map(|a| a.to_string())), Ok(expected.map(str::to_owned)));
        };
        check("19.990", Some("19.990"));
        check("\" 0.1 \"", Some("0.1"));
        check("1e3", Some("1000"));
        check("null", None);
        check("\"\"", None);
        for (value, words) in [("true", "x is a boolean"), ("\"12,5\"", "\"12,5\" is not a number"), ("[]", "a list")] {
            assert!(field(value).amount("x").unwrap_err().contains(words), "{value}");
        }
    }

    #[test]
    fn a_time_without_a_zone_is_in_the_shops() {
        let rome = TimeZone::get("Europe/Rome").unwrap();
        let check = |value: &str, expected: Option<&str>| {
            let time = field(value).time("x", &rome).unwrap();
            assert_eq!(time.map(|t| t.to_string()).as_deref(), expected, "{value}");
        };
        check("\"2026-07-01 12:00:00\"", Some("2026-07-01T10:00:00Z"));
        check("\"2026-07-01T12:00:00+01:00\"", Some("2026-07-01T11:00:00Z"));
        check("\"2026-07-01T12:00:00.5Z\"", Some("2026-07-01T12:00:00.5Z"));
        check("1735689600", Some("2025-01-01T00:00:00Z"));
        check("1735689600000", Some("2025-01-01T00:00:00Z"));
        check("\"0000-00-00 00:00:00\"", None);
        check("null", None);
        check("\"2000-01-01\"", Some("1999-12-31T23:00:00Z"));
        for value in ["\"soon\"", "{}", "1e400", "true"] {
            assert!(field(value).time("x", &rome).unwrap_err().starts_with('x'), "{value}");
        }
    }

    #[test]
    fn ids_are_the_shops_own() {
        let check = |value: &str, expected: Option<&str>| assert_eq!(field(value).id("x").as_deref(), expected);
        check("820982911946154508", Some("820982911946154508"));
        check("\"gid://shopify/Order/12?x=1\"", Some("12"));
        check("0", None);
        check("\"\"", None);
        check("{}", None);
        check("\"a\\u0000b\"", Some("ab"));
    }

    #[test]
    fn names_are_freed_of_html() {
        let check = |html: &str, expected: &str| assert_eq!(plain(html.to_owned()), expected);
        check("A &ndash; B &amp; C", "A – B & C");
        check("O&#8217;Conner &#x41;", "O’Conner A");
        check("R&D & x;", "R&D & x;");
        check("&&;é&", "&&;é&");
    }
}
