//! Functions with regular expressions, as XPath writes them. They run on an engine that is linear in the text, so there is
//! no pattern that takes forever; what needs backtracking (references back into the match) is refused, which is null.

use super::{Args, Builtin};
use crate::{Value, eval::Run};
use regex::{Regex, RegexBuilder};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// The largest program that a pattern may become, in bytes.
const PROGRAM_BYTES_MAX: usize = 1 << 20;
/// The longest text that a replacement may make, in bytes.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Compiled patterns kept per thread.
const KEPT: usize = 64;

pub(super) const TABLE: &[Builtin] = &[
    Builtin {
        name: "matches",
        signatures: &[&["input", "pattern", "?flags"]],
        run: |a, run| Some(compiled(a, 2, run)?.is_match(a.text(0)?).into()),
    },
    Builtin {
        name: "replace",
        signatures: &[&["input", "pattern", "replacement", "?flags"]],
        run: |a, run| {
            let pattern = compiled(a, 3, run)?;
            replace(a.text(0)?, &pattern, a.text(2)?, flags(a, 3)?.contains('q'))
        },
    },
    Builtin {
        name: "split",
        signatures: &[&["string", "delimiter"]],
        run: |a, run| {
            let text = a.text(0)?;
            let pattern = compiled(a, 2, run)?;
            Some(Value::List(pattern.split(text).map(Value::from).collect()))
        },
    },
];

fn flags<'a>(a: &Args<'a>, place: usize) -> Option<&'a str> {
    match a.get(place) {
        Value::Null => Some(""),
        Value::String(flags) => Some(flags),
        _ => None,
    }
}

/// The pattern is the second argument. Compiling costs much more than matching, so patterns are kept.
fn compiled(a: &Args, flags_at: usize, run: &Run) -> Option<Rc<Regex>> {
    thread_local! {
        // Behind a pointer: a copied one starts without the working memory of the first.
        static PATTERNS: RefCell<HashMap<(String, String), Option<Rc<Regex>>>> = RefCell::default();
    }
    a.text(0)?;
    let key = (a.text(1)?.to_string(), flags(a, flags_at)?.to_string());
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(known) = patterns.get(&key) {
            return known.clone();
        }
        // Compiling is paid for by the length of the pattern.
        if !run.pay((key.0.len() / 4) as u32) {
            return None;
        }
        let compiled = compile(&key.0, &key.1).map(Rc::new);
        if patterns.len() == KEPT {
            patterns.clear();
        }
        patterns.insert(key, compiled.clone());
        compiled
    })
}

fn compile(pattern: &str, flags: &str) -> Option<Regex> {
    if !flags.chars().all(|flag| "smixq".contains(flag)) {
        return None;
    }
    let dot_all = flags.contains('s');
    let pattern = if flags.contains('q') {
        regex::escape(pattern)
    } else if flags.contains('x') {
        translate(&without_blanks(pattern), dot_all)?
    } else {
        translate(pattern, dot_all)?
    };
    RegexBuilder::new(&pattern)
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .size_limit(PROGRAM_BYTES_MAX)
        .dfa_size_limit(PROGRAM_BYTES_MAX)
        .nest_limit(100)
        .build()
        .ok()
}

