//! The words that a customer is found by: those of the name and of the address before the @, without accents and capitals,
//! and the phone number's digits. They stand in an index of their own, from which a search reads those that begin as typed.

use super::Facts;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of one customer, at most; no name has more that anybody would type.
const WORDS_MAX: usize = 12;
/// Characters of a word.
const LENGTH_MAX: usize = 40;
/// Digits of a phone number without its country.
const NATIONAL_DIGITS: usize = 10;

/// The words of a text: `È Rossi-Bianchi` has `e`, `rossi` and `bianchi`.
pub fn of_text(text: &str) -> Vec<String> {
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LENGTH_MAX).collect()).take(WORDS_MAX).collect()
}

/// The digits of a number as it may be typed: whole, and without the country.
pub fn of_phone(phone: &str) -> Vec<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).take(LENGTH_MAX).collect();
    let digits = digits.trim_start_matches("00");
    match digits.len() {
        0..4 => Vec::new(),
        length if length > NATIONAL_DIGITS => {
            vec![digits.to_owned(), digits[length - NATIONAL_DIGITS..].to_owned()]
        }
        _ => vec![digits.to_owned()],
    }
}

/// Everything that a customer is found by, each word once, in order.
pub fn of_customer(facts: &Facts) -> Vec<String> {
    if facts.merged_into.is_some() {
        return Vec::new();
    }
    let profile = &facts.profile;
    of_parts(&facts.full_name(), profile.email.as_deref(), profile.phone.as_deref())
}

/// As [`of_customer`], of what a list row says.
pub fn of_parts(name: &str, email: Option<&str>, phone: Option<&str>) -> Vec<String> {
    let mut words = of_text(name);
    let address = email.map(|email| email.rsplit_once('@').map_or(email, |(before, _)| before));
    words.extend(address.map(of_text).unwrap_or_default());
    words.truncate(WORDS_MAX);
    words.extend(phone.map(of_phone).unwrap_or_default());
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_accents_and_no_capitals() {
        let check = |text: &str, expected: &[&str]| assert_eq!(of_text(text), expected);
        check("È Rossi-Bianchi", &["e", "rossi", "bianchi"]);
        check("D'Alò", &["d", "alo"]);
        check("  ", &[]);
        check("山田 太郎 🙂", &["山田", "太郎"]);
        assert_eq!(of_text(&"x".repeat(100))[0].len(), LENGTH_MAX);
    }

    #[test]
    fn a_phone_number_is_found_with_and_without_its_country() {
        let check = |phone: &str, expected: &[&str]| assert_eq!(of_phone(phone), expected);
        check("+39 347 123-4567", &["393471234567", "3471234567"]);
        check("0039 347 1234567", &["393471234567", "3471234567"]);
        check("02 1234", &["021234"]);
        check("12", &[]);
    }

    #[test]
    fn a_customer_is_found_by_name_address_and_phone() {
        let words = of_parts("Mario Rossi", Some("m.rossi@shop.example"), Some("347 1234567"));
        assert_eq!(words, ["3471234567", "m", "mario", "rossi"]);
    }
}
