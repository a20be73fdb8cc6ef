//! The tree of a parsed expression.

use crate::{Type, Value, builtins::Builtin};
use std::sync::Arc;

/// One node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expr {
    /// Characters before it in the text; of an operator, where its sign stands.
    pub at: u32,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Literal(Value),
    /// A root name and the names after its dots.
    Path(Vec<String>),
    Property(Box<Expr>, String),
    Filter(Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    Compare(Comparison, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Between(Box<[Expr; 3]>),
    In(Box<Expr>, Vec<Test>),
    InstanceOf(Box<Expr>, Type),
    /// Condition, then, else.
    If(Box<[Expr; 3]>),
    For(Vec<Loop>, Box<Expr>),
    Some(Vec<Loop>, Box<Expr>),
    Every(Vec<Loop>, Box<Expr>),
    List(Vec<Expr>),
    Context(Vec<(String, Expr)>),
    Range(Box<RangeExpr>),
    Call(&'static Builtin, Vec<Expr>),
    /// A value that should be a function, its arguments, and their names (none, or one each).
    Invoke(Box<Expr>, Vec<Expr>, Vec<String>),
    Function(Arc<Lambda>),
}

/// `function(a, b: number) body`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lambda {
    pub parameters: Vec<(String, Type)>,
    pub body: Expr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What may stand after `in`, and in a cell of a decision table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// `< 5`
    Compare(Comparison, Expr),
    /// A range, a list to be found in, or a value to be equal to.
    Value(Expr),
    /// An expression about `?`, the value that is tested.
    Holds(Expr),
    /// A condition that does not ask about the value: a truth to be equal to, or for values of other types a condition.
    Truth(Expr),
}

/// `name in source` of a `for`, `some` or `every`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loop {
    pub name: String,
    pub source: Expr,
    /// The far end of `name in source..end`.
    pub end: Option<Expr>,
}

/// A range as written; one of its ends may be missing, as in `(< 5)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RangeExpr {
    pub start: Option<Expr>,
    pub start_included: bool,
    pub end: Option<Expr>,
    pub end_included: bool,
}

impl Arithmetic {
    pub fn sign(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
            Arithmetic::Power => "**",
        }
    }
}

impl Comparison {
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

impl Expr {
    /// Does a path stand anywhere in it? What has none is a constant, for one moment and zone.
    pub fn reads(&self) -> bool {
        let tests = |tests: &[Test]| {
            tests.iter().any(|test| match test {
                Test::Compare(_, with) | Test::Value(with) | Test::Holds(with) | Test::Truth(with) => with.reads(),
            })
        };
        let loops =
            |loops: &[Loop]| loops.iter().any(|one| one.source.reads() || one.end.as_ref().is_some_and(Expr::reads));
        match &self.kind {
            Kind::Path(_) => true,
            Kind::Literal(_) => false,
            Kind::Property(of, _) | Kind::Negate(of) | Kind::InstanceOf(of, _) => of.reads(),
            Kind::Filter(left, right)
            | Kind::Arithmetic(_, left, right)
            | Kind::Compare(_, left, right)
            | Kind::And(left, right)
            | Kind::Or(left, right) => left.reads() || right.reads(),
            Kind::Between(parts) | Kind::If(parts) => parts.iter().any(Expr::reads),
            Kind::In(value, among) => value.reads() || tests(among),
            Kind::For(over, body) | Kind::Some(over, body) | Kind::Every(over, body) => loops(over) || body.reads(),
            Kind::List(items) | Kind::Call(_, items) => items.iter().any(Expr::reads),
            Kind::Context(entries) => entries.iter().any(|(_, value)| value.reads()),
            Kind::Range(range) => [&range.start, &range.end].into_iter().flatten().any(Expr::reads),
            Kind::Invoke(callee, arguments, _) => callee.reads() || arguments.iter().any(Expr::reads),
            Kind::Function(lambda) => lambda.body.reads(),
        }
    }
}
