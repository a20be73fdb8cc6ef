//! Tokens to the tree. One function per level of precedence, loosest first.

mod control;
mod primary;

use crate::{
    ParseError, Value,
    ast::{Arithmetic, Comparison, Expr, Test},
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

/// Parses one expression that fills the whole text.
pub(crate) fn parse(text: &str) -> Result<Parsed, ParseError> {
    if text.chars().nth(CHARACTERS_MAX).is_some() {
        let message = format!("the expression is longer than {CHARACTERS_MAX} characters");
        return error(message, CHARACTERS_MAX);
    }
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        height: 0,
        depth: 0,
        in_range: false,
        bound: Vec::new(),
        filters: 0,
        paths: Vec::new(),
    };
    if *parser.peek() == Token::End {
        return error("the expression is empty", 0);
    }
    let tree = parser.expression()?;
    match parser.peek() {
        Token::End => Ok(Parsed { tree, paths: parser.paths }),
        _ => parser.unexpected("the end"),
    }
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    at: usize,
    /// The height of the tree that was made last.
    height: u16,
    /// How deep the functions below are nested.
    depth: u16,
    /// Inside the ends of `[a..b[`, where `[` closes and does not filter.
    in_range: bool,
    /// Names made by the expression itself: of loops and of context entries.
    bound: Vec<String>,
    filters: u32,
    paths: Vec<Vec<String>>,
}

type Parse = Result<Expr, ParseError>;

impl Parser {
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
    fn nested(&mut self, part: impl FnOnce(&mut Parser) -> Parse) -> Parse {
        if self.depth == HEIGHT_MAX {
            return error("the expression is nested too deeply: split it", self.place());
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    fn expression(&mut self) -> Parse {
        self.nested(|p| match p.peek() {
            Token::Word(word) => match word.as_str() {
                "if" => p.conditional(),
                "for" => p.iteration(),
                "some" | "every" => p.quantified(),
                "function" => error("functions cannot be defined in an expression", p.place()),
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

    fn disjunction(&mut self) -> Parse {
        let mut left = self.conjunction()?;
        while self.is_word("or") {
            let height = self.height;
            self.advance();
            let right = self.conjunction()?;
            self.grow(height)?;
            left = Expr::Or(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Parse {
        let mut left = self.comparison()?;
        while self.is_word("and") {
            let height = self.height;
            self.advance();
            let right = self.comparison()?;
            self.grow(height)?;
            left = Expr::And(Box::new(left), Box::new(right));
        }
        Ok(left)
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

    fn comparison(&mut self) -> Parse {
        let mut left = self.sum()?;
        loop {
            let mut height = self.height;
            if let Some(comparison) = self.comparison_sign() {
                let right = self.sum()?;
                left = Expr::Compare(comparison, Box::new(left), Box::new(right));
            } else if self.take_word("between") {
                let low = self.sum()?;
                height = height.max(self.height);
                self.need_word("and")?;
                let high = self.sum()?;
                left = Expr::Between(Box::new([left, low, high]));
            } else if self.is_word("in") && !self.in_range {
                self.advance();
                let (tests, tests_height) = self.tests()?;
                height = height.max(tests_height);
                left = Expr::In(Box::new(left), tests);
            } else {
                return Ok(left);
            }
            self.grow(height)?;
        }
    }

    /// What stands after `in`: one test, or several in parentheses.
    fn tests(&mut self) -> Result<(Vec<Test>, u16), ParseError> {
        if self.take_sign("(") {
            let in_range = std::mem::replace(&mut self.in_range, false);
            let found = self.tests_in_parentheses();
            self.in_range = in_range;
            return found;
        }
        let test = self.test()?;
        Ok((vec![test], self.height))
    }

    /// After the parenthesis: tests with commas, or `a..b)`, a range with an open start.
    fn tests_in_parentheses(&mut self) -> Result<(Vec<Test>, u16), ParseError> {
        let (mut tests, mut height) = (Vec::new(), 0);
        loop {
            let test = self.test()?;
            height = height.max(self.height);
            match test {
                Test::Value(start) if tests.is_empty() && self.take_sign("..") => {
                    let range = self.range(start, false, height)?;
                    return Ok((vec![Test::Value(range)], self.height));
                }
                test => tests.push(test),
            }
            if !self.take_sign(",") {
                break;
            }
        }
        self.need_sign(")")?;
        Ok((tests, height))
    }

    fn test(&mut self) -> Result<Test, ParseError> {
        if let Some(comparison) = self.comparison_sign() {
            return Ok(Test::Compare(comparison, self.sum()?));
        }
        Ok(Test::Value(self.nested(Parser::sum)?))
    }

    fn sum(&mut self) -> Parse {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("+") => Arithmetic::Add,
                Token::Sign("-") => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            let height = self.height;
            self.advance();
            let right = self.product()?;
            self.grow(height)?;
            left = Expr::Arithmetic(operator, Box::new(left), Box::new(right));
        }
    }

    fn product(&mut self) -> Parse {
        let mut left = self.power()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("*") => Arithmetic::Multiply,
                Token::Sign("/") => Arithmetic::Divide,
                _ => return Ok(left),
            };
            let height = self.height;
            self.advance();
            let right = self.power()?;
            self.grow(height)?;
            left = Expr::Arithmetic(operator, Box::new(left), Box::new(right));
        }
    }

    fn power(&mut self) -> Parse {
        let mut left = self.negation()?;
        while self.is_sign("**") {
            let height = self.height;
            self.advance();
            let right = self.negation()?;
            self.grow(height)?;
            left = Expr::Arithmetic(Arithmetic::Power, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parse {
        if !self.take_sign("-") {
            return self.postfix();
        }
        let inner = self.nested(Parser::negation)?;
        self.grow(0)?;
        Ok(match inner {
            Expr::Literal(Value::Number(number)) => Expr::Literal(Value::Number(-number)),
            other => Expr::Negate(Box::new(other)),
        })
    }
}
