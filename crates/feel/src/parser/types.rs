//! The names of types, as after `instance of`.

use super::Parser;
use crate::{
    ParseError, Type,
    lexer::{Token, error},
};
use std::collections::BTreeMap;

impl Parser<'_> {
    /// `number`, `date and time`, `list<string>`, `context<a: number>`, `function<number>->string`, `range<date>`, or a
    /// type of the vocabulary.
    pub(super) fn type_name(&mut self) -> Result<Type, ParseError> {
        if self.depth == super::HEIGHT_MAX {
            return error("the type is nested too deeply", self.place());
        }
        self.depth += 1;
        let found = self.type_inside();
        self.depth -= 1;
        found
    }

    fn type_inside(&mut self) -> Result<Type, ParseError> {
        let place = self.place();
        let first = match self.peek() {
            Token::Word(word) | Token::Quoted(word) => word.clone(),
            _ => return self.unexpected("a type"),
        };
        let generic = matches!(self.peek_at(1), Token::Sign("<"));
        match first.as_str() {
            "list" | "range" if generic => {
                self.at += 2;
                let of = Box::new(self.type_name()?);
                self.need_sign(">")?;
                return Ok(if first == "list" { Type::List(of) } else { Type::Range(of) });
            }
            "context" if generic => return self.context_type(),
            "function" if generic => return self.function_type(),
            _ => {}
        }
        // The longest name of a type that stands here.
        let mut name = String::new();
        let mut found = None;
        for words in 1..=5 {
            let (Token::Word(word) | Token::Quoted(word)) = self.peek_at(words - 1) else {
                break;
            };
            if words > 1 {
                name.push(' ');
            }
            name.push_str(word);
            let known = Type::named(&name).or_else(|| self.vocabulary.type_named(&name).cloned());
            found = known.map(|of| (of, words)).or(found);
        }
        match found {
            Some((of, words)) => {
                self.at += words;
                Ok(of)
            }
            None => error(format!("there is no type {first}"), place),
        }
    }

    fn context_type(&mut self) -> Result<Type, ParseError> {
        self.at += 2;
        let mut entries = BTreeMap::new();
        while !self.is_sign(">") {
            let name = self.property_name()?;
            self.need_sign(":")?;
            entries.insert(name, self.type_name()?);
            if !self.take_sign(",") {
                break;
            }
        }
        self.need_sign(">")?;
        Ok(Type::Context(entries))
    }

    fn function_type(&mut self) -> Result<Type, ParseError> {
        self.at += 2;
        let mut parameters = Vec::new();
        while !self.is_sign(">") {
            parameters.push(self.type_name()?);
            if !self.take_sign(",") {
                break;
            }
        }
        self.need_sign(">")?;
        self.need_sign("-")?;
        self.need_sign(">")?;
        Ok(Type::Function(parameters, Box::new(self.type_name()?)))
    }
}
