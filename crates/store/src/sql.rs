//! Declared SQL texts, and how their placeholders are rewritten.

/// A declared SQL text: one for both engines, or a pair. Placeholders are `$1…` on both.
#[derive(Debug, PartialEq, Eq)]
pub struct Sql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl Sql {
    /// The same text on both engines.
    pub const fn one(text: &'static str) -> Sql {
        Sql { sqlite: text, postgres: text }
    }

    /// Two texts, for the few statements that are special or hot. Say why where it is declared.
    pub const fn pair(sqlite: &'static str, postgres: &'static str) -> Sql {
        Sql { sqlite, postgres }
    }
}

/// A piece of a statement: code, or what the scanner must not look into (strings, quoted names, comments).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Code(&'a str),
    Opaque(&'a str),
}

/// Cuts a statement into code and opaque pieces. Dollar quotes are not known: no portable text has them.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let (mut start, mut i) = (0, 0);
    while i < bytes.len() {
        let end = match bytes[i] {
            quote @ (b'\'' | b'"') => {
                bytes[i + 1..].iter().position(|b| *b == quote).map_or(bytes.len(), |n| i + n + 2)
            }
            b'-' if bytes[i..].starts_with(b"--") => text[i..].find('\n').map_or(bytes.len(), |n| i + n),
            b'/' if bytes[i..].starts_with(b"/*") => text[i..].find("*/").map_or(bytes.len(), |n| i + n + 2),
            _ => {
                i += 1;
                continue;
            }
        };
        if start < i {
            pieces.push(Piece::Code(&text[start..i]));
        }
        pieces.push(Piece::Opaque(&text[i..end]));
        (start, i) = (end, end);
    }
    if start < bytes.len() {
        pieces.push(Piece::Code(&text[start..]));
    }
    pieces
}

/// Replaces each placeholder `$n` outside of strings and comments by what `replace` makes of `n`.
pub(crate) fn replace_placeholders(text: &str, mut replace: impl FnMut(&mut String, usize)) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for piece in pieces(text) {
        let code = match piece {
            Piece::Opaque(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Code(code) => code,
        };
        let mut parts = code.split('$');
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            match part[..digits].parse() {
                Ok(number) => replace(&mut out, number),
                Err(_) => out.push('$'),
            }
            out.push_str(&part[digits..]);
        }
    }
    out
}

/// SQLite's own spelling: `?1`. (There `$1` is a *name*, numbered by its first use.)
pub(crate) fn sqlite_text(text: &str) -> String {
    replace_placeholders(text, |out, number| {
        out.push('?');
        out.push_str(&number.to_string());
    })
}

/// The first words of a statement, for messages.
pub(crate) fn shorten(text: &str) -> String {
    let mut short = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = short.char_indices().nth(120) {
        short.truncate(end);
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_rewritten_outside_of_strings_and_comments() {
        let check = |text: &str, expected: &str| assert_eq!(sqlite_text(text), expected);
        check("SELECT $1, $12", "SELECT ?1, ?12");
        check("SELECT '$1', $2 -- $3\n, \"$4\" /* $5 */ , $6", "SELECT '$1', ?2 -- $3\n, \"$4\" /* $5 */ , ?6");
        check("SELECT 'it''s $1', $2", "SELECT 'it''s $1', ?2");
        check("SELECT payload ->> '$.a', $1", "SELECT payload ->> '$.a', ?1");
        check("a $ b", "a $ b");
        check("'open $1", "'open $1");
    }

    #[test]
    fn a_long_text_is_shortened_at_a_character() {
        assert_eq!(shorten("SELECT\n   1"), "SELECT 1");
        assert_eq!(shorten(&"è".repeat(200)).chars().count(), 121);
    }
}
