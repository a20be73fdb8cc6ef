//! An expression: its text, parsed.

use crate::{Env, Value, ast::Expr, eval, parser};

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
    tree: Expr,
    paths: Vec<Vec<String>>,
}

impl Expression {
    /// Parses the text of one expression (without a leading `=`).
    pub fn parse(text: &str) -> Result<Expression, ParseError> {
        let parsed = parser::parse(text)?;
        Ok(Expression { source: text.into(), tree: parsed.tree, paths: parsed.paths })
    }

    /// Evaluates. Never fails: what has no answer is null, and so is what takes more than 200,000 steps.
    pub fn eval(&self, env: &Env) -> Value {
        eval::evaluate(&self.tree, env)
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
        self.paths.iter().map(|path| (path.join("."), env.scope.get_path(path).unwrap_or_default())).collect()
    }
}
