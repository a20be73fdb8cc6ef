//! Values, names, lists, ranges, contexts and calls: what binds tightest.

use super::{KEYWORDS, Parse, Parser};
use crate::{
    ParseError, Value,
    ast::{Expr, RangeExpr},
    builtins,
    lexer::{Token, error},
};

impl Parser {
    pub(super) fn postfix(&mut self) -> Parse {
        let mut left = self.primary()?;
        loop {
            let height = self.height;
            if self.take_sign(".") {
                left = Expr::Property(Box::new(left), self.property_name()?);
            } else if self.is_sign("[") && !self.in_range {
                self.advance();
                self.filters += 1;
                let condition = self.expression()?;
                self.filters -= 1;
                self.need_sign("]")?;
                left = Expr::Filter(Box::new(left), Box::new(condition));
            } else {
                return Ok(left);
            }
            self.grow(height)?;
        }
    }

    /// After a dot a keyword is a name too.
    pub(super) fn property_name(&mut self) -> Result<String, ParseError> {
        let (Token::Word(name) | Token::Quoted(name)) = self.peek() else {
            return self.unexpected("a name after the dot");
        };
        let name = name.clone();
        self.advance();
        Ok(name)
    }

    pub(super) fn primary(&mut self) -> Parse {
        self.height = 1;
        match self.peek().clone() {
            Token::Number(number) => self.literal(Value::Number(number)),
            Token::String(text) => self.literal(Value::from(text)),
            Token::Quoted(name) => {
                self.advance();
                self.path(name)
            }
            Token::Word(word) => self.word(word),
            Token::Sign("@") => self.at_literal(),
            Token::Sign("(") => self.parentheses(),
            Token::Sign("[") => self.brackets(),
            Token::Sign("]") => {
                self.advance();
                let start = self.range_end()?;
                let height = self.height;
                self.need_sign("..")?;
                self.range(start, false, height)
            }
            Token::Sign("{") => self.context(),
            _ => self.unexpected("a value"),
        }
    }

    pub(super) fn literal(&mut self, value: Value) -> Parse {
        self.advance();
        Ok(Expr::Literal(value))
    }

    pub(super) fn word(&mut self, word: String) -> Parse {
        match word.as_str() {
            "true" => return self.literal(Value::Bool(true)),
            "false" => return self.literal(Value::Bool(false)),
            "null" => return self.literal(Value::Null),
            "if" | "for" | "some" | "every" => return self.expression(),
            _ => {}
        }
        if let Some((name, words)) = self.called_name() {
            let place = self.place();
            let Some(builtin) = builtins::find(&name) else {
                return error(format!("there is no function {name}"), place);
            };
            self.at += words;
            return self.call(builtin, place);
        }
        if KEYWORDS.contains(&word.as_str()) {
            return self.unexpected("a value");
        }
        self.advance();
        self.path(word)
    }

    /// The words here that stand before a parenthesis and name a function: the most words that are one, so that
    /// `date and time(` is not taken for `date`; else the one word right before a parenthesis.
    pub(super) fn called_name(&self) -> Option<(String, usize)> {
        let mut name = String::new();
        let mut found = None;
        for words in 1..=5 {
            let Token::Word(word) = self.peek_at(words - 1) else {
                break;
            };
            if words > 1 {
                name.push(' ');
            }
            name.push_str(word);
            let called = *self.peek_at(words) == Token::Sign("(");
            if called && (words == 1 || builtins::find(&name).is_some()) {
                found = Some((name.clone(), words));
            }
        }
        let keyword = |name: &str| KEYWORDS.contains(&name);
        found.filter(|(name, words)| *words > 1 || !keyword(name))
    }

    pub(super) fn path(&mut self, root: String) -> Parse {
        let mut path = vec![root];
        while self.is_sign(".") {
            self.advance();
            path.push(self.property_name()?);
        }
        let bound = self.bound.contains(&path[0]) || self.filters > 0;
        if !bound && !self.paths.contains(&path) {
            self.paths.push(path.clone());
        }
        Ok(Expr::Path(path))
    }

