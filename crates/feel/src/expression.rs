//! An expression: its text, parsed.

use crate::{Env, Value};

/// Why a text is not an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {})", at + 1)]
pub struct ParseError {
    pub message: String,
    /// Characters (not bytes) before the place.
    pub at: usize,
}

/// A parsed expression: made once, evaluated many times, from many threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    source: String,
    paths: Vec<Vec<String>>,
}

impl Expression {
    /// Parses the text of one expression (without a leading `=`).
    pub fn parse(text: &str) -> Result<Expression, ParseError> {
        Ok(Expression {
            source: text.into(),
            paths: vec![],
        })
    }

    /// Evaluates. Never fails: what has no answer is null.
    pub fn eval(&self, _env: &Env) -> Value {
        Value::Null
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The paths from a root name that the expression reads, such as `cart.total`, in the order of their first use. Names
    /// inside a filter are left out unless they are certain to come from outside, because `orders[total > 5]` may mean
    /// the total of each order.
    pub fn names(&self) -> Vec<String> {
        self.paths.iter().map(|path| path.join(".")).collect()
    }

    /// What [`Expression::names`] are right now: for the ledger that explains a decision.
    pub fn reads(&self, env: &Env) -> Vec<(String, Value)> {
        self.paths
            .iter()
            .map(|path| (path.join("."), env.scope.get_path(path).unwrap_or_default()))
            .collect()
    }
}
