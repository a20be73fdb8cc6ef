//! What can be said of an expression before it runs, from the types of the names it may use: unknown names, comparisons of
//! unlike types, arguments that no function takes.

mod calls;
mod parts;

use crate::{
    Expression, Type, Value,
    ast::{Arithmetic, Comparison, Expr, Kind, Loop, Test},
    builtins,
};
use std::collections::BTreeMap;

/// What is wrong in an expression, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub message: String,
    /// Characters (not bytes) before the place.
    pub at: usize,
    pub advice: String,
}

/// The type of an expression's value, as far as it can be said, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub of: Type,
    pub problems: Vec<Problem>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (at character {}): {}", self.message, self.at + 1, self.advice)
    }
}

impl Expression {
    /// Checks against the names that there will be. `Any` and a context without entries are open: nothing is known of their
    /// parts, so nothing is wrong with them.
    pub fn check(&self, names: &BTreeMap<String, Type>) -> Checked {
        let mut checker = Checker { names, locals: Vec::new(), problems: Vec::new() };
        let of = checker.infer(&self.tree);
        Checked { of, problems: checker.problems }
    }

    /// As [`Expression::check`], for a text that must give a value of a type, such as a condition, which must be boolean.
    pub fn check_is(&self, wanted: &Type, names: &BTreeMap<String, Type>) -> Vec<Problem> {
        let mut checked = self.check(names);
        if checked.problems.is_empty() && !goes_with(&checked.of, wanted) {
            checked.problems.push(Problem {
                message: format!("this is {}, where {wanted} is needed", article(&checked.of)),
                at: 0,
                advice: if *wanted == Type::Boolean { "compare it with something" } else { "write another value" }
                    .into(),
            });
        }
        checked.problems
    }
}