    /// `@"2026-01-31"`: a date, time, date and time or duration by the form of its text.
    pub(super) fn at_literal(&mut self) -> Parse {
        let place = self.place();
        self.advance();
        let Token::String(text) = self.peek().clone() else {
            return self.unexpected("a string after @");
        };
        if !crate::temporal::is_temporal(&text) {
            return error(format!("{text:?} is not a date, time or duration"), place);
        }
        self.advance();
        let argument = Expr::Literal(Value::from(text));
        self.grow(0)?;
        let builtin = builtins::find("@").expect("the table of functions holds the literal's");
        Ok(Expr::Call(builtin, vec![argument]))
    }

    pub(super) fn parentheses(&mut self) -> Parse {
        self.advance();
        let in_range = std::mem::replace(&mut self.in_range, false);
        let inner = self.expression()?;
        self.in_range = in_range;
        if self.take_sign("..") {
            let height = self.height;
            return self.range(inner, false, height);
        }
        self.need_sign(")")?;
        Ok(inner)
    }

    /// A list, or a range with its start included.
    pub(super) fn brackets(&mut self) -> Parse {
        self.advance();
        let in_range = std::mem::replace(&mut self.in_range, false);
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.is_sign("]") {
            let item = self.expression()?;
            height = height.max(self.height);
            if items.is_empty() && self.take_sign("..") {
                self.in_range = in_range;
                return self.range(item, true, height);
            }
            items.push(item);
            if !self.take_sign(",") {
                break;
            }
        }
        self.in_range = in_range;
        self.need_sign("]")?;
        self.grow(height)?;
        Ok(Expr::List(items))
    }

    /// The rest of a range, after its dots.
    pub(super) fn range(&mut self, start: Expr, start_included: bool, height: u16) -> Parse {
        let end = self.range_end()?;
        let end_included = match self.peek() {
            Token::Sign("]") => true,
            Token::Sign(")" | "[") => false,
            _ => return self.unexpected("the end of the range"),
        };
        self.advance();
        self.grow(height)?;
        Ok(Expr::Range(Box::new(RangeExpr { start, start_included, end, end_included })))
    }

    pub(super) fn range_end(&mut self) -> Parse {
        let in_range = std::mem::replace(&mut self.in_range, true);
        let end = self.nested(Parser::sum);
        self.in_range = in_range;
        end
    }

    pub(super) fn context(&mut self) -> Parse {
        self.advance();
        let in_range = std::mem::replace(&mut self.in_range, false);
        let bound = self.bound.len();
        let (mut entries, mut height) = (Vec::<(String, Expr)>::new(), 0);
        while !self.is_sign("}") {
            let place = self.place();
            let name = match self.peek().clone() {
                Token::String(text) => {
                    self.advance();
                    text
                }
                _ => self.property_name()?,
            };
            if entries.iter().any(|(earlier, _)| *earlier == name) {
                return error(format!("the context has two entries {name}"), place);
            }
            self.need_sign(":")?;
            let value = self.expression()?;
            height = height.max(self.height);
            self.bound.push(name.clone());
            entries.push((name, value));
            if !self.take_sign(",") {
                break;
            }
        }
        self.bound.truncate(bound);
        self.in_range = in_range;
        self.need_sign("}")?;
        self.grow(height)?;
        Ok(Expr::Context(entries))
    }

    pub(super) fn call(&mut self, builtin: &'static builtins::Builtin, place: usize) -> Parse {
        self.need_sign("(")?;
        let in_range = std::mem::replace(&mut self.in_range, false);
        let (mut arguments, mut names, mut height) = (Vec::new(), Vec::new(), 0);
        while !self.is_sign(")") {
            names.extend(self.argument_name());
            arguments.push(self.expression()?);
            height = height.max(self.height);
            if !self.take_sign(",") {
                break;
            }
        }
        self.in_range = in_range;
        self.need_sign(")")?;
        self.grow(height)?;
        let arguments = match builtin.arrange(arguments, &names) {
            Ok(arguments) => arguments,
            Err(message) => return error(message, place),
        };
        Ok(Expr::Call(builtin, arguments))
    }

    /// The words before a colon, where the argument is given by name.
    pub(super) fn argument_name(&mut self) -> Option<String> {
        let mut words = Vec::new();
        while let Token::Word(word) = self.peek_at(words.len()) {
            words.push(word.clone());
            if *self.peek_at(words.len()) == Token::Sign(":") {
                self.at += words.len() + 1;
                return Some(words.join(" "));
            }
        }
        None
    }
}
