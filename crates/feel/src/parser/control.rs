//! `if`, `for`, `some`, `every` and `function`.

use super::{Parse, Parser, node};
use crate::{
    ParseError, Type,
    ast::{Expr, Kind, Lambda, Loop},
    lexer::error,
};
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn conditional(&mut self) -> Parse {
        let at = self.place();
        self.need_word("if")?;
        let condition = self.expression()?;
        let mut height = self.height;
        self.need_word("then")?;
        let yes = self.expression()?;
        height = height.max(self.height);
        self.need_word("else")?;
        let no = self.expression()?;
        self.grow(height)?;
        Ok(node(at, Kind::If(Box::new([condition, yes, no]))))
    }

    pub(super) fn iteration(&mut self) -> Parse {
        let at = self.place();
        self.need_word("for")?;
        let bound = self.bound.len();
        let (loops, height) = self.loops()?;
        self.need_word("return")?;
        // The results so far.
        self.bound.push("partial".into());
        let body = self.expression()?;
        self.bound.truncate(bound);
        self.grow(height)?;
        Ok(node(at, Kind::For(loops, Box::new(body))))
    }

    pub(super) fn quantified(&mut self) -> Parse {
        let at = self.place();
        let every = self.is_word("every");
        self.advance();
        let bound = self.bound.len();
        let (loops, height) = self.loops()?;
        self.need_word("satisfies")?;
        let body = Box::new(self.expression()?);
        self.bound.truncate(bound);
        self.grow(height)?;
        Ok(node(at, if every { Kind::Every(loops, body) } else { Kind::Some(loops, body) }))
    }

    /// `a in list, b in 1..3`; each later source sees the earlier names.
    fn loops(&mut self) -> Result<(Vec<Loop>, u16), ParseError> {
        let (mut loops, mut height) = (Vec::new(), 0);
        loop {
            let name = self.loop_name()?;
            let source = self.expression()?;
            height = height.max(self.height);
            let mut end = None;
            if self.take_sign("..") {
                end = Some(self.expression()?);
                height = height.max(self.height);
            }
            self.bound.push(name.clone());
            loops.push(Loop { name, source, end });
            if !self.take_sign(",") {
                // Every loop of a chain is evaluated inside the one before.
                let inside = u16::try_from(loops.len()).unwrap_or(u16::MAX);
                return Ok((loops, height.saturating_add(inside)));
            }
        }
    }

    /// The words before `in`.
    fn loop_name(&mut self) -> Result<String, ParseError> {
        let mut name = self.name("a name for the loop")?;
        while !self.take_word("in") {
            let Ok(more) = self.name("in") else {
                return self.unexpected("in");
            };
            name = format!("{name} {more}");
        }
        Ok(name)
    }

    /// `function(a, b: number) body`.
    pub(super) fn definition(&mut self) -> Parse {
        let at = self.place();
        self.need_word("function")?;
        self.need_sign("(")?;
        let mut parameters: Vec<(String, Type)> = Vec::new();
        while !self.is_sign(")") {
            let place = self.place();
            let mut name = self.name("a parameter")?;
            while !self.is_sign(":") && !self.is_sign(",") && !self.is_sign(")") {
                name = format!("{name} {}", self.name("the parameter's end")?);
            }
            if parameters.iter().any(|(known, _)| *known == name) {
                return error(format!("the function has two parameters {name}"), place);
            }
            let of = if self.take_sign(":") { self.type_name()? } else { Type::Any };
            parameters.push((name, of));
            if !self.take_sign(",") {
                break;
            }
        }
        self.need_sign(")")?;
        if self.is_word("external") {
            return error("functions of other languages cannot be called", self.place());
        }
        let bound = self.bound.len();
        self.bound.extend(parameters.iter().map(|(name, _)| name.clone()));
        let body: Expr = self.unranged(Parser::expression)?;
        self.bound.truncate(bound);
        self.grow(0)?;
        Ok(node(at, Kind::Function(Arc::new(Lambda { parameters, body }))))
    }
}
