//! Amounts and dates as the reader's language writes them (after CLDR, for the languages we have texts in).

use base::{Currency, Time};
use jiff::tz::TimeZone;

/// Languages that write a point before the decimals and the symbol in front; the others here write a comma and the symbol
/// behind.
const POINT_LANGUAGES: [&str; 5] = ["en", "ja", "zh", "ko", "he"];

/// `1.999,99 €` in Italian, `€1,999.99` in English; digits as the currency has them.
pub fn format_money(minor: i64, currency: Currency, language: &str) -> String {
    let point = POINT_LANGUAGES.contains(&base_language(language).as_str());
    let (group, decimal) = if point { (',', '.') } else { ('.', ',') };
    let digits = currency.digits() as usize;
    let all = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = all.split_at(all.len() - digits);
    let mut number = String::new();
    for (n, c) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            number.push(group);
        }
        number.push(c);
    }
    if digits > 0 {
        number.push(decimal);
        number.push_str(fraction);
    }
    let sign = if minor < 0 { "-" } else { "" };
    match (point, symbol(currency)) {
        (true, Some(symbol)) => format!("{sign}{symbol}{number}"),
        (true, None) => format!("{sign}{currency} {number}"),
        (false, Some(symbol)) => format!("{sign}{number} {symbol}"),
        (false, None) => format!("{sign}{number} {currency}"),
    }
}

fn symbol(currency: Currency) -> Option<&'static str> {
    match currency.as_str() {
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "USD" => Some("$"),
        "JPY" => Some("¥"),
        _ => None,
    }
}

fn base_language(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

const MONTHS_IT: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `long`: `21 novembre 2026`, `21 November 2026`; `short`: `21/11/2026` in Italian, else `2026-11-21`; `time`: `18:05`.
/// An unknown zone is read as UTC; languages without month names here get the short form.
pub fn format_date(time: Time, zone: &str, language: &str, style: &str) -> String {
    let zoned = time.timestamp().to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC));
    let (year, month, day) = (zoned.year(), zoned.month(), zoned.day());
    let language = base_language(language);
    let months = match language.as_str() {
        "it" => Some(MONTHS_IT),
        "en" => Some(MONTHS_EN),
        _ => None,
    };
    match (style, months) {
        ("time", _) => format!("{:02}:{:02}", zoned.hour(), zoned.minute()),
        ("long", Some(months)) => format!("{day} {} {year}", months[month as usize - 1]),
        _ if language == "it" => format!("{day:02}/{month:02}/{year}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_reader_writes_them() {
        let check = |minor: i64, currency: &str, language: &str, expected: &str| {
            let currency = Currency::parse(currency).unwrap();
            assert_eq!(format_money(minor, currency, language), expected);
        };
        check(199_999, "EUR", "it", "1.999,99 €");
        check(199_999, "EUR", "en", "€1,999.99");
        check(199_999, "EUR", "it-CH", "1.999,99 €");
        check(0, "EUR", "it", "0,00 €");
        check(5, "EUR", "en", "€0.05");
        check(-500, "EUR", "it", "-5,00 €");
        check(-500, "USD", "en_GB", "-$5.00");
        check(100_000, "JPY", "it", "100.000 ¥");
        check(999, "JPY", "en", "¥999");
        check(1_234_567, "BHD", "it", "1.234,567 BHD");
        check(1_234_567, "BHD", "en", "BHD 1,234.567");
        check(1, "BHD", "en", "BHD 0.001");
        check(123_456_789_012, "GBP", "en", "£1,234,567,890.12");
        check(i64::MIN, "JPY", "it", "-9.223.372.036.854.775.808 ¥");
    }

    #[test]
    fn dates_are_written_in_the_shops_zone() {
        let time = Time::parse("2026-11-21T23:30:00Z").unwrap();
        let check = |zone: &str, language: &str, style: &str, expected: &str| {
            assert_eq!(format_date(time, zone, language, style), expected);
        };
        check("Europe/Rome", "it", "long", "22 novembre 2026");
        check("UTC", "en", "long", "21 November 2026");
        check("Europe/Rome", "it", "short", "22/11/2026");
        check("nowhere", "en", "short", "2026-11-21");
        check("Europe/Rome", "de", "long", "2026-11-22");
        check("Europe/Rome", "it", "time", "00:30");
    }
}