struct Checker<'a> {
    names: &'a BTreeMap<String, Type>,
    /// Names that the expression made, innermost last.
    locals: Vec<(String, Type)>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn problem(&mut self, at: &Expr, message: impl Into<String>, advice: impl Into<String>) {
        self.problems.push(Problem { message: message.into(), at: at.at as usize, advice: advice.into() });
    }

    fn infer(&mut self, part: &Expr) -> Type {
        match &part.kind {
            Kind::Literal(value) => Type::of(value),
            Kind::Path(path) => self.path(part, path),
            Kind::Property(of, name) => {
                let of = self.infer(of);
                self.property(part, of, name)
            }
            Kind::Filter(list, condition) => self.filter(list, condition),
            Kind::Negate(inner) => {
                let of = self.infer(inner);
                if !matches!(of, Type::Any | Type::Null | Type::Number | Type::DayTime | Type::YearMonth) {
                    self.problem(part, format!("- cannot stand before {}", article(&of)), "use it before a number");
                }
                of
            }
            Kind::Arithmetic(operator, left, right) => {
                let (left, right) = (self.infer(left), self.infer(right));
                self.arithmetic(part, *operator, left, right)
            }
            Kind::Compare(comparison, left, right) => {
                let (left, right) = (self.infer(left), self.infer(right));
                self.comparison(part, *comparison, &left, &right);
                Type::Boolean
            }
            Kind::And(left, right) | Kind::Or(left, right) => {
                self.truth(left);
                self.truth(right);
                Type::Boolean
            }
            Kind::Between(parts) => {
                let [value, low, high] = &**parts;
                let value = self.infer(value);
                for bound in [low, high] {
                    let bound = self.infer(bound);
                    self.comparison(part, Comparison::Less, &value, &bound);
                }
                Type::Boolean
            }
            Kind::In(value, tests) => {
                let value = self.infer(value);
                tests.iter().for_each(|test| self.test(part, &value, test));
                Type::Boolean
            }
            Kind::If(parts) => {
                let [condition, yes, no] = &**parts;
                self.truth(condition);
                let yes = self.infer(yes);
                yes.common(self.infer(no))
            }
            _ => self.infer_compound(part),
        }
    }

    fn infer_compound(&mut self, part: &Expr) -> Type {
        match &part.kind {
            Kind::InstanceOf(value, _) => {
                self.infer(value);
                Type::Boolean
            }
            Kind::For(loops, body) => {
                let known = self.locals.len();
                self.loops(loops);
                self.locals.push(("partial".into(), Type::list(Type::Any)));
                let of = self.infer(body);
                self.locals.truncate(known);
                Type::list(of)
            }
            Kind::Some(loops, body) | Kind::Every(loops, body) => {
                let known = self.locals.len();
                self.loops(loops);
                self.truth(body);
                self.locals.truncate(known);
                Type::Boolean
            }
            Kind::List(items) => {
                let mut types = items.iter().map(|item| self.infer(item)).collect::<Vec<_>>().into_iter();
                let first = types.next().unwrap_or_default();
                Type::list(types.fold(first, Type::common))
            }
            Kind::Context(entries) => {
                let known = self.locals.len();
                for (name, value) in entries {
                    let of = self.infer(value);
                    self.locals.push((name.clone(), of));
                }
                Type::Context(self.locals.drain(known..).collect())
            }
            Kind::Range(range) => {
                let ends: Vec<Type> =
                    [&range.start, &range.end].into_iter().flatten().map(|end| self.infer(end)).collect();
                if let [start, end] = &ends[..] {
                    self.comparison(part, Comparison::Less, start, end);
                }
                Type::Range(Box::new(ends.into_iter().fold(Type::Null, Type::common)))
            }
            Kind::Call(builtin, arguments) => self.call(builtin, arguments),
            Kind::Invoke(callee, arguments, _) => {
                let callee_type = self.infer(callee);
                arguments.iter().for_each(|argument| drop(self.infer(argument)));
                match callee_type {
                    Type::Function(parameters, result) => {
                        if parameters.len() != arguments.len() {
                            let message = format!("the function takes {} arguments", parameters.len());
                            self.problem(part, message, format!("give {}", parameters.len()));
                        }
                        *result
                    }
                    Type::Any => Type::Any,
                    other => {
                        self.problem(callee, format!("{} is no function", article(&other)), "call a function");
                        Type::Any
                    }
                }
            }
            Kind::Function(lambda) => {
                let known = self.locals.len();
                self.locals.extend(lambda.parameters.iter().cloned());
                let result = self.infer(&lambda.body);
                self.locals.truncate(known);
                let parameters = lambda.parameters.iter().map(|(_, of)| of.clone()).collect();
                Type::Function(parameters, Box::new(result))
            }
            _ => Type::Any,
        }
    }

    fn truth(&mut self, part: &Expr) {
        let of = self.infer(part);
        if !goes_with(&of, &Type::Boolean) {
            let message = format!("{} is neither true nor false", article(&of));
            self.problem(part, message, "compare it with something, such as > 0 or = \"…\"");
        }
    }

    fn loops(&mut self, loops: &[Loop]) {
        for one in loops {
            let source = self.infer(&one.source);
            let item = match (&one.end, source) {
                (Some(end), start) => {
                    let end = self.infer(end);
                    if !(goes_with(&start, &Type::Number) || goes_with(&start, &Type::Date)) || !goes_with(&start, &end)
                    {
                        let message = format!("nothing can be counted from {} to {}", article(&start), article(&end));
                        self.problem(&one.source, message, "count from one number, or date, to another");
                    }
                    start
                }
                (None, Type::List(of) | Type::Range(of)) => *of,
                (None, other) => other,
            };
            self.locals.push((one.name.clone(), item));
        }
    }

    fn test(&mut self, at: &Expr, value: &Type, test: &Test) {
        match test {
            Test::Compare(comparison, with) => {
                let with_type = self.infer(with);
                self.comparison(with, *comparison, value, &with_type);
            }
            Test::Value(with) => {
                let of = match self.infer(with) {
                    Type::Range(of) if !matches!(value, Type::Range(_)) => *of,
                    Type::List(of) if !matches!(value, Type::List(_)) => match *of {
                        Type::Range(of) => *of,
                        of => of,
                    },
                    of => of,
                };
                self.comparison(at, Comparison::Equal, value, &of);
            }
            Test::Holds(condition) | Test::Truth(condition) => self.truth(condition),
        }
    }

    fn comparison(&mut self, at: &Expr, comparison: Comparison, left: &Type, right: &Type) {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if !goes_with(left, right) {
            let message = format!("{} and {} cannot be compared", article(left), article(right));
            self.problem(at, message, unlike(left, right));
        } else if !equality && let Some(unordered) = [left, right].into_iter().find(|of| !has_order(of)) {
            let message = format!("{} has no order", article(unordered));
            self.problem(at, message, "compare it with = or !=");
        }
    }

    fn path(&mut self, part: &Expr, path: &[String]) -> Type {
        let (root, rest) = path.split_first().expect("the parser makes no empty path");
        let local = self.locals.iter().rev().find(|(name, _)| name == root);
        let found = local.map(|(_, of)| of).or_else(|| self.names.get(root)).cloned();
        let Some(mut of) = found else {
            if builtins::find(root).is_some() && rest.is_empty() {
                return Type::Any;
            }
            let known = self.locals.iter().map(|(name, _)| name).chain(self.names.keys());
            let known: Vec<String> = known.cloned().collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            self.problem(part, format!("there is no name {root} here"), nearest(root, &known));
            return Type::Any;
        };
        for name in rest {
            of = self.property(part, of, name);
        }
        of
    }

    fn arithmetic(&mut self, at: &Expr, operator: Arithmetic, left: Type, right: Type) -> Type {
        if matches!(left, Type::Any | Type::Null) || matches!(right, Type::Any | Type::Null) {
            return Type::Any;
        }
        if let Some(result) = parts::arithmetic(operator, &left, &right) {
            return result;
        }
        let advice = match (operator, &left, &right) {
            (Arithmetic::Add, Type::String, _) | (Arithmetic::Add, _, Type::String) => {
                "write string(…) around the other part"
            }
            (_, Type::Number, of) | (_, of, Type::Number) if is_moment(of) => {
                "write a duration, such as duration(\"P1D\") for one day"
            }
            _ => "use numbers, or dates with durations",
        };
        let message = format!("{} has no answer for {} and {}", operator.sign(), article(&left), article(&right));
        self.problem(at, message, advice);
        Type::Any
    }
}

