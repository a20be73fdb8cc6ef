//! Product feeds: CSV, the XML of Google Merchant, JSON; read as they arrive, a row at a time.
//!
//! A row becomes a [`Product`], and that the calls that the one door takes. Nothing is kept of a row that was handed over; a row
//! larger than [`ROW_BYTES_MAX`] is refused, whatever it holds.

mod csv;
mod json;
mod product;
#[cfg(test)]
mod tests;
mod xml;

pub use product::{Naming, Product};

use base::Currency;
use std::io::{BufRead, BufReader, Read};

/// The largest row, in bytes of the file.
pub const ROW_BYTES_MAX: usize = 256 << 10;
/// What is looked at to recognise a format.
const LOOKED_AT: usize = 8 << 10;

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A line of names, then rows; commas, semicolons, tabs or bars between.
    Csv,
    /// RSS 2.0 or Atom with the `g:` names of Google Merchant; other elements named `item`, `entry` or `product` too.
    Xml,
    /// A list of objects, one in a field of an object, or one object a line.
    Json,
}

impl Format {
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xml => "xml",
            Format::Json => "json",
        }
    }

    /// A format by its name; also what files of it end with.
    pub fn parse(name: &str) -> Option<Format> {
        match name.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Format::Csv),
            "xml" | "rss" | "atom" => Some(Format::Xml),
            "json" | "ndjson" | "jsonl" => Some(Format::Json),
            _ => None,
        }
    }

    fn recognise(beginning: &[u8]) -> Format {
        let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
        match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<') => Format::Xml,
            Some(b'[' | b'{') => Format::Json,
            _ => Format::Csv,
        }
    }
}

/// A row: names as written, in lower case with `_` between words and without the `g:`, and values. A name may stand there twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row(pub Vec<(String, String)>);

/// What a row of the feed is.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it begins in the file, from 1.
    pub number: u64,
    /// The product, or why it is none.
    pub product: Result<Product, String>,
    /// What it names, whether it is a product or refused as one.
    pub naming: Naming,
}

/// A row, or why it cannot be read.
type Found = Result<Row, String>;
/// Takes each row with its line; answers whether to go on.
type Take<'a> = &'a mut dyn FnMut(u64, Found) -> bool;

/// Reads a feed and hands over each of its rows; answers the format. `take` answers whether to go on. The error is why the file
/// could not be read to its end.
pub fn read(
    from: impl Read,
    format: Option<Format>,
    currency: Currency,
    take: &mut dyn FnMut(Line) -> bool,
) -> Result<Format, String> {
    let mut from = BufReader::with_capacity(LOOKED_AT.max(64 << 10), from);
    let format = match format {
        Some(format) => format,
        None => Format::recognise(from.fill_buf().map_err(|error| error.to_string())?),
    };
    let mut last_group = String::new();
    let mut rows = 0u64;
    let mut each = |number: u64, found: Found| {
        rows += 1;
        let naming = found.as_ref().map_or(Naming::Unreadable, Naming::of);
        let product = found.and_then(|row| Product::of(&row, currency));
        let product = product.map(|mut product| {
            // The rows of one group stand together: the product itself is told once.
            let group = product.group.clone().unwrap_or_default();
            product.is_group_told = !group.is_empty() && group == last_group;
            last_group = group;
            product
        });
        take(Line { number, product, naming })
    };
    match format {
        Format::Csv => csv::read(&mut from, &mut each)?,
        Format::Xml => xml::read(from, &mut each)?,
        Format::Json => json::read(&mut from, &mut each)?,
    }
    if rows == 0 {
        return Err("the feed has no rows".to_owned());
    }
    Ok(format)
}

/// A name as rows have it: `g:Image Link` is `image_link`.
fn plain_name(name: &str) -> String {
    let name = name.trim().trim_start_matches('\u{feff}');
    let name = name.strip_prefix("g:").or_else(|| name.strip_prefix("c:")).unwrap_or(name);
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.trim_matches('_').to_owned()
}
