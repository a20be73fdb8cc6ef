//! The tree of a parsed expression.

use crate::{Value, builtins::Builtin};

/// One node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
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
    /// Condition, then, else.
    If(Box<[Expr; 3]>),
    For(Vec<Loop>, Box<Expr>),
    Some(Vec<Loop>, Box<Expr>),
    Every(Vec<Loop>, Box<Expr>),
    List(Vec<Expr>),
    Context(Vec<(String, Expr)>),
    Range(Box<RangeExpr>),
    Call(&'static Builtin, Vec<Expr>),
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

/// What may stand after `in`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// `< 5`
    Compare(Comparison, Expr),
    /// A range, a list to be found in, or a value to be equal to.
    Value(Expr),
}

/// `name in source` of a `for`, `some` or `every`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loop {
    pub name: String,
    pub source: Expr,
    /// The far end of `name in source..end`.
    pub end: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RangeExpr {
    pub start: Expr,
    pub start_included: bool,
    pub end: Expr,
    pub end_included: bool,
}
