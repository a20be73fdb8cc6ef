//! A declared text for one row, rewritten for many rows at once over `unnest($1::bigint[], …)`.

use crate::sql::{Piece, pieces, replace_placeholders};
use tokio_postgres::types::Type;

/// A word of a statement outside of strings and comments.
#[derive(Debug)]
struct Word {
    /// In capitals.
    text: String,
    start: usize,
    end: usize,
    /// How many parentheses are open around it.
    depth: usize,
}

/// The statement with strings and comments blanked out (byte for byte), in capitals.
fn blank(text: &str) -> String {
    let blanked = |piece: Piece<'_>| match piece {
        Piece::Code(code) => code.to_ascii_uppercase(),
        // A quoted name or a string must not vanish between commas, hence a letter and not a space.
        Piece::Opaque(text) => if text.starts_with(['-', '/']) { " " } else { "x" }.repeat(text.len()),
    };
    pieces(text).into_iter().map(blanked).collect()
}

fn words(code: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut depth, mut start) = (0usize, None);
    for (i, c) in code.char_indices().chain([(code.len(), ' ')]) {
        let inside = c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
        match (inside, start) {
            (true, None) => start = Some(i),
            (false, Some(from)) => {
                words.push(Word { text: code[from..i].to_owned(), start: from, end: i, depth });
                start = None;
            }
            _ => {}
        }
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    words
}

/// The rewritten statement, or `None` where the form is not one we know: such a text is executed row by row.
///
/// | for one row | for many |
/// |---|---|
/// | `INSERT … VALUES (e) …` | `INSERT … SELECT e FROM unnest(…) …` |
/// | `INSERT … SELECT … …` | `INSERT … SELECT s.* FROM unnest(…), LATERAL (SELECT …) AS s …` |
/// | `DELETE FROM t WHERE c` | `DELETE FROM t USING unnest(…) WHERE c` |
/// | `SELECT …` | `SELECT s.* FROM unnest(…), LATERAL (SELECT …) AS s` |
///
/// An UPDATE is not rewritten: joined to the same key twice it would change the row once, where the loop changes it twice.
pub(super) fn for_many(text: &str, types: &[Type]) -> Option<String> {
    if types.is_empty() {
        return None;
    }
    let text = text.trim().trim_end_matches(';');
    let code = blank(text);
    let words = words(&code);
    match words.first()?.text.as_str() {
        "INSERT" => insert(text, &code, &words, types),
        "DELETE" => delete(text, &words, types),
        "SELECT" => Some(format!("SELECT _s.* FROM {} CROSS JOIN LATERAL ({}) AS _s", unnest(types), over(text))),
        _ => None,
    }
}

fn insert(text: &str, code: &str, words: &[Word], types: &[Type]) -> Option<String> {
    let source = words
        .iter()
        .position(|word| word.depth == 0 && matches!(word.text.as_str(), "VALUES" | "SELECT" | "DEFAULT"))?;
    let (head, after) = (&text[..words[source].start], &words[source + 1..]);
    let tail_at = after
        .iter()
        .enumerate()
        .find(|(i, word)| {
            let conflict = word.text == "ON" && after.get(i + 1).is_some_and(|next| next.text == "CONFLICT");
            word.depth == 0 && (conflict || word.text == "RETURNING")
        })
        .map_or(text.len(), |(_, word)| word.start);
    let tail = &text[tail_at..];
    if has_placeholder(tail) {
        return None;
    }
    let body = match words[source].text.as_str() {
        "SELECT" => {
            let select = over(&text[words[source].start..tail_at]);
            format!("SELECT _s.* FROM {} CROSS JOIN LATERAL ({select}) AS _s", unnest(types))
        }
        "VALUES" => {
            let row = code[words[source].end..tail_at].trim();
            let start = words[source].end + code[words[source].end..].find('(')?;
            let end = start + row.len();
            // Exactly one row in one pair of parentheses, without the word DEFAULT, which no SELECT may say.
            let closes = closing(&code[start..])?;
            let default = after.iter().any(|word| word.start < tail_at && word.text == "DEFAULT");
            if closes + 1 != end - start || default {
                return None;
            }
            format!("SELECT {} FROM {}", over(&text[start + 1..start + closes]), unnest(types))
        }
        _ => return None,
    };
    Some(format!("{head}{body} {tail}").trim_end().to_owned())
}