/// With the flag `x`, blanks outside of brackets are there to be read by people.
fn without_blanks(pattern: &str) -> String {
    let (mut kept, mut depth, mut escaped) = (String::new(), 0usize, false);
    for c in pattern.chars() {
        if depth == 0 && c.is_whitespace() {
            continue;
        }
        match c {
            '[' if !escaped => depth += 1,
            ']' if !escaped => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        kept.push(c);
    }
    kept
}

/// XPath's notation in that of the engine. `None` for what it does not have.
fn translate(pattern: &str, dot_all: bool) -> Option<String> {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern.chars().peekable();
    let mut depth = 0usize;
    while let Some(c) = rest.next() {
        match c {
            '\\' => translate_escape(&mut rest, depth > 0, &mut out)?,
            // In XPath a dot leaves out the carriage return too.
            '.' if depth == 0 => out.push_str(if dot_all { "(?s:.)" } else { "[^\\n\\r]" }),
            '[' => {
                depth += 1;
                out.push('[');
                if rest.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                // An empty class is an error, not a class that starts with a bracket.
                if rest.peek() == Some(&']') {
                    return None;
                }
            }
            ']' => {
                depth = depth.checked_sub(1)?;
                out.push(']');
            }
            // `[a-z-[aeiou]]`: without these.
            '-' if depth > 0 && rest.peek() == Some(&'[') => out.push_str("--"),
            // What the engine would read as its own notation inside a class.
            '&' | '~' if depth > 0 => {
                out.push('\\');
                out.push(c);
            }
            '(' if rest.peek() == Some(&'?') => {
                rest.next();
                // Groups that are not counted are all that XPath has.
                rest.next_if_eq(&':')?;
                out.push_str("(?:");
            }
            c => out.push(c),
        }
    }
    (depth == 0).then_some(out)
}

fn translate_escape(rest: &mut std::iter::Peekable<std::str::Chars>, in_class: bool, out: &mut String) -> Option<()> {
    match rest.next()? {
        // References back into the match.
        '0'..='9' => return None,
        'i' => out.push_str(if in_class { "\\p{L}_:" } else { "[\\p{L}_:]" }),
        'c' => out.push_str(if in_class { "\\p{L}\\p{N}_:.\\-" } else { "[\\p{L}\\p{N}_:.\\-]" }),
        'I' if !in_class => out.push_str("[^\\p{L}_:]"),
        'C' if !in_class => out.push_str("[^\\p{L}\\p{N}_:.\\-]"),
        kind @ ('p' | 'P') => {
            rest.next_if_eq(&'{')?;
            let mut name = String::new();
            loop {
                match rest.next()? {
                    '}' => break,
                    c => name.push(c),
                }
            }
            match name.strip_prefix("Is") {
                Some(block) => {
                    let (first, last) = block_ends(block)?;
                    let not = if kind == 'P' { "^" } else { "" };
                    out.push_str(&format!("[{not}\\x{{{first:x}}}-\\x{{{last:x}}}]"));
                }
                None => out.push_str(&format!("\\{kind}{{{name}}}")),
            }
        }
        c @ ('n' | 'r' | 't' | 's' | 'S' | 'd' | 'D' | 'w' | 'W') => {
            out.push('\\');
            out.push(c);
        }
        c if c.is_alphabetic() || c.is_whitespace() => return None,
        c => {
            out.push('\\');
            out.push(c);
        }
    }
    Some(())
}

/// The blocks that patterns for European texts use.
fn block_ends(name: &str) -> Option<(u32, u32)> {
    Some(match name {
        "BasicLatin" => (0, 0x7f),
        "Latin-1Supplement" => (0x80, 0xff),
        "LatinExtended-A" => (0x100, 0x17f),
        "LatinExtended-B" => (0x180, 0x24f),
        "IPAExtensions" => (0x250, 0x2af),
        "CombiningDiacriticalMarks" => (0x300, 0x36f),
        "Greek" | "GreekandCoptic" => (0x370, 0x3ff),
        "Cyrillic" => (0x400, 0x4ff),
        "Armenian" => (0x530, 0x58f),
        "Hebrew" => (0x590, 0x5ff),
        "Arabic" => (0x600, 0x6ff),
        "LatinExtendedAdditional" => (0x1e00, 0x1eff),
        "GreekExtended" => (0x1f00, 0x1fff),
        "GeneralPunctuation" => (0x2000, 0x206f),
        "CurrencySymbols" => (0x20a0, 0x20cf),
        "Hiragana" => (0x3040, 0x309f),
        "Katakana" => (0x30a0, 0x30ff),
        "CJKUnifiedIdeographs" => (0x4e00, 0x9fff),
        _ => return None,
    })
}

/// A piece of a replacement.
enum Piece {
    Text(String),
    Group(usize),
}

fn replace(text: &str, pattern: &Regex, replacement: &str, literally: bool) -> Option<Value> {
    // A pattern that matches nothing would match everywhere.
    if pattern.is_match("") {
        return None;
    }
    let pieces = if literally {
        vec![Piece::Text(replacement.into())]
    } else {
        pieces(replacement, pattern.captures_len() - 1)?
    };
    let (mut out, mut copied) = (String::new(), 0);
    for found in pattern.captures_iter(text) {
        let whole = found.get(0)?;
        out.push_str(&text[copied..whole.start()]);
        for piece in &pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Group(number) => out.push_str(found.get(*number).map_or("", |group| group.as_str())),
            }
        }
        if out.len() > TEXT_BYTES_MAX {
            return None;
        }
        copied = whole.end();
    }
    out.push_str(&text[copied..]);
    Some(out.into())
}

/// `$1` is the first group, `$0` the whole match, `\$` a dollar. Of `$12`, as many digits count as there are groups.
fn pieces(replacement: &str, groups: usize) -> Option<Vec<Piece>> {
    let (mut pieces, mut text) = (Vec::new(), String::new());
    let mut rest = replacement.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.push(rest.next().filter(|c| ['\\', '$'].contains(c))?),
            '$' => {
                let mut number = rest.next()?.to_digit(10)? as usize;
                while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
                    let longer = number * 10 + digit as usize;
                    if longer > groups {
                        break;
                    }
                    number = longer;
                    rest.next();
                }
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                if number <= groups {
                    pieces.push(Piece::Group(number));
                }
            }
            c => text.push(c),
        }
    }
    pieces.push(Piece::Text(text));
    Some(pieces)
}
