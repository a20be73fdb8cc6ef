//! Text to tokens.

use crate::{ParseError, Vocabulary};
use rust_decimal::Decimal;

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Number(Decimal),
    String(String),
    /// An identifier or a keyword.
    Word(String),
    /// A name in backticks: never a keyword, never a function.
    Quoted(String),
    /// Punctuation and operators.
    Sign(&'static str),
    End,
}

/// The longest come first, so that `**` is not read as two `*`.
const SIGNS: [&str; 23] = [
    "**", "..", "<=", ">=", "!=", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ":", ".", "<", ">", "=", "@",
    "?",
];

/// Splits the text; each token comes with the number of characters before it.
pub(crate) fn tokens(text: &str, vocabulary: &Vocabulary) -> Result<Vec<(Token, usize)>, ParseError> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0, vocabulary };
    let mut found = Vec::new();
    loop {
        lexer.skip_blanks()?;
        let at = lexer.at;
        let token = lexer.next()?;
        let end = token == Token::End;
        found.push((token, at));
        if end {
            return Ok(found);
        }
    }
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    vocabulary: &'a Vocabulary,
}

pub(crate) fn error<T>(message: impl Into<String>, at: usize) -> Result<T, ParseError> {
    Err(ParseError { message: message.into(), at })
}

/// The standard allows every character beyond the basic plane in a name.
fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '$' || ('\u{10000}'..='\u{effff}').contains(&c)
}

fn continues_name(c: char) -> bool {
    starts_name(c) || c.is_alphanumeric()
}

pub(crate) fn is_identifier(name: &str) -> bool {
    name.starts_with(starts_name) && name.chars().all(continues_name)
}

