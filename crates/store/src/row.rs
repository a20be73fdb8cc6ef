//! Rows that a query answers, read by column name.

use crate::Value;
use base::{Id, Time};
use std::{fmt, sync::Arc};

/// The column names that the rows of one answer share.
pub(crate) type Columns = Arc<[Box<str>]>;

/// One row of an answer. Columns are read by name; a wrong name or type is a programmer's error and panics with the name, the
/// columns that there are and the value's type.
#[derive(Clone, PartialEq)]
pub struct Row {
    columns: Columns,
    values: Box<[Value]>,
}

impl Row {
    pub(crate) fn new(columns: Columns, values: Box<[Value]>) -> Row {
        debug_assert_eq!(columns.len(), values.len());
        Row { columns, values }
    }

    fn position(&self, column: &str) -> usize {
        let found = self.columns.iter().position(|name| &**name == column);
        found.unwrap_or_else(|| panic!("no column {column:?} among {:?}", self.columns))
    }

    #[track_caller]
    fn wrong(&self, column: &str, wanted: &str) -> ! {
        panic!("column {column:?} is asked for as {wanted} but holds {}", kind(self.value(column)))
    }

    /// The value as it came.
    pub fn value(&self, column: &str) -> &Value {
        &self.values[self.position(column)]
    }

    /// The names of the columns, in the order of the statement.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|name| &**name)
    }

    /// An integer; NULL panics.
    #[track_caller]
    pub fn int(&self, column: &str) -> i64 {
        self.opt_int(column).unwrap_or_else(|| self.wrong(column, "an integer"))
    }

    /// An integer, or `None` for NULL.
    #[track_caller]
    pub fn opt_int(&self, column: &str) -> Option<i64> {
        match self.value(column) {
            Value::Null => None,
            Value::Int(value) => Some(*value),
            _ => self.wrong(column, "an integer"),
        }
    }

    /// An integer that is 0 or 1.
    #[track_caller]
    pub fn flag(&self, column: &str) -> bool {
        self.int(column) != 0
    }

    /// A real number; an integer is read as one.
    #[track_caller]
    pub fn real(&self, column: &str) -> f64 {
        self.opt_real(column).unwrap_or_else(|| self.wrong(column, "a real number"))
    }

    /// A real number, or `None` for NULL.
    #[track_caller]
    pub fn opt_real(&self, column: &str) -> Option<f64> {
        match self.value(column) {
            Value::Null => None,
            Value::Real(value) => Some(*value),
            Value::Int(value) => Some(*value as f64),
            _ => self.wrong(column, "a real number"),
        }
    }

    /// A text; NULL panics.
    #[track_caller]
    pub fn text(&self, column: &str) -> &str {
        self.opt_text(column).unwrap_or_else(|| self.wrong(column, "a text"))
    }

    /// A text, or `None` for NULL.
    #[track_caller]
    pub fn opt_text(&self, column: &str) -> Option<&str> {
        match self.value(column) {
            Value::Null => None,
            Value::Text(value) => Some(value),
            _ => self.wrong(column, "a text"),
        }
    }

    /// A text, moved out of the row (an empty text stays behind).
    #[track_caller]
    pub fn take_text(&mut self, column: &str) -> String {
        let position = self.position(column);
        match &mut self.values[position] {
            Value::Text(value) => std::mem::take(value),
            _ => self.wrong(column, "a text"),
        }
    }

    /// Bytes; NULL panics.
    #[track_caller]
    pub fn blob(&self, column: &str) -> &[u8] {
        self.opt_blob(column).unwrap_or_else(|| self.wrong(column, "bytes"))
    }

    /// Bytes, or `None` for NULL.
    #[track_caller]
    pub fn opt_blob(&self, column: &str) -> Option<&[u8]> {
        match self.value(column) {
            Value::Null => None,
            Value::Blob(value) => Some(value),
            _ => self.wrong(column, "bytes"),
        }
    }

    /// Bytes, moved out of the row (no bytes stay behind).
    #[track_caller]
    pub fn take_blob(&mut self, column: &str) -> Vec<u8> {
        let position = self.position(column);
        match &mut self.values[position] {
            Value::Blob(value) => std::mem::take(value),
            _ => self.wrong(column, "bytes"),
        }
    }

    /// An id: 16 bytes; NULL panics.
    #[track_caller]
    pub fn id(&self, column: &str) -> Id {
        self.opt_id(column).unwrap_or_else(|| self.wrong(column, "an id"))
    }

    /// An id, or `None` for NULL.
    #[track_caller]
    pub fn opt_id(&self, column: &str) -> Option<Id> {
        let bytes = self.opt_blob(column)?;
        Some(Id::from_slice(bytes).unwrap_or_else(|| self.wrong(column, "an id (16 bytes)")))
    }

    /// An instant: microseconds since 1970; NULL panics.
    #[track_caller]
    pub fn time(&self, column: &str) -> Time {
        Time(self.int(column))
    }

    /// An instant, or `None` for NULL.
    #[track_caller]
    pub fn opt_time(&self, column: &str) -> Option<Time> {
        self.opt_int(column).map(Time)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.columns.iter().zip(&self.values)).finish()
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(_) => "an integer".to_owned(),
        Value::Real(_) => "a real number".to_owned(),
        Value::Text(_) | Value::Static(_) | Value::Raw(_) => "a text".to_owned(),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
        Value::Id(_) => "an id".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        let columns = ["n", "t", "none"].map(Box::from);
        Row::new(Arc::new(columns), Box::new([Value::Int(7), Value::Text("seven".to_owned()), Value::Null]))
    }

    #[test]
    fn columns_are_read_by_name() {
        let mut row = row();
        assert_eq!((row.int("n"), row.text("t"), row.opt_text("none")), (7, "seven", None));
        assert_eq!((row.real("n"), row.time("n"), row.flag("n")), (7.0, Time(7), true));
        assert_eq!((row.take_text("t"), row.text("t")), ("seven".to_owned(), ""));
    }

    #[test]
    #[should_panic(expected = "no column \"x\" among [\"n\", \"t\", \"none\"]")]
    fn a_wrong_name_panics() {
        row().int("x");
    }

    #[test]
    #[should_panic(expected = "column \"t\" is asked for as an integer but holds a text")]
    fn a_wrong_type_panics() {
        row().int("t");
    }

    #[test]
    #[should_panic(expected = "column \"none\" is asked for as bytes but holds NULL")]
    fn a_null_panics_where_none_is_allowed() {
        row().blob("none");
    }
}
