//! Values, names, lists, ranges, contexts and calls: what binds tightest.

use super::{KEYWORDS, Parse, Parser, literal, node};
use crate::{
    ParseError, Value,
    ast::{Expr, Kind, RangeExpr},
    builtins,
    lexer::{Token, error, name_parts},
};

/// Properties that are two words.
const LONG_PROPERTIES: [(&str, &str); 3] = [("time", "offset"), ("start", "included"), ("end", "included")];

impl Parser<'_> {
    pub(super) fn postfix(&mut self) -> Parse {
        let mut left = self.primary()?;
        loop {
            let (height, at) = (self.height, self.place());
            let kind = if self.take_sign(".") {
                Kind::Property(Box::new(left), self.property_name()?)
            } else if self.is_sign("[") && !self.in_range {
                self.advance();
                self.filters += 1;
                let condition = self.expression()?;
                self.filters -= 1;
                self.need_sign("]")?;
                Kind::Filter(Box::new(left), Box::new(condition))
            } else if self.is_sign("(") {
                let (arguments, names) = self.arguments()?;
                Kind::Invoke(Box::new(left), arguments, names)
            } else if self.is_word("instance") && *self.peek_at(1) == Token::Word("of".into()) {
                self.at += 2;
                Kind::InstanceOf(Box::new(left), self.type_name()?)
            } else {
                return Ok(left);
            };
            self.grow(height)?;
            left = node(at, kind);
        }
    }

    /// After a dot a keyword is a name too.
    pub(super) fn property_name(&mut self) -> Result<String, ParseError> {
        if let Some((name, words)) = self.long_bound_name() {
            self.at += words;
            return Ok(name);
        }
        let (Token::Word(name) | Token::Quoted(name)) = self.peek() else {
            return self.unexpected("a name after the dot");
        };
        let mut name = name.clone();
        self.advance();
        if let Token::Word(second) = self.peek()
            && LONG_PROPERTIES.contains(&(name.as_str(), second.as_str()))
        {
            name = format!("{name} {second}");
            self.advance();
        }
        Ok(name)
    }

    fn primary(&mut self) -> Parse {
        self.height = 1;
        let at = self.place();
        match self.peek().clone() {
            Token::Number(number) => self.constant(Value::Number(number)),
            Token::String(text) => self.constant(Value::from(text)),
            Token::Quoted(name) => {
                self.advance();
                self.path_at(at, name)
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
                self.range(at, start, false, height)
            }
            Token::Sign("{") => self.context(),
            Token::Sign("?") => self.question(),
            _ => self.unexpected("a value"),
        }
    }

    fn word(&mut self, word: String) -> Parse {
        match word.as_str() {
            "true" => return self.constant(Value::Bool(true)),
            "false" => return self.constant(Value::Bool(false)),
            "null" => return self.constant(Value::Null),
            "if" | "for" | "some" | "every" | "function" => return self.expression(),
            _ => {}
        }
        let at = self.place();
        if let Some((name, words)) = self.long_bound_name() {
            self.at += words;
            return self.path_at(at, name);
        }
        // An input of a model may be called date, and date("…") still be the function.
        let ours = self.bound.contains(&word) || (self.vocabulary.knows(&word) && builtins::find(&word).is_none());
        if !ours && let Some((name, words)) = self.called_name() {
            let Some(builtin) = builtins::find(&name) else {
                return error(format!("there is no function {name}"), at);
            };
            self.at += words;
            return self.call(builtin, at);
        }
        if KEYWORDS.contains(&word.as_str()) {
            return self.unexpected("a value");
        }
        self.advance();
        self.path_at(at, word)
    }

    /// The longest name with blanks or signs in it that the expression itself made and that stands here, with the number
    /// of its tokens.
    fn long_bound_name(&self) -> Option<(String, usize)> {
        let Token::Word(first) = self.peek() else {
            return None;
        };
        let mut best: Option<(String, usize)> = None;
        for name in self.bound.iter().filter(|name| name.starts_with(first.as_str()) && name.len() > first.len()) {
            let parts = name_parts(name);
            let fits = parts.iter().enumerate().all(|(ahead, part)| match self.peek_at(ahead) {
                Token::Word(word) => word == part,
                Token::Sign(sign) => sign == part,
                Token::Number(number) => number.to_string() == *part,
                _ => false,
            });
            if fits && parts.len() > best.as_ref().map_or(1, |(_, words)| *words) {
                best = Some((name.clone(), parts.len()));
            }
        }
        best
    }

    /// The words here that stand before a parenthesis and name a function: the most words that are one, so that
    /// `date and time(` is not taken for `date`; else the one word right before a parenthesis.
    fn called_name(&self) -> Option<(String, usize)> {
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
        let at = self.tokens[self.at.saturating_sub(1)].1;
        self.path_at(at, root)
    }

    fn path_at(&mut self, at: usize, root: String) -> Parse {
        let mut path = vec![root];
        while self.is_sign(".") {
            self.advance();
            path.push(self.property_name()?);
        }
        let bound = self.bound.contains(&path[0]) || self.filters > 0 || path[0] == "?";
        if !bound && !self.paths.contains(&path) {
            self.paths.push(path.clone());
        }
        Ok(node(at, Kind::Path(path)))
    }

    /// `@"2026-01-31"`: a date, time, date and time or duration by the form of its text.
    fn at_literal(&mut self) -> Parse {
        let place = self.place();
        self.advance();
        let Token::String(text) = self.peek().clone() else {
            return self.unexpected("a string after @");
        };
        if !crate::temporal::is_temporal(&text) {
            return error(format!("{text:?} is not a date, time or duration"), place);
        }
        self.advance();
        let argument = literal(place, Value::from(text));
        self.grow(0)?;
        let builtin = builtins::find("@").expect("the table of functions holds the literal's");
        Ok(node(place, Kind::Call(builtin, vec![argument])))
    }

    fn parentheses(&mut self) -> Parse {
        let at = self.place();
        self.advance();
        if matches!(self.peek(), Token::Sign("<" | "<=" | ">" | ">=" | "=" | "!=")) {
            let range = self.unranged(Parser::open_range)?;
            self.need_sign(")")?;
            return Ok(range);
        }
        let inner = self.unranged(Parser::expression)?;
        if self.take_sign("..") {
            let height = self.height;
            return self.range(at, inner, false, height);
        }
        self.need_sign(")")?;
        Ok(inner)
    }

    /// A list, or a range with its start included.
    fn brackets(&mut self) -> Parse {
        let at = self.place();
        self.advance();
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.is_sign("]") {
            let open = matches!(self.peek(), Token::Sign("<" | "<=" | ">" | ">=" | "="));
            let item = self.unranged(if open { Parser::open_range } else { Parser::expression })?;
            height = height.max(self.height);
            if items.is_empty() && self.take_sign("..") {
                return self.range(at, item, true, height);
            }
            items.push(item);
            if !self.take_sign(",") {
                break;
            }
        }
        self.need_sign("]")?;
        self.grow(height)?;
        Ok(node(at, Kind::List(items)))
    }

    /// The rest of a range, after its dots.
    pub(super) fn range(&mut self, at: usize, start: Expr, start_included: bool, height: u16) -> Parse {
        let end = self.range_end()?;
        let end_included = match self.peek() {
            Token::Sign("]") => true,
            Token::Sign(")" | "[") => false,
            _ => return self.unexpected("the end of the range"),
        };
        self.advance();
        self.grow(height)?;
        let range = RangeExpr { start: Some(start), start_included, end: Some(end), end_included };
        Ok(node(at, Kind::Range(Box::new(range))))
    }

    fn range_end(&mut self) -> Parse {
        let in_range = std::mem::replace(&mut self.in_range, true);
        let end = self.nested(Parser::sum);
        self.in_range = in_range;
        end
    }

    fn context(&mut self) -> Parse {
        let at = self.place();
        self.advance();
        let bound = self.bound.len();
        let (mut entries, mut height) = (Vec::<(String, Expr)>::new(), 0);
        while !self.is_sign("}") {
            let place = self.place();
            let name = self.entry_name()?;
            if entries.iter().any(|(earlier, _)| *earlier == name) {
                return error(format!("the context has two entries {name}"), place);
            }
            self.need_sign(":")?;
            let value = self.unranged(Parser::expression)?;
            height = height.max(self.height);
            self.bound.push(name.clone());
            entries.push((name, value));
            if !self.take_sign(",") {
                break;
            }
        }
        self.bound.truncate(bound);
        self.need_sign("}")?;
        self.grow(height)?;
        Ok(node(at, Kind::Context(entries)))
    }

    /// The name of an entry: a string, or words with the signs that the standard allows in names, up to the colon.
    fn entry_name(&mut self) -> Result<String, ParseError> {
        if let Token::String(text) = self.peek().clone() {
            self.advance();
            return Ok(text);
        }
        let (mut name, mut blank) = (self.property_name()?, true);
        while !self.is_sign(":") {
            match self.peek() {
                Token::Word(word) | Token::Quoted(word) => {
                    name.push_str(if blank { " " } else { "" });
                    name.push_str(word);
                    blank = true;
                }
                Token::Sign(sign @ ("+" | "-" | "*" | "/" | "." | "**")) => {
                    name.push_str(sign);
                    blank = false;
                }
                Token::Number(number) => {
                    name.push_str(if blank { " " } else { "" });
                    name.push_str(&number.to_string());
                    blank = true;
                }
                _ => return self.unexpected(":"),
            }
            self.advance();
        }
        Ok(name)
    }

    fn call(&mut self, builtin: &'static builtins::Builtin, place: usize) -> Parse {
        let (arguments, names) = self.arguments()?;
        let height = self.height;
        self.grow(height)?;
        let arguments = match builtin.arrange(arguments, &names) {
            Ok(arguments) => arguments,
            Err(message) => return error(message, place),
        };
        Ok(node(place, Kind::Call(builtin, arguments)))
    }

    /// `(a, b)` or `(name: a, other: b)`.
    fn arguments(&mut self) -> Result<(Vec<Expr>, Vec<String>), ParseError> {
        self.need_sign("(")?;
        let (mut arguments, mut names, mut height) = (Vec::new(), Vec::new(), 1);
        while !self.is_sign(")") {
            names.extend(self.argument_name());
            arguments.push(self.unranged(Parser::expression)?);
            height = height.max(self.height);
            if !self.take_sign(",") {
                break;
            }
        }
        self.need_sign(")")?;
        self.height = height;
        if !names.is_empty() && names.len() != arguments.len() {
            return error("name all arguments, or none", self.place());
        }
        Ok((arguments, names))
    }

    /// The words before a colon, where the argument is given by name.
    fn argument_name(&mut self) -> Option<String> {
        let mut words = Vec::new();
        while let Token::Word(word) | Token::Quoted(word) = self.peek_at(words.len()) {
            words.push(word.clone());
            if *self.peek_at(words.len()) == Token::Sign(":") {
                self.at += words.len() + 1;
                return Some(words.join(" "));
            }
        }
        None
    }
}
