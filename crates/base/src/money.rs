//! Money: integer minor units plus an ISO 4217 currency. Amounts are read from their decimal text, never through a float.

use minicbor::{Decode, Encode};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An ISO 4217 currency, by its three letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Currency(#[cbor(n(0), with = "minicbor::bytes")] [u8; 3]);

impl Currency {
    pub const EUR: Currency = Currency(*b"EUR");

    /// The letters, case-insensitive; `None` where ISO 4217 has no such currency.
    pub fn parse(text: &str) -> Option<Currency> {
        let text = text.trim();
        if text.len() != 3 || !text.is_ascii() {
            return None;
        }
        let mut code = [0u8; 3];
        for (to, from) in code.iter_mut().zip(text.bytes()) {
            *to = from.to_ascii_uppercase();
        }
        let currency = Currency(code);
        // The euro is most of what we see and the table look-up is not free.
        (currency == Self::EUR || iso_currency::Currency::from_code(currency.as_str()).is_some()).then_some(currency)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("three ASCII letters")
    }

    /// How many decimal digits the minor unit has: 2 for EUR, 0 for JPY, 3 for BHD.
    pub fn digits(&self) -> u32 {
        if *self == Self::EUR {
            return 2;
        }
        iso_currency::Currency::from_code(self.as_str()).and_then(|c| c.exponent()).map_or(2, u32::from)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Currency::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not an ISO 4217 currency")))
    }
}

/// Why an amount cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("{0:?} is not a decimal amount")]
    NotDecimal(String),
    #[error("{0} does not fit in the minor units of {1}")]
    TooLarge(String, Currency),
}

/// Reads a decimal text (`18.99`, `1e3`, `-2.5`) as minor units of the currency, half away from zero where it has more digits.
pub fn minor_from_decimal(text: &str, currency: Currency) -> Result<i64, AmountError> {
    let text = text.trim();
    if let Some(minor) = plain(text, currency.digits()) {
        return Ok(minor);
    }
    let not_decimal = || AmountError::NotDecimal(text.chars().take(40).collect());
    let value = Decimal::from_str(text).or_else(|_| Decimal::from_scientific(text)).map_err(|_| not_decimal())?;
    let too_large = || AmountError::TooLarge(text.chars().take(40).collect(), currency);
    let scaled = value.checked_mul(Decimal::from(10i64.pow(currency.digits()))).ok_or_else(too_large)?;
    let rounded = scaled.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    i64::try_from(rounded).map_err(|_| too_large())
}

/// A decimal amount in minor units, half away from zero; `None` where it does not fit.
pub fn minor_of(amount: Decimal, currency: Currency) -> Option<i64> {
    let scaled = amount.checked_mul(Decimal::from(10i64.pow(currency.digits())))?;
    let rounded = scaled.round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    i64::try_from(rounded).ok()
}

/// The common case without the decimal library: digits, a point, at most as many digits as the currency has.
fn plain(text: &str, digits: u32) -> Option<i64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || fraction.len() > digits as usize || (fraction.is_empty() && text.contains('.')) {
        return None;
    }
    let mut minor = 0i64;
    for c in whole.bytes().chain(fraction.bytes()) {
        if !c.is_ascii_digit() {
            return None;
        }
        minor = minor * 10 + i64::from(c - b'0');
    }
    Some(minor * 10i64.pow(digits - fraction.len() as u32))
}

/// An amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
pub struct Money {
    /// Minor units: cents for EUR, yen for JPY.
    #[n(0)]
    pub minor: i64,
    #[n(1)]
    pub currency: Currency,
}

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// The amount in major units, exact.
    pub fn decimal(&self) -> Decimal {
        Decimal::new(self.minor, self.currency.digits())
    }
}

impl fmt::Display for Money {
    /// `1999.99 EUR`: for logs and tables; people see their language's own form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &str, expected: Option<i64>) {
        let currency = Currency::parse(code).unwrap();
        assert_eq!(minor_from_decimal(text, currency).ok(), expected, "{text} {code}");
    }

    #[test]
    fn amounts_are_exact_in_each_currency() {
        check("1999.99", "EUR", Some(199_999));
        check("0.1", "EUR", Some(10));
        check("19.995", "EUR", Some(2_000));
        check("-2.5", "EUR", Some(-250));
        check("1e3", "EUR", Some(100_000));
        check("1200", "JPY", Some(1_200));
        check("1.234", "BHD", Some(1_234));
        check("12", "BHD", Some(12_000));
        check("abc", "EUR", None);
        check("", "EUR", None);
        check("1.", "EUR", Some(100));
        check("99999999999999999999999999", "EUR", None);
    }

    #[test]
    fn unknown_currencies_are_refused() {
        assert_eq!(Currency::parse("ZZZ"), None);
        assert_eq!(Currency::parse("euro"), None);
        assert_eq!(Currency::parse("eur").map(|c| c.to_string()), Some("EUR".into()));
    }
}
