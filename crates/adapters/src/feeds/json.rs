//! JSON: the objects of a list are cut out of the stream one by one, then read.

use super::{ROW_BYTES_MAX, Row, Take, plain_name};
use serde_json::Value;
use std::io::BufRead;

/// What the list of products is called where it is a field.
const LISTS: [&[u8]; 8] = [b"products", b"items", b"data", b"entries", b"offers", b"feed", b"rows", b"results"];
const WORD_MAX: usize = 16;

/// Reads the objects of the first list, or of one object a line.
pub(super) fn read(from: &mut impl BufRead, take: Take<'_>) -> Result<(), String> {
    let mut cutter = Cutter::default();
    loop {
        let chunk = from.fill_buf().map_err(|error| error.to_string())?;
        if chunk.is_empty() {
            return cutter.end();
        }
        let used = chunk.len();
        for byte in chunk {
            if !cutter.step(*byte, take) {
                return Ok(());
            }
        }
        from.consume(used);
    }
}

/// Where in the text the reader is. An object is a row if it stands in the first list, or outermost with another one behind it.
#[derive(Default)]
struct Cutter {
    line: u64,
    /// How deep in lists and objects; what holds the rows is at `rows_at`.
    depth: usize,
    /// The depth at which rows stand, once a list was seen.
    rows_at: Option<usize>,
    in_text: bool,
    is_escaped: bool,
    /// The last text, as far as it may be the name of the list of rows.
    word: Vec<u8>,
    /// The row that is being cut out, and the line at which it began.
    row: Vec<u8>,
    began: u64,
    is_large: bool,
    /// The list of rows has ended.
    is_over: bool,
    found: bool,
}

impl Cutter {
    fn step(&mut self, byte: u8, take: Take<'_>) -> bool {
        if byte == b'\n' {
            self.line += 1;
        }
        let in_row = !self.row.is_empty() || self.is_large;
        if in_row {
            self.keep(byte);
        }
        if self.in_text {
            match (self.is_escaped, byte) {
                (true, _) => self.is_escaped = false,
                (false, b'\\') => self.is_escaped = true,
                (false, b'"') => self.in_text = false,
                _ if self.word.len() < WORD_MAX => self.word.push(byte),
                _ => {}
            }
            return true;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.word.clear();
            }
            b'[' => {
                self.depth += 1;
                // The list of products: outermost, or a field of the outermost object, which is no row then.
                let is_named = self.depth == 2 && LISTS.contains(&self.word.as_slice());
                if self.rows_at.is_none() && !self.found && (self.depth == 1 || is_named) {
                    self.rows_at = Some(self.depth);
                    self.row.clear();
                    self.is_large = false;
                }
            }
            b'{' => {
                if !in_row && !self.is_over && self.depth == self.rows_at.unwrap_or(0) {
                    self.began = self.line + 1;
                    self.keep(b'{');
                }
                self.depth += 1;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if in_row && byte == b'}' && self.depth == self.rows_at.unwrap_or(0) {
                    self.found = true;
                    return self.hand_over(take);
                }
                if byte == b']' && self.rows_at == Some(self.depth + 1) {
                    self.is_over = true;
                }
            }
            _ => {}
        }
        true
    }

    fn keep(&mut self, byte: u8) {
        if self.row.len() >= ROW_BYTES_MAX {
            self.is_large = true;
            self.row.clear();
        }
        if !self.is_large {
            self.row.push(byte);
        }
    }

    fn hand_over(&mut self, take: Take<'_>) -> bool {
        let row = std::mem::take(&mut self.row);
        if std::mem::take(&mut self.is_large) {
            return take(self.began, Err(format!("the object is larger than {} KB", ROW_BYTES_MAX >> 10)));
        }
        let read = serde_json::from_slice::<Value>(&row).map_err(|error| format!("the object is not JSON: {error}"));
        take(self.began, read.map(|object| row_of(&object)))
    }

    fn end(&self) -> Result<(), String> {
        if self.depth > 0 && !self.is_over {
            return Err(format!("the feed ends in the middle, at line {}", self.line + 1));
        }
        Ok(())
    }
}

/// The fields of an object; of lists each element that is a text or a number, of objects within (`price: {value, currency}`) the
/// fields with the outer name before theirs.
fn row_of(object: &Value) -> Row {
    let mut row = Row::default();
    for (name, value) in object.as_object().into_iter().flatten() {
        put(&mut row, &plain_name(name), value, 0);
    }
    row
}

fn put(row: &mut Row, name: &str, value: &Value, depth: usize) {
    match value {
        Value::Null => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(text) => row.0.push((name.to_owned(), text.clone())),
        Value::Number(number) => row.0.push((name.to_owned(), number.to_string())),
        Value::Bool(flag) => row.0.push((name.to_owned(), flag.to_string())),
        Value::Array(list) if depth < 2 => list.iter().for_each(|value| put(row, name, value, depth + 1)),
        Value::Object(fields) if depth < 2 => {
            for (inner, value) in fields {
                put(row, &format!("{name}_{}", plain_name(inner)), value, depth + 1);
            }
        }
        Value::Array(_) | Value::Object(_) => {}
    }
}
