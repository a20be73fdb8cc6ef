//! CSV (RFC 4180), a byte at a time, with lines counted and rows bounded.

use super::{ROW_BYTES_MAX, Row, Take, plain_name};
use std::io::BufRead;

/// Columns of a row, at most.
const COLUMNS_MAX: usize = 500;

/// Reads rows; the first one has the names.
pub(super) fn read(from: &mut impl BufRead, take: Take<'_>) -> Result<(), String> {
    let separator = separator(from.fill_buf().map_err(|error| error.to_string())?);
    let mut rows = Rows { from, separator, line: 1 };
    let Some((_, names)) = rows.next()? else { return Ok(()) };
    let names: Vec<String> = names?.iter().map(|name| plain_name(name)).collect();
    if names.len() < 2 {
        return Err("the first line names no columns, such as id,title,price,availability".to_owned());
    }
    while let Some((line, cells)) = rows.next()? {
        let row = cells.and_then(|cells| row_of(&names, cells));
        if matches!(&row, Ok(row) if row.0.is_empty()) {
            continue;
        }
        if !take(line, row) {
            return Ok(());
        }
    }
    Ok(())
}

fn row_of(names: &[String], cells: Vec<String>) -> Result<Row, String> {
    // An empty line has one empty cell.
    if cells.len() > names.len() && cells[names.len()..].iter().any(|cell| !cell.is_empty()) {
        return Err(format!("the row has {} columns, the first line names {}", cells.len(), names.len()));
    }
    let pairs = names.iter().cloned().zip(cells);
    Ok(Row(pairs.filter(|(name, cell)| !name.is_empty() && !cell.trim().is_empty()).collect()))
}

/// What stands between the names of the first line.
fn separator(beginning: &[u8]) -> u8 {
    let first = beginning.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: &u8| first.iter().filter(|byte| *byte == separator).count();
    [b',', b';', b'\t', b'|'].into_iter().max_by_key(|separator| (count(separator), *separator == b',')).unwrap_or(b',')
}

struct Rows<'a, R> {
    from: &'a mut R,
    separator: u8,
    /// The line that is read now.
    line: u64,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Begin,
    Plain,
    Quoted,
    /// A quotation mark within a quoted cell: its end, or a mark that is meant.
    Mark,
}

impl<R: BufRead> Rows<'_, R> {
    /// The next row and the line at which it begins. The inner error is that row's alone.
    fn next(&mut self) -> Result<Option<(u64, Result<Vec<String>, String>)>, String> {
        let began = self.line;
        let (mut cells, mut cell) = (Vec::new(), Vec::new());
        let mut place = Place::Begin;
        let mut size = 0usize;
        let mut wrong: Option<String> = None;
        loop {
            let chunk = self.from.fill_buf().map_err(|error| error.to_string())?;
            if chunk.is_empty() {
                if size == 0 {
                    return Ok(None);
                }
                if place == Place::Quoted {
                    wrong.get_or_insert(format!("the quotation mark of line {began} is not closed"));
                }
                cells.push(cell);
                return Ok(Some((began, texts(cells, wrong))));
            }
            let mut used = 0;
            let mut is_end = false;
            for byte in chunk {
                used += 1;
                if *byte == b'\n' {
                    self.line += 1;
                }
                match (place, *byte) {
                    (Place::Quoted, b'"') => place = Place::Mark,
                    (Place::Mark, b'"') => {
                        cell.push(b'"');
                        place = Place::Quoted;
                    }
                    (Place::Quoted, byte) => cell.push(byte),
                    (Place::Begin, b'"') => place = Place::Quoted,
                    (_, b'\n') => {
                        is_end = true;
                        break;
                    }
                    (_, byte) if byte == self.separator => {
                        cells.push(std::mem::take(&mut cell));
                        place = Place::Begin;
                    }
                    (_, b'\r') => {}
                    (_, byte) => {
                        cell.push(byte);
                        place = Place::Plain;
                    }
                }
                if cell.len() > ROW_BYTES_MAX || cells.len() > COLUMNS_MAX {
                    wrong.get_or_insert(format!(
                        "the row is larger than {} KB or {COLUMNS_MAX} columns",
                        ROW_BYTES_MAX >> 10
                    ));
                    // What is too large is read over, not kept.
                    cell.clear();
                    cells.clear();
                }
            }
            size += used;
            self.from.consume(used);
            if is_end {
                cells.push(cell);
                return Ok(Some((began, texts(cells, wrong))));
            }
        }
    }
}

fn texts(cells: Vec<Vec<u8>>, wrong: Option<String>) -> Result<Vec<String>, String> {
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    if cells.iter().map(Vec::len).sum::<usize>() > ROW_BYTES_MAX {
        return Err(format!("the row is larger than {} KB", ROW_BYTES_MAX >> 10));
    }
    let text = |cell: Vec<u8>| String::from_utf8(cell).map_err(|_| "the row is not UTF-8".to_owned());
    cells.into_iter().map(text).collect()
}
