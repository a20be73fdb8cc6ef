//! What is handed over at once.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A customer, and what of theirs goes over with them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    pub contact: Record,
    pub cart: Option<Record>,
    pub order: Option<Record>,
    /// Of the order.
    #[serde(default)]
    pub lines: Vec<Record>,
}

/// One record: values by the second half of their field's name (`total` of `cart.total`). What is not known is not there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Our id, unique within the object.
    pub id: String,
    pub values: BTreeMap<String, Said>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    Text(String),
    /// As decimal text: amounts never go through a float.
    Number(String),
    /// Such as `2026-11-21T08:00:00Z`.
    At(String),
}

impl Record {
    pub fn new(id: impl Into<String>) -> Record {
        Record { id: id.into(), values: BTreeMap::new() }
    }

    /// Says a text, where there is one.
    pub fn text(mut self, name: &str, text: Option<&str>) -> Record {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.values.insert(name.to_owned(), Said::Text(text.to_owned()));
        }
        self
    }

    /// Says a number, where there is one.
    pub fn number(mut self, name: &str, number: Option<impl ToString>) -> Record {
        if let Some(number) = number {
            self.values.insert(name.to_owned(), Said::Number(number.to_string()));
        }
        self
    }

    /// Says a time, where there is one.
    pub fn at(mut self, name: &str, at: Option<base::Time>) -> Record {
        if let Some(at) = at {
            let text = at.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            self.values.insert(name.to_owned(), Said::At(text));
        }
        self
    }

    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(Said::Text(text)) => Some(text),
            _ => None,
        }
    }
}
