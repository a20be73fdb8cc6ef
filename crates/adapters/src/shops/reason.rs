//! What the reason is about for which a body was refused: one of a few words, for which every language has its own sentence. The
//! parsers say their reasons in English with all detail; here they are sorted, in one place.

/// What a body was refused for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted {
    /// `blank`, `shop_error`, `unknown_topic`, `unknown_object`, `ids_only`, `unreadable`, `wrong_value`, `missing`, `too_large` or
    /// `other`.
    pub code: &'static str,
    /// The field, topic or message that it is about, where there is one.
    pub about: Option<String>,
}

/// The longest `about`.
const ABOUT_MAX: usize = 200;

/// Sorts a reason; of several that were joined, the first.
pub fn sorted(reason: &str) -> Sorted {
    let has = |word: &str| reason.contains(word);
    let between = |from: &str, to: &str| {
        let rest = reason.split_once(from)?.1;
        rest.split_once(to).map(|(inside, _)| inside.to_owned())
    };
    let (code, about) = match () {
        () if has("is it a blank template") => ("blank", None),
        () if has("the shop answered with") => {
            ("shop_error", reason.split_once("with an error: ").map(|(_, message)| message.to_owned()))
        }
        () if has("is not one that is understood") => ("unknown_topic", between("the topic \"", "\"")),
        () if has("is not recognised from its fields") => ("unknown_object", between("fields (", ")")),
        () if has("must send the whole") || has("only an id") => ("ids_only", None),
        () if has("is not JSON") || has("is not UTF-8") || has("JSON was expected") || has("not well-formed") => {
            ("unreadable", None)
        }
        () if has(" expected") || has("is not a number") || has("is not a time") || has("ISO 4217") => {
            ("wrong_value", field(reason))
        }
        () if has("at most") || has(" beyond ") || has("more than") || has("too large") || has("too many") => {
            ("too_large", None)
        }
        () => match missing(reason) {
            Some(names) => ("missing", Some(names)),
            None => ("other", None),
        },
    };
    let about =
        about.map(|text| text.trim().chars().take(ABOUT_MAX).collect()).filter(|text: &String| !text.is_empty());
    Sorted { code, about }
}

/// The first reason without what comes before it: the object that it is about.
fn sentence(reason: &str) -> &str {
    let first = reason.split("; ").next().unwrap_or(reason);
    first.split_once(": ").map_or(first, |(_, rest)| rest)
}

/// `total` of “total is an object, a number was expected”.
fn field(reason: &str) -> Option<String> {
    sentence(reason).split_once(' ').map(|(name, _)| name.to_owned())
}

/// `id` of “the order has no id”; `token, id` of “has neither a token nor an id”.
fn missing(reason: &str) -> Option<String> {
    let sentence = sentence(reason);
    if let Some((_, rest)) = sentence.split_once("has neither ") {
        let (one, other) = rest.split_once(" nor ")?;
        return Some(format!("{}, {}", bare(one), bare(other)));
    }
    let (_, rest) = sentence.split_once(" has no ").or_else(|| sentence.split_once(" names no "))?;
    Some(bare(rest).to_owned())
}

/// Without its article, and without what is said of it.
fn bare(text: &str) -> &str {
    let text = text.strip_prefix("an ").or_else(|| text.strip_prefix("a ")).unwrap_or(text);
    text.split([' ', ':', ',', '?']).next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, find_shop};
    use super::*;

    #[test]
    fn a_reason_is_sorted_with_what_it_is_about() {
        let check = |shop: &str, topic: Option<&str>, body: &str, code: &str, about: Option<&str>| {
            let shop = find_shop(shop).unwrap();
            let refusal = shop.parse(topic, body.as_bytes(), &Settings::default()).unwrap_err();
            let found = sorted(&refusal.0);
            assert_eq!((found.code, found.about.as_deref()), (code, about), "{}", refusal.0);
        };
        check("woocommerce", Some("order.created"), r#"{"hello":"there"}"#, "missing", Some("id"));
        check("shopify", Some("checkouts/delete"), r#"{"note":1}"#, "missing", Some("token, cart_token"));
        check("shopify", Some("orders/create"), "{}", "missing", Some("id"));
        check("shopify", Some("products/update"), "{}", "missing", Some("id"));
        check("shopify", Some("weather/changed"), "{}", "unknown_topic", Some("weather/changed"));
        check("woocommerce", Some("weather.changed"), r#"{"id":1}"#, "unknown_topic", Some("weather.changed"));
        check("woocommerce", None, r#"{"hello":1,"there":2}"#, "unknown_object", Some("hello, there"));
        check("woocommerce", None, "<html>", "unreadable", None);
        check("woocommerce", None, "{\"id\":", "unreadable", None);
        check("prestashop", None, "<prestashop><order>", "unreadable", None);
        check("medusa", Some("order.placed"), r#"{"id":"order_1"}"#, "ids_only", None);
        check("medusa", None, r#"{"type":"not_found","message":"no such order"}"#, "shop_error", Some("no such order"));
        let order = r#"{"id":5,"status":"processing","currency":"EUR","total":{"of":10},"line_items":[]}"#;
        check("woocommerce", Some("order.created"), order, "wrong_value", Some("total"));
        let order = r#"{"id":5,"status":"processing","currency":"XYZ1","total":"10","line_items":[]}"#;
        check("woocommerce", Some("order.created"), order, "wrong_value", Some("currency"));
    }

    #[test]
    fn what_nobody_knows_stays_as_it_is_said() {
        let other = Sorted { code: "other", about: None };
        assert_eq!(sorted("something else went wrong"), other);
        assert_eq!(sorted(""), other);
    }
}