/// The words and signs that a name consists of: `Pre-bureau risk` is `Pre`, `-`, `bureau`, `risk`.
pub(crate) fn name_parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut in_word = false;
    for c in name.chars() {
        if c.is_whitespace() {
            in_word = false;
            continue;
        }
        let word = continues_name(c);
        match parts.last_mut() {
            Some(last) if in_word && word => last.push(c),
            _ => parts.push(c.into()),
        }
        in_word = word;
    }
    parts
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn skip_blanks(&mut self) -> Result<(), ParseError> {
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(c), _) if c.is_whitespace() || c == '\u{feff}' => self.at += 1,
                (Some('/'), Some('/')) => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                (Some('/'), Some('*')) => {
                    let start = self.at;
                    self.at += 2;
                    while (self.peek(0), self.peek(1)) != (Some('*'), Some('/')) {
                        if self.peek(0).is_none() {
                            return error("the comment is never closed with */", start);
                        }
                        self.at += 1;
                    }
                    self.at += 2;
                }
                _ => return Ok(()),
            }
        }
    }

    fn next(&mut self) -> Result<Token, ParseError> {
        let Some(c) = self.peek(0) else {
            return Ok(Token::End);
        };
        if let Some((name, length)) = self.known_name() {
            self.at += length;
            return Ok(Token::Quoted(name));
        }
        let next_is_digit = self.peek(1).is_some_and(|c| c.is_ascii_digit());
        if c.is_ascii_digit() || (c == '.' && next_is_digit && !self.after_dot()) {
            return self.number();
        }
        if starts_name(c) {
            let start = self.at;
            while self.peek(0).is_some_and(continues_name) {
                self.at += 1;
            }
            return Ok(Token::Word(self.chars[start..self.at].iter().collect()));
        }
        match c {
            '"' => self.string(),
            '`' => self.quoted(),
            _ => self.sign(c),
        }
    }

    /// The longest name of the vocabulary that stands here, with its length.
    fn known_name(&self) -> Option<(String, usize)> {
        let found = self.vocabulary.long_names().filter_map(|name| Some((name, self.length_of(name)?)));
        found.max_by_key(|(_, length)| *length).map(|(name, length)| (name.to_string(), length))
    }

    /// How many characters the name takes here; a blank in it stands for any number of them.
    fn length_of(&self, name: &str) -> Option<usize> {
        let mut ahead = 0;
        for c in name.chars() {
            if c == ' ' {
                let blanks = (ahead..).take_while(|at| self.peek(*at).is_some_and(char::is_whitespace)).count();
                ahead += Some(blanks).filter(|blanks| *blanks > 0)?;
            } else if self.peek(ahead) == Some(c) {
                ahead += 1;
            } else {
                return None;
            }
        }
        let goes_on = name.ends_with(continues_name) && self.peek(ahead).is_some_and(continues_name);
        (!goes_on).then_some(ahead)
    }

    /// Is the dot here the second one of a range, as in `1...5`?
    fn after_dot(&self) -> bool {
        self.at > 0 && self.chars[self.at - 1] == '.'
    }

    fn number(&mut self) -> Result<Token, ParseError> {
        let start = self.at;
        self.digits();
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.digits();
        }
        if matches!(self.peek(0), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.peek(1), Some('+' | '-')));
            if self.peek(1 + sign).is_some_and(|c| c.is_ascii_digit()) {
                self.at += 1 + sign;
                self.digits();
            }
        }
        let text: String = self.chars[start..self.at].iter().collect();
        if self.peek(0).is_some_and(starts_name) {
            return error(format!("a name cannot start with the digits {text}"), start);
        }
        let text = if text.starts_with('.') { format!("0{text}") } else { text };
        match crate::json::parse_decimal(&text.to_lowercase()) {
            Some(number) => Ok(Token::Number(number)),
            None => error(format!("the number {text} has more than 28 digits"), start),
        }
    }

    fn digits(&mut self) {
        while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<Token, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(c) = self.peek(0) else {
                return error("the string is never closed with \"", start);
            };
            self.at += 1;
            match c {
                '"' => return Ok(Token::String(text)),
                '\\' => text.push(self.escape(start)?),
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self, start: usize) -> Result<char, ParseError> {
        let at = self.at - 1;
        let Some(c) = self.peek(0) else {
            return error("the string is never closed with \"", start);
        };
        self.at += 1;
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'u' => self.code_point(4, at)?,
            'U' => self.code_point(6, at)?,
            '"' | '\\' | '\'' => c,
            // What a regular expression needs: the backslash stays.
            _ => {
                self.at -= 1;
                '\\'
            }
        })
    }

    /// `\u1F40` in four digits (a surrogate pair counts as one), `\U01F40E` in six.
    fn code_point(&mut self, digits: usize, at: usize) -> Result<char, ParseError> {
        let mut code = self.hex(digits, at)?;
        let high = 0xd800..0xdc00;
        if high.contains(&code) && self.peek(0) == Some('\\') && self.peek(1) == Some('u') {
            self.at += 2;
            let low = self.hex(4, at)?;
            code = 0x10000 + ((code - 0xd800) << 10) + (low.wrapping_sub(0xdc00) & 0x3ff);
        }
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => error(format!("there is no character {code:x}"), at),
        }
    }

    fn hex(&mut self, digits: usize, at: usize) -> Result<u32, ParseError> {
        let text: String = self.chars.iter().skip(self.at).take(digits).collect();
        self.at += digits;
        match u32::from_str_radix(&text, 16) {
            Ok(code) if text.len() == digits => Ok(code),
            _ => error(format!("\\u needs {digits} hexadecimal digits"), at),
        }
    }

    fn quoted(&mut self) -> Result<Token, ParseError> {
        let start = self.at;
        self.at += 1;
        while self.peek(0).is_some_and(|c| c != '`') {
            self.at += 1;
        }
        if self.peek(0).is_none() || self.at == start + 1 {
            return error("a name in backticks needs a name and a closing `", start);
        }
        self.at += 1;
        Ok(Token::Quoted(self.chars[start + 1..self.at - 1].iter().collect()))
    }

    fn sign(&mut self, c: char) -> Result<Token, ParseError> {
        for sign in SIGNS {
            let fits = sign.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c));
            if fits {
                self.at += sign.len();
                return Ok(Token::Sign(sign));
            }
        }
        let hint = match c {
            '\'' | '\u{201c}' | '\u{201d}' => "; strings stand in \"straight double quotes\"",
            '&' => "; write and",
            '|' => "; write or",
            '!' => "; write not(…)",
            _ => "",
        };
        error(format!("unexpected character {c}{hint}"), self.at)
    }
}