/// Can a value of one type stand where the other is?
fn goes_with(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Any | Type::Null, _) | (_, Type::Any | Type::Null) => true,
        (Type::List(left), Type::List(right)) | (Type::Range(left), Type::Range(right)) => goes_with(left, right),
        (Type::Context(_), Type::Context(_)) | (Type::Function(..), Type::Function(..)) => true,
        (left, right) => left == right,
    }
}

fn has_order(of: &Type) -> bool {
    !matches!(of, Type::Boolean | Type::List(_) | Type::Context(_) | Type::Range(_) | Type::Function(..))
}

fn is_moment(of: &Type) -> bool {
    matches!(of, Type::Date | Type::Time | Type::DateTime)
}

fn unlike(left: &Type, right: &Type) -> String {
    let advice = match (left, right) {
        (Type::String, of) | (of, Type::String) if is_moment(of) => {
            return format!("write {of}(\"…\") around the text");
        }
        (Type::String, Type::DayTime | Type::YearMonth) | (Type::DayTime | Type::YearMonth, Type::String) => {
            "write duration(\"…\") around the text"
        }
        (Type::String, Type::Number) | (Type::Number, Type::String) => "write the number without quotes, or number(…)",
        (Type::String, Type::Boolean) | (Type::Boolean, Type::String) => "write true or false without quotes",
        (Type::Date, Type::DateTime) | (Type::DateTime, Type::Date) => "write date(…) around the date and time",
        (Type::List(_), _) | (_, Type::List(_)) => "use list contains(…), or some … satisfies …",
        _ => "compare values of one type",
    };
    advice.into()
}

fn article(of: &Type) -> String {
    match of {
        Type::Null => "null".into(),
        Type::Any => "anything".into(),
        of => format!("a {of}"),
    }
}

/// The advice for a name that is not there: the known one that is written most alike, else all of them if they are few.
pub(crate) fn nearest(name: &str, known: &[&str]) -> String {
    let close = known.iter().map(|other| (distance(name, other), other)).min();
    match close {
        Some((steps, other)) if steps <= 1 + name.chars().count() / 4 => format!("did you mean {other}?"),
        _ if known.is_empty() => "no names are known here".into(),
        _ if known.len() <= 12 => format!("known are {}", known.join(", ")),
        _ => format!("known are {}, …", known[..12].join(", ")),
    }
}

/// How many characters must be changed, left out or added to make one text of the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, c) in from.chars().take(64).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (at, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(c != *other);
            diagonal = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

/// A constant text, where an argument is one.
fn text_of(part: &Expr) -> Option<&str> {
    match &part.kind {
        Kind::Literal(Value::String(text)) => Some(text),
        _ => None,
    }
}