fn delete(text: &str, words: &[Word], types: &[Type]) -> Option<String> {
    let condition = words.iter().find(|word| word.depth == 0 && word.text == "WHERE")?;
    let (head, condition) = (&text[..condition.start], &text[condition.start..]);
    let joined = words.iter().any(|word| word.depth == 0 && word.text == "USING");
    if joined || has_placeholder(head) {
        return None;
    }
    Some(format!("{head}USING {} {}", unnest(types), over(condition)))
}

/// The position of the parenthesis that closes the one at the start.
fn closing(code: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in code.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return Some(i),
            ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

fn has_placeholder(text: &str) -> bool {
    let mut found = false;
    replace_placeholders(text, |_, _| found = true);
    found
}

/// Reads the placeholders from the columns of [`unnest`].
fn over(text: &str) -> String {
    replace_placeholders(text, |out, number| out.push_str(&format!("_k._{number}")))
}

/// `unnest($1::bigint[], $2::text[]) AS _k(_1, _2)`.
fn unnest(types: &[Type]) -> String {
    let arrays: Vec<_> = types.iter().enumerate().map(|(i, ty)| format!("${}::{}[]", i + 1, ty.name())).collect();
    let names: Vec<_> = (1..=types.len()).map(|i| format!("_{i}")).collect();
    format!("unnest({}) AS _k({})", arrays.join(", "), names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPES: &[Type] = &[Type::INT8, Type::TEXT];

    #[test]
    fn statements_are_rewritten_for_many_rows() {
        let check = |text: &str, expected: &str| {
            let expected = expected.replace('@', "unnest($1::int8[], $2::text[]) AS _k(_1, _2)");
            assert_eq!(for_many(text, TYPES), Some(expected));
        };
        check("INSERT INTO t (a, b) VALUES ($1, $2)", "INSERT INTO t (a, b) SELECT _k._1, _k._2 FROM @");
        check(
            "insert into t (a, b)\nvalues (coalesce($1, 0), '),$1' || lower($2))\non conflict (a) do update set b = excluded.b returning a;",
            "insert into t (a, b)\nSELECT coalesce(_k._1, 0), '),$1' || lower(_k._2) FROM @ on conflict (a) do update set b = excluded.b returning a",
        );
        check(
            "INSERT INTO t SELECT $1, x.b FROM x JOIN y ON x.a = y.a WHERE x.c = $2 ON CONFLICT DO NOTHING",
            "INSERT INTO t SELECT _s.* FROM @ CROSS JOIN LATERAL (SELECT _k._1, x.b FROM x JOIN y ON x.a = y.a WHERE x.c = _k._2 ) AS _s ON CONFLICT DO NOTHING",
        );
        check("DELETE FROM t WHERE a = $1 AND b = $2", "DELETE FROM t USING @ WHERE a = _k._1 AND b = _k._2");
        check(
            "SELECT a FROM t WHERE b = $2",
            "SELECT _s.* FROM @ CROSS JOIN LATERAL (SELECT a FROM t WHERE b = _k._2) AS _s",
        );
        check(
            "INSERT INTO t (a) VALUES ($1) -- (why)\n RETURNING a",
            "INSERT INTO t (a) SELECT _k._1 FROM @ RETURNING a",
        );
        check("INSERT INTO \"values\" (a) VALUES (($1))", "INSERT INTO \"values\" (a) SELECT (_k._1) FROM @");
    }

    #[test]
    fn other_forms_go_row_by_row() {
        let check = |text: &str| assert_eq!(for_many(text, TYPES), None, "{text}");
        check("UPDATE t SET a = $1 WHERE b = $2");
        check("INSERT INTO t (a) VALUES ($1), ($2)");
        check("INSERT INTO t (a, b) VALUES ($1, DEFAULT)");
        check("INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = $2");
        check("INSERT INTO t DEFAULT VALUES");
        check("DELETE FROM t USING x WHERE t.a = x.a AND x.b = $1");
        check("DELETE FROM t");
        check("WITH x AS (SELECT $1) INSERT INTO t SELECT * FROM x");
        assert_eq!(for_many("INSERT INTO t (a) VALUES (1)", &[]), None);
    }
}
