//! An expression: its text, parsed.

use crate::{
    Env, Value, Vocabulary,
    ast::{Expr, Test},
    eval::{Local, Names, Run},
    parser,
};

/// Why a text is not an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at character {})", at + 1)]
pub struct ParseError {
    pub message: String,
    /// Characters (not bytes) before the place.
    pub at: usize,
}

/// Which limit an evaluation went over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    #[error("the expression takes more than 200,000 steps: loop over less, or split it")]
    Steps,
    #[error("the expression calls functions inside functions too deeply: do without a function that calls itself")]
    Depth,
}

/// Why a part of an expression gave null, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub message: String,
    /// Characters (not bytes) before the place.
    pub at: usize,
}

/// A value with what was found wrong on the way to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// Null where a limit was reached.
    pub value: Value,
    /// Why parts gave null although all they needed was there: unlike types, a text that is no date, a division by zero.
    /// At most 16, in the order of evaluation. A part that was null is no reason for the null after it.
    pub reasons: Vec<Reason>,
    pub limit: Option<Limit>,
}

/// A parsed expression: made once, evaluated many times, from many threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    source: String,
    pub(crate) tree: Expr,
    paths: Vec<Vec<String>>,
}

impl Expression {
    /// Parses the text of one expression (without a leading `=`).
    pub fn parse(text: &str) -> Result<Expression, ParseError> {
        Expression::parse_with(text, &Vocabulary::default())
    }

    /// Parses a text that may use the names and types of a vocabulary.
    pub fn parse_with(text: &str, vocabulary: &Vocabulary) -> Result<Expression, ParseError> {
        let parsed = parser::parse(text, vocabulary)?;
        Ok(Expression { source: text.into(), tree: parsed.tree, paths: parsed.paths })
    }

    /// Evaluates. Never fails: what has no answer is null, and so is what goes over a limit.
    pub fn eval(&self, env: &Env) -> Value {
        self.try_eval(env).unwrap_or_default()
    }

    /// Evaluates; what has no answer is null. The error is the limit that the evaluation went over.
    pub fn try_eval(&self, env: &Env) -> Result<Value, Limit> {
        let run = Run::new(env, false);
        let value = run.eval(&self.tree, None);
        run.limit().map_or(Ok(value), Err)
    }

    /// Evaluates, and says why parts of it gave null.
    pub fn explain(&self, env: &Env) -> Explained {
        let run = Run::new(env, true);
        let value = run.eval(&self.tree, None);
        let limit = run.limit();
        Explained { value: if limit.is_some() { Value::Null } else { value }, reasons: run.into_reasons(), limit }
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

/// The tests in a cell of a decision table: `-`, `< 5`, `[1..3]`, `"a", "b"`, `not("c")`, `contains(?, "d")`.
#[derive(Debug, Clone, PartialEq)]
pub struct UnaryTests {
    source: String,
    negated: bool,
    /// None for `-`.
    tests: Option<Vec<Test>>,
}

impl UnaryTests {
    pub fn parse(text: &str, vocabulary: &Vocabulary) -> Result<UnaryTests, ParseError> {
        let parsed = parser::parse_tests(text, vocabulary)?;
        Ok(UnaryTests { source: text.into(), negated: parsed.negated, tests: parsed.tests })
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Does the value pass? `None` where nobody can say. The error is the limit that the evaluation went over.
    pub fn try_eval(&self, value: &Value, env: &Env) -> Result<Option<bool>, Limit> {
        let run = Run::new(env, false);
        let passed = self.passes(value, &run, None);
        run.limit().map_or(Ok(passed), Err)
    }

    pub(crate) fn tests(&self) -> Option<&[Test]> {
        self.tests.as_deref()
    }

    pub(crate) fn passes(&self, value: &Value, run: &Run, locals: Option<&Local>) -> Option<bool> {
        let Some(tests) = &self.tests else {
            return Some(true);
        };
        let asked = Local { outer: locals, names: Names::One("?", value) };
        let passed = run.passes_one(value, tests, Some(&asked));
        if self.negated { passed.map(|passed| !passed) } else { passed }
    }
}
