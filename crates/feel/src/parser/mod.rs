//! Tokens to the tree. One function per level of precedence, loosest first.

mod control;
mod levels;
mod primary;
mod tests;
mod types;

use crate::{
    ParseError, Value, Vocabulary,
    ast::{Comparison, Expr, Kind, Test},
    lexer::{Token, error, tokens},
};

/// Longer texts are refused: a condition is a sentence, not a program.
const CHARACTERS_MAX: usize = 8_192;
/// How high a tree may be, so that evaluating it (and dropping it) fits on any stack.
const HEIGHT_MAX: u16 = 80;

/// Words that cannot be names without backticks.
const KEYWORDS: [&str; 16] = [
    "and",
    "or",
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "between",
    "true",
    "false",
    "null",
    "function",
];

/// A parsed text and the paths it reads from outside.
pub(crate) struct Parsed {
    pub tree: Expr,
    pub paths: Vec<Vec<String>>,
}

/// The cell of a decision table, parsed.
pub(crate) struct ParsedTests {
    /// `not(…)` around all of them.
    pub negated: bool,
    /// None for `-`, which everything passes.
    pub tests: Option<Vec<Test>>,
}

/// Parses one expression that fills the whole text.
pub(crate) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Parsed, ParseError> {
    let mut parser = Parser::new(text, vocabulary)?;
    if *parser.peek() == Token::End {
        return error("the expression is empty", 0);
    }
    let tree = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(Parsed { tree, paths: parser.paths }),
        _ => parser.unexpected("the end"),
    }
}

/// Parses the tests that stand in a cell: `-`, or tests with commas, perhaps in `not(…)`.
pub(crate) fn parse_tests(text: &str, vocabulary: &Vocabulary) -> Result<ParsedTests, ParseError> {
    let mut parser = Parser::new(text, vocabulary)?;
    parser.unary = true;
    parser.unary_tests()
}

struct Parser<'a> {
    vocabulary: &'a Vocabulary,
    tokens: Vec<(Token, usize)>,
    at: usize,
    /// The height of the tree that was made last.
    height: u16,
    /// How deep the functions below are nested.
    depth: u16,
    /// Inside the ends of `[a..b[`, where `[` closes and does not filter.
    in_range: bool,
    /// Names made by the expression itself: of loops, parameters and context entries.
    bound: Vec<String>,
    filters: u32,
    paths: Vec<Vec<String>>,
    /// Whether `?` means the tested value here, and whether it was used.
    unary: bool,
    asked: bool,
}

type Parse = Result<Expr, ParseError>;

impl Parser<'_> {
    fn new<'a>(text: &str, vocabulary: &'a Vocabulary) -> Result<Parser<'a>, ParseError> {
        if text.chars().nth(CHARACTERS_MAX).is_some() {
            let message = format!("the expression is longer than {CHARACTERS_MAX} characters");
            return error(message, CHARACTERS_MAX);
        }
        Ok(Parser {
            vocabulary,
            tokens: tokens(text, vocabulary)?,
            at: 0,
            height: 0,
            depth: 0,
            in_range: false,
            bound: Vec::new(),
            filters: 0,
            paths: Vec::new(),
            unary: false,
            asked: false,
        })
    }

    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn peek_at(&self, ahead: usize) -> &Token {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.at + ahead).min(last)].0
    }

    fn place(&self) -> usize {
        self.tokens[self.at].1
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Token::Sign(found) if *found == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found == word)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.advance();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn need_sign(&mut self, sign: &str) -> Result<(), ParseError> {
        if self.take_sign(sign) { Ok(()) } else { self.unexpected(sign) }
    }

    fn need_word(&mut self, word: &str) -> Result<(), ParseError> {
        if self.take_word(word) { Ok(()) } else { self.unexpected(word) }
    }

    fn unexpected<T>(&self, wanted: &str) -> Result<T, ParseError> {
        let found = match self.peek() {
            Token::Number(number) => number.to_string(),
            Token::String(text) => format!("\"{text}\""),
            Token::Word(word) => word.clone(),
            Token::Quoted(name) => format!("`{name}`"),
            Token::Sign(sign) => (*sign).to_string(),
            Token::End => "the end".to_string(),
        };
        error(format!("expected {wanted}, found {found}"), self.place())
    }

    /// Notes that a node was put on top of a tree of height `below`.
    fn grow(&mut self, below: u16) -> Result<(), ParseError> {
        self.height = self.height.max(below).saturating_add(1);
        if self.height > HEIGHT_MAX {
            return error("the expression is nested too deeply: split it", self.place());
        }
        Ok(())
    }

    /// Runs a nested part with its own height, guarding the stack of the parser itself.
    fn nested(&mut self, part: impl FnOnce(&mut Self) -> Parse) -> Parse {
        if self.depth == HEIGHT_MAX {
            return error("the expression is nested too deeply: split it", self.place());
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    /// Runs a part in which `[` filters again.
    fn unranged<T>(&mut self, part: impl FnOnce(&mut Self) -> Result<T, ParseError>) -> Result<T, ParseError> {
        let in_range = std::mem::replace(&mut self.in_range, false);
        let result = part(self);
        self.in_range = in_range;
        result
    }

    fn expression(&mut self) -> Parse {
        self.nested(|p| match p.peek() {
            Token::Word(word) => match word.as_str() {
                "if" => p.conditional(),
                "for" => p.iteration(),
                "some" | "every" => p.quantified(),
                "function" => p.definition(),
                _ => p.disjunction(),
            },
            _ => p.disjunction(),
        })
    }

    fn name(&mut self, wanted: &str) -> Result<String, ParseError> {
        let name = match self.peek() {
            Token::Word(word) if !KEYWORDS.contains(&word.as_str()) => word.clone(),
            Token::Quoted(name) => name.clone(),
            _ => return self.unexpected(wanted),
        };
        self.advance();
        Ok(name)
    }

    fn comparison_sign(&mut self) -> Option<Comparison> {
        let Token::Sign(sign) = self.peek() else {
            return None;
        };
        let comparison = match *sign {
            "=" => Comparison::Equal,
            "!=" => Comparison::NotEqual,
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            ">" => Comparison::Greater,
            ">=" => Comparison::GreaterOrEqual,
            _ => return None,
        };
        self.advance();
        Some(comparison)
    }
}

/// A node at a place.
fn node(at: usize, kind: Kind) -> Expr {
    Expr { at: at as u32, kind }
}

fn literal(at: usize, value: Value) -> Expr {
    node(at, Kind::Literal(value))
}
