//! Sentences that the program says, told apart: which one it is, and the names and numbers in it. So that a reader can be
//! told the same in another language, while what is stored stays one plain sentence.

use serde::Serialize;
use std::collections::BTreeMap;

/// Which sentence it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Said<C> {
    pub code: C,
    /// The names and numbers in it, by their names.
    pub values: BTreeMap<String, String>,
}

/// The values in a text that is made like the pattern, such as `{count} products are too many`; `None`: it is not. A value is
/// as short as it can be, the last one as long.
pub fn read_phrase(pattern: &str, text: &str) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let (start, mut pattern) = pattern.split_once('{').unwrap_or((pattern, ""));
    let mut text = text.strip_prefix(start)?;
    while let Some((name, rest)) = pattern.split_once('}') {
        let (literal, next) = rest.split_once('{').unwrap_or((rest, ""));
        let is_last = next.is_empty();
        let end = match (is_last, literal) {
            (true, "") => text.len(),
            (true, literal) => text.strip_suffix(literal)?.len(),
            (false, literal) => text.find(literal)?,
        };
        values.insert(name.to_owned(), text[..end].to_owned());
        text = &text[end + literal.len()..];
        pattern = next;
    }
    text.is_empty().then_some(values)
}

/// Declares sentences by their codes, in the order in which they are tried:
///
/// ```
/// http_kit::phrases! {
///     /// Why a parcel did not leave.
///     pub enum Delay { TooHeavy = "it weighs {weight} kg", Closed = "the office is closed" }
/// }
/// let said = Delay::read("it weighs 7 kg").unwrap();
/// assert_eq!((said.code, said.values["weight"].as_str()), (Delay::TooHeavy, "7"));
/// assert!(Delay::read("nobody knows").is_none());
/// ```
#[macro_export]
macro_rules! phrases {
    ($(#[$doc:meta])* pub enum $name:ident { $($code:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $text] $code,)* }

        impl $name {
            /// Each with its sentence.
            pub const TEXTS: &'static [($name, &'static str)] = &[$(($name::$code, $text),)*];

            /// Which sentence it is; `None`: none of these.
            pub fn read(text: &str) -> Option<$crate::Said<$name>> {
                let mut texts = Self::TEXTS.iter();
                texts.find_map(|(code, pattern)| Some($crate::Said { code: *code, values: $crate::read_phrase(pattern, text)? }))
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_gives_back_what_was_put_in() {
        let check = |pattern: &str, text: &str, expected: Option<&[(&str, &str)]>| {
            let expected = expected.map(|pairs| pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect());
            assert_eq!(read_phrase(pattern, text), expected, "{pattern} {text}");
        };
        check("nothing is there", "nothing is there", Some(&[]));
        check("nothing is there", "nothing is there at all", None);
        check("{a} is {b}", "7 is seven", Some(&[("a", "7"), ("b", "seven")]));
        check("{a} is {b}, a text", "x is a number, a text", Some(&[("a", "x"), ("b", "a number")]));
        check("{a} is {b}, a text", "x is a number", None);
        check("it is {a}", "it is ", Some(&[("a", "")]));
        check("it is {a}.", "it is più. E. basta.", Some(&[("a", "più. E. basta")]));
        check("{a}{b}", "xy", Some(&[("a", ""), ("b", "xy")]));
    }
}
