//! The operators, from `or` down to the sign of a number.

use super::{Parse, Parser, node};
use crate::{
    Value,
    ast::{Arithmetic, Expr, Kind},
    lexer::Token,
};

impl Parser<'_> {
    pub(super) fn disjunction(&mut self) -> Parse {
        let mut left = self.conjunction()?;
        while self.is_word("or") {
            let (height, at) = (self.height, self.place());
            self.advance();
            let right = self.conjunction()?;
            self.grow(height)?;
            left = node(at, Kind::Or(Box::new(left), Box::new(right)));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Parse {
        let mut left = self.comparison()?;
        while self.is_word("and") {
            let (height, at) = (self.height, self.place());
            self.advance();
            let right = self.comparison()?;
            self.grow(height)?;
            left = node(at, Kind::And(Box::new(left), Box::new(right)));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Parse {
        let mut left = self.sum()?;
        loop {
            let (mut height, at) = (self.height, self.place());
            let kind = if let Some(comparison) = self.comparison_sign() {
                let right = self.sum()?;
                Kind::Compare(comparison, Box::new(left), Box::new(right))
            } else if self.take_word("between") {
                let low = self.sum()?;
                height = height.max(self.height);
                self.need_word("and")?;
                let high = self.sum()?;
                Kind::Between(Box::new([left, low, high]))
            } else if self.is_word("in") && !self.in_range {
                self.advance();
                let (tests, tests_height) = self.tests()?;
                height = height.max(tests_height);
                Kind::In(Box::new(left), tests)
            } else {
                return Ok(left);
            };
            self.grow(height)?;
            left = node(at, kind);
        }
    }

    pub(super) fn sum(&mut self) -> Parse {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("+") => Arithmetic::Add,
                Token::Sign("-") => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            left = self.applied(operator, left, Parser::product)?;
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
            left = self.applied(operator, left, Parser::power)?;
        }
    }

    fn power(&mut self) -> Parse {
        let mut left = self.negation()?;
        while self.is_sign("**") {
            left = self.applied(Arithmetic::Power, left, Parser::negation)?;
        }
        Ok(left)
    }

    /// The operator here, between what stands before it and what the part after it reads.
    fn applied(&mut self, operator: Arithmetic, left: Expr, part: fn(&mut Self) -> Parse) -> Parse {
        let (height, at) = (self.height, self.place());
        self.advance();
        let right = part(self)?;
        self.grow(height)?;
        Ok(node(at, Kind::Arithmetic(operator, Box::new(left), Box::new(right))))
    }

    fn negation(&mut self) -> Parse {
        let at = self.place();
        if !self.take_sign("-") {
            return self.postfix();
        }
        let inner = self.nested(Parser::negation)?;
        self.grow(0)?;
        Ok(match inner.kind {
            Kind::Literal(Value::Number(number)) => node(at, Kind::Literal(Value::Number(-number))),
            _ => node(at, Kind::Negate(Box::new(inner))),
        })
    }
}
