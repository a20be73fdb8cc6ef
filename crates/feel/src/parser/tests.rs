//! What stands after `in`, and in the cells of decision tables.

use super::{Parse, ParsedTests, Parser};
use crate::{
    ParseError, Value,
    ast::{Comparison, Kind, RangeExpr, Test},
    lexer::Token,
};

impl Parser<'_> {
    /// What stands after `in`: one test, or several in parentheses.
    pub(super) fn tests(&mut self) -> Result<(Vec<Test>, u16), ParseError> {
        if self.take_sign("(") {
            return self.unranged(Parser::tests_in_parentheses);
        }
        let test = self.test()?;
        Ok((vec![test], self.height))
    }

    /// After the parenthesis: tests with commas, or `a..b)`, a range with an open start.
    fn tests_in_parentheses(&mut self) -> Result<(Vec<Test>, u16), ParseError> {
        let (mut tests, mut height) = (Vec::new(), 0);
        loop {
            let place = self.place();
            let test = self.test()?;
            height = height.max(self.height);
            match test {
                Test::Value(start) if tests.is_empty() && self.take_sign("..") => {
                    let range = self.range(place, start, false, height)?;
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

    /// `(< 5)` outside of `in`: a range that is open on one side. The sign is here.
    pub(super) fn open_range(&mut self) -> Parse {
        let at = self.place();
        let Some(comparison) = self.comparison_sign() else {
            return self.unexpected("a comparison");
        };
        let end = self.nested(Parser::sum)?;
        self.grow(0)?;
        let included = matches!(comparison, Comparison::LessOrEqual | Comparison::GreaterOrEqual | Comparison::Equal);
        let range = match comparison {
            Comparison::Less | Comparison::LessOrEqual => {
                RangeExpr { start: None, start_included: false, end: Some(end), end_included: included }
            }
            Comparison::Greater | Comparison::GreaterOrEqual => {
                RangeExpr { start: Some(end), start_included: included, end: None, end_included: false }
            }
            Comparison::Equal => {
                RangeExpr { start: Some(end.clone()), start_included: true, end: Some(end), end_included: true }
            }
            Comparison::NotEqual => return self.unexpected("<, <=, >, >= or ="),
        };
        Ok(super::node(at, Kind::Range(Box::new(range))))
    }

    /// All of the text: `-`, or tests with commas, perhaps in `not(…)`.
    pub(super) fn unary_tests(&mut self) -> Result<ParsedTests, ParseError> {
        let dash = self.is_sign("-") && *self.peek_at(1) == Token::End;
        if dash || *self.peek() == Token::End {
            return Ok(ParsedTests { negated: false, tests: None });
        }
        let negated = self.is_word("not") && self.peek_at(1) == &Token::Sign("(") && self.closes_at_the_end();
        if negated {
            self.at += 2;
        }
        let mut tests = Vec::new();
        loop {
            tests.push(self.unary_test()?);
            if !self.take_sign(",") {
                break;
            }
        }
        if negated {
            self.need_sign(")")?;
        }
        match self.peek() {
            Token::End => Ok(ParsedTests { negated, tests: Some(tests) }),
            _ => self.unexpected("the end"),
        }
    }

    /// Does the parenthesis after this word close with the last token?
    fn closes_at_the_end(&self) -> bool {
        let mut open = 0usize;
        for ahead in 1.. {
            match self.peek_at(ahead) {
                Token::Sign("(") => open += 1,
                Token::Sign(")") => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        return *self.peek_at(ahead + 1) == Token::End;
                    }
                }
                Token::End => break,
                _ => {}
            }
        }
        false
    }

    fn unary_test(&mut self) -> Result<Test, ParseError> {
        if let Some(comparison) = self.comparison_sign() {
            return Ok(Test::Compare(comparison, self.nested(Parser::sum)?));
        }
        self.asked = false;
        let test = self.expression()?;
        let asked = std::mem::replace(&mut self.asked, false);
        // A test that is the tested value itself asks nothing: `? = ?` would always hold.
        let itself = matches!(&test.kind, Kind::Path(path) if path == &["?"]);
        let condition = matches!(
            test.kind,
            Kind::Compare(..) | Kind::And(..) | Kind::Or(..) | Kind::Between(_) | Kind::In(..) | Kind::InstanceOf(..)
        );
        Ok(match (asked && !itself, condition) {
            (true, _) => Test::Holds(test),
            (false, true) => Test::Truth(test),
            (false, false) => Test::Value(test),
        })
    }

    /// `?`, the tested value.
    pub(super) fn question(&mut self) -> Parse {
        if !self.unary {
            return self.unexpected("a value (? stands for the tested value in the cells of decision tables alone)");
        }
        self.asked = true;
        self.advance();
        self.path("?".into())
    }

    /// A literal that can be tested for without evaluating.
    pub(super) fn constant(&mut self, value: Value) -> Parse {
        let at = self.place();
        self.advance();
        Ok(super::literal(at, value))
    }
}
