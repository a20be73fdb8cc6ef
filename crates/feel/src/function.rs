//! Functions as values.

use crate::{Type, Value, ast::Lambda, builtins::Builtin, eval::Run};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// A function: one that an expression defined, one of the language, or a business knowledge model. Two are equal where
/// they are the same one.
#[derive(Clone)]
pub struct Function(pub(crate) Arc<Callable>);

pub(crate) enum Callable {
    /// With the names that were visible where it was written.
    Closure {
        lambda: Arc<Lambda>,
        captured: BTreeMap<String, Value>,
    },
    Builtin(&'static Builtin),
    /// A function of a decision model.
    Model(Box<dyn Invoked>),
}

/// A function whose body is not an expression alone.
pub(crate) trait Invoked: Send + Sync {
    fn parameters(&self) -> &[(String, Type)];

    /// The arguments come in the order of the parameters, one each, and of their types.
    fn invoke(&self, arguments: BTreeMap<String, Value>, run: &Run) -> Value;
}

impl Function {
    pub(crate) fn new(callable: Callable) -> Function {
        Function(Arc::new(callable))
    }

    /// How many parameters it has, where that is one number.
    pub(crate) fn parameters(&self) -> Option<usize> {
        match &*self.0 {
            Callable::Closure { lambda, .. } => Some(lambda.parameters.len()),
            Callable::Builtin(builtin) => match builtin.signatures {
                [only] if !only.iter().any(|name| name.starts_with('?') || name.ends_with("...")) => Some(only.len()),
                _ => None,
            },
            Callable::Model(model) => Some(model.parameters().len()),
        }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Callable::Builtin(builtin) => f.write_str(builtin.name),
            _ => f.write_str("function"),
        }
    }
}
