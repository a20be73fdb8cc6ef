//! JSON as a shop sent it: a tree whose numbers keep their digits, so that no amount and no long id passes through a float.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, SeqAccess, Visitor},
    ser::{Error as _, SerializeMap, SerializeSeq},
};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

/// Values inside each other that are still read; a shop nests about ten.
const DEPTH_MAX: usize = 40;

/// A JSON value. Of a name that an object says twice the last counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    /// The digits as they were sent.
    Number(Box<str>),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

static NULL: Json = Json::Null;

impl Json {
    /// Reads a text. The error says what is wrong and where.
    pub fn read(text: &str) -> Result<Json, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|e| format!("the body is not JSON: {e}"))?;
        of_raw(raw, 0)
    }

    /// An object of what was said; what is `null` is left out.
    pub fn object(fields: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
        Json::Object(
            fields
                .into_iter()
                .filter(|(_, value)| *value != Json::Null)
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// The value under a name; `null` where there is none or this is no object.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Object(fields) => fields.iter().rev().find(|(n, _)| n == name).map_or(&NULL, |(_, value)| value),
            _ => &NULL,
        }
    }

    /// The value under names with dots between (`customer.id`); a number names an element of a list.
    pub fn at(&self, path: &str) -> &Json {
        path.split('.').filter(|name| !name.is_empty()).fold(self, |value, name| match value {
            Json::List(list) => name.parse::<usize>().ok().and_then(|n| list.get(n)).unwrap_or(&NULL),
            _ => value.get(name),
        })
    }

    /// Whether an object says a name at all, be it `null`.
    pub fn has(&self, name: &str) -> bool {
        matches!(self, Json::Object(fields) if fields.iter().any(|(n, _)| n == name))
    }

    /// Whether an object says all these names.
    pub fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    /// Whether an object says one of these names.
    pub fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    pub fn is_null(&self) -> bool {
        *self == Json::Null
    }

    /// The elements of a list; none of anything else.
    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            _ => &[],
        }
    }

    /// The fields of an object; none of anything else.
    pub fn fields(&self) -> &[(String, Json)] {
        match self {
            Json::Object(fields) => fields,
            _ => &[],
        }
    }

    /// Sets a field of an object; `null` is not said.
    pub fn set(&mut self, name: &str, value: Json) {
        if let (Json::Object(fields), false) = (self, value.is_null()) {
            match fields.iter_mut().find(|(n, _)| n == name) {
                Some((_, old)) => *old = value,
                None => fields.push((name.to_owned(), value)),
            }
        }
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_owned())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<rust_decimal::Decimal> for Json {
    fn from(value: rust_decimal::Decimal) -> Json {
        Json::Number(value.to_string().into())
    }
}

impl From<base::Time> for Json {
    fn from(value: base::Time) -> Json {
        Json::Text(value.to_string())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Json {
        value.map_or(Json::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Json {
        Json::List(values.into_iter().map(Into::into).collect())
    }
}

/// One level of a value, its parts still text.
enum Level<'a> {
    Object(Vec<(Cow<'a, str>, &'a RawValue)>),
    List(Vec<&'a RawValue>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Level<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Level<'a>, D::Error> {
        struct OfLevel;

        impl<'de> Visitor<'de> for OfLevel {
            type Value = Level<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or a list")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Level<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    fields.push(field);
                }
                Ok(Level::Object(fields))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Level<'de>, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Level::List(elements))
            }
        }

        deserializer.deserialize_any(OfLevel)
    }
}

fn of_raw(raw: &RawValue, depth: usize) -> Result<Json, String> {
    let text = raw.get();
    let wrong = |e: serde_json::Error| format!("the body is not JSON: {e}");
    Ok(match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == DEPTH_MAX => {
            return Err(format!("the body holds values more than {DEPTH_MAX} deep inside each other"));
        }
        Some(b'{' | b'[') => match serde_json::from_str::<Level<'_>>(text).map_err(wrong)? {
            Level::Object(fields) => Json::Object(
                fields
                    .into_iter()
                    .map(|(name, value)| Ok((name.into_owned(), of_raw(value, depth + 1)?)))
                    .collect::<Result<_, String>>()?,
            ),
            Level::List(list) => {
                Json::List(list.into_iter().map(|value| of_raw(value, depth + 1)).collect::<Result<_, String>>()?)
            }
        },
        Some(b'"') => Json::Text(serde_json::from_str(text).map_err(wrong)?),
        Some(b't') => Json::Bool(true),
        Some(b'f') => Json::Bool(false),
        Some(b'n') | None => Json::Null,
        Some(_) => Json::Number(text.into()),
    })
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(digits) => {
                RawValue::from_string(digits.to_string()).map_err(S::Error::custom)?.serialize(serializer)
            }
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(list) => {
                let mut to = serializer.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|value| to.serialize_element(value))?;
                to.end()
            }
            Json::Object(fields) => {
                let mut to = serializer.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(name, value)| to.serialize_entry(name, value))?;
                to.end()
            }
        }
    }
}

impl fmt::Display for Json {
    /// The JSON text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_with_its_digits() {
        for text in [
            r#"{"a":199.990,"b":820982911946154508123456789,"c":[1e3,true,null,"x\"y"],"d":{}}"#,
            "[]",
            "0.10",
            r#""ü\u0000""#,
        ] {
            assert_eq!(Json::read(text).unwrap().to_string(), text);
        }
        assert_eq!(Json::read(r#"{"a":1,"a":2}"#).unwrap().get("a"), &Json::Number("2".into()));
        assert_eq!(Json::read(r#"{"a":[{"b":7}]}"#).unwrap().at("a.0.b"), &Json::Number("7".into()));
        assert_eq!(Json::read("{}").unwrap().at("a.b.0"), &Json::Null);
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        for text in ["", "{", r#"{"a":1,}"#, "<html>", "{} {}", "[1,]", "nul"] {
            let reason = Json::read(text).unwrap_err();
            assert!(reason.contains("not JSON") && reason.contains("line"), "{text}: {reason}");
        }
        assert!(Json::read(&"[".repeat(100_000)).is_err());
        let deep = format!("{}{}", "[".repeat(60), "]".repeat(60));
        assert!(Json::read(&deep).unwrap_err().contains("40 deep"));
    }
}
