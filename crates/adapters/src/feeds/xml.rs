//! XML: the elements within `item`, `entry` or `product`, as Google Merchant's RSS and Atom feeds have them. No document type, no
//! entities but the five of XML and numbers.

use super::{ROW_BYTES_MAX, Row, Take, plain_name};
use quick_xml::{Reader, events::Event};
use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    rc::Rc,
};

/// How deep elements may stand in one another.
const DEPTH_MAX: usize = 64;

pub(super) fn read(from: impl BufRead, take: Take<'_>) -> Result<(), String> {
    let counts = Rc::new(Counts::default());
    let mut reader = Reader::from_reader(Bounded { from, counts: counts.clone() });
    let mut buffer = Vec::new();
    let mut rows = Rows::default();
    loop {
        buffer.clear();
        // What is read at once is one tag or one text; nothing larger than a row is kept.
        counts.since_row.set(0);
        let event = reader.read_event_into(&mut buffer);
        let line = counts.line.get() + 1;
        let event = event.map_err(|error| format!("the feed is not XML from line {line} on: {error}"))?;
        match event {
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                let link = attribute(&tag, "href");
                rows.open(name, line, link)?;
            }
            Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let link = attribute(&tag, "href");
                rows.open(name, line, link)?;
                if !rows.close(take) {
                    return Ok(());
                }
            }
            Event::Text(text) => rows.text(&text),
            Event::CData(text) => rows.text(&text),
            Event::GeneralRef(entity) => {
                let name: &str = &entity;
                match character(name) {
                    Some(character) => rows.text(character.encode_utf8(&mut [0; 4])),
                    None => rows.wrong(format!("the entity &{name}; is none of XML's")),
                }
            }
            Event::End(_) if rows.close(take) => {}
            // Nobody wants more.
            Event::End(_) => return Ok(()),
            Event::DocType(_) => return Err("the feed has a document type, which is not read".to_owned()),
            Event::Eof if rows.depth > 0 => return Err(format!("the feed ends in the middle, at line {line}")),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn attribute(tag: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    Some(found.value.replace("&amp;", "&"))
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control() || c.is_whitespace())
        }
    }
}

/// The row that is read now.
#[derive(Default)]
struct Rows {
    depth: usize,
    /// The depth of the row's element.
    row_at: Option<usize>,
    row: Row,
    began: u64,
    /// The field's name and text: of the elements within it too.
    field: String,
    value: String,
    size: usize,
    wrong: Option<String>,
}

impl Rows {
    fn open(&mut self, name: String, line: u64, link: Option<String>) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(format!("line {line}: elements stand more than {DEPTH_MAX} deep in one another"));
        }
        match self.row_at {
            None => {
                let local = name.rsplit(':').next().unwrap_or_default();
                if matches!(local, "item" | "entry" | "product" | "offer") {
                    *self = Rows { depth: self.depth, row_at: Some(self.depth), began: line, ..Rows::default() };
                }
            }
            Some(row_at) if self.depth == row_at + 1 => {
                self.field = plain_name(&name);
                self.value = link.unwrap_or_default();
            }
            // `<g:shipping><g:price>` is no price of the product.
            Some(_) => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let Some(row_at) = self.row_at.filter(|row_at| self.depth == row_at + 1) else { return };
        debug_assert!(row_at < self.depth);
        self.size += text.len();
        if self.size > ROW_BYTES_MAX {
            self.wrong(format!("the item is larger than {} KB", ROW_BYTES_MAX >> 10));
            return;
        }
        self.value.push_str(text);
    }

    fn wrong(&mut self, reason: String) {
        if self.row_at.is_some() {
            self.wrong.get_or_insert(reason);
        }
    }

    fn close(&mut self, take: Take<'_>) -> bool {
        self.depth = self.depth.saturating_sub(1);
        let Some(row_at) = self.row_at else { return true };
        if self.depth == row_at {
            let (field, value) = (std::mem::take(&mut self.field), std::mem::take(&mut self.value));
            if !field.is_empty() && !value.trim().is_empty() && self.row.0.len() < 500 {
                self.row.0.push((field, value.trim().to_owned()));
            }
        } else if self.depth < row_at {
            self.row_at = None;
            let row = std::mem::take(&mut self.row);
            let row = self.wrong.take().map_or(Ok(row), Err);
            return take(self.began, row);
        }
        true
    }
}

#[derive(Default)]
struct Counts {
    line: Cell<u64>,
    since_row: Cell<usize>,
}

/// Counts lines, and stops where one tag or text is larger than a row may be.
struct Bounded<R> {
    from: R,
    counts: Rc<Counts>,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.len().min(to.len());
        to[..n].copy_from_slice(&self.fill_buf()?[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.counts.since_row.get() > 4 * ROW_BYTES_MAX {
            return Err(io::Error::other(format!("a tag or text is larger than {} KB", (4 * ROW_BYTES_MAX) >> 10)));
        }
        self.from.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if let Ok(chunk) = self.from.fill_buf() {
            let lines = memchr::memchr_iter(b'\n', &chunk[..n.min(chunk.len())]).count();
            self.counts.line.set(self.counts.line.get() + lines as u64);
        }
        self.counts.since_row.set(self.counts.since_row.get() + n);
        self.from.consume(n);
    }
}
