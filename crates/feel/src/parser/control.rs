//! `if`, `for`, `some` and `every`.

use super::{Parse, Parser};
use crate::{
    ParseError,
    ast::{Expr, Loop},
};

impl Parser {
    pub(super) fn conditional(&mut self) -> Parse {
        self.need_word("if")?;
        let condition = self.expression()?;
        let mut height = self.height;
        self.need_word("then")?;
        let yes = self.expression()?;
        height = height.max(self.height);
        self.need_word("else")?;
        let no = self.expression()?;
        self.grow(height)?;
        Ok(Expr::If(Box::new([condition, yes, no])))
    }

    pub(super) fn iteration(&mut self) -> Parse {
        self.need_word("for")?;
        let bound = self.bound.len();
        let (loops, height) = self.loops()?;
        self.need_word("return")?;
        let body = self.expression()?;
        self.bound.truncate(bound);
        self.grow(height)?;
        Ok(Expr::For(loops, Box::new(body)))
    }

    pub(super) fn quantified(&mut self) -> Parse {
        let every = self.is_word("every");
        self.advance();
        let bound = self.bound.len();
        let (loops, height) = self.loops()?;
        self.need_word("satisfies")?;
        let body = Box::new(self.expression()?);
        self.bound.truncate(bound);
        self.grow(height)?;
        Ok(if every { Expr::Every(loops, body) } else { Expr::Some(loops, body) })
    }

    /// `a in list, b in 1..3`; each later source sees the earlier names.
    pub(super) fn loops(&mut self) -> Result<(Vec<Loop>, u16), ParseError> {
        let (mut loops, mut height) = (Vec::new(), 0);
        loop {
            let name = self.name("a name for the loop")?;
            self.need_word("in")?;
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
}
