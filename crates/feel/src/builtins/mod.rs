//! The functions of the language, one file per concern. Each says its name, the names of its parameters and what it does;
//! a wrong type or a missing value gives null.

mod contexts;
mod conversion;
mod lists;
mod numbers;
mod ranges;
mod regexes;
mod sorting;
mod strings;
mod temporal;

use crate::{
    Value,
    ast::{Expr, Kind},
    eval::Run,
};
use rust_decimal::Decimal;

/// A function.
pub(crate) struct Builtin {
    pub name: &'static str,
    /// The ways to call it. A parameter that starts with `?` may be left out, one with `~` where arguments are given by
    /// name; one that ends with `...` takes all the rest.
    pub signatures: &'static [&'static [&'static str]],
    pub run: fn(&Args, &Run) -> Option<Value>,
}

/// Finds a function by its whole name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    let tables: [&'static [Builtin]; 9] = [
        contexts::TABLE,
        conversion::TABLE,
        lists::TABLE,
        numbers::TABLE,
        ranges::TABLE,
        regexes::TABLE,
        sorting::TABLE,
        strings::TABLE,
        temporal::TABLE,
    ];
    tables.into_iter().flatten().find(|builtin| builtin.name == name)
}

impl PartialEq for Builtin {
    fn eq(&self, other: &Builtin) -> bool {
        self.name == other.name
    }
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Builtin {
    /// Can it be called with so many arguments?
    pub fn takes(&self, arguments: usize) -> bool {
        self.signatures.iter().any(|signature| {
            let needed = signature.iter().filter(|name| !name.starts_with('?')).count();
            let open = signature.last().is_some_and(|name| name.ends_with("..."));
            arguments >= needed && (open || arguments <= signature.len())
        })
    }

    /// Checks how many arguments there are, and brings those given by name into the order of the parameters.
    pub fn arrange(&self, arguments: Vec<Expr>, names: &[String]) -> Result<Vec<Expr>, String> {
        if names.is_empty() {
            return match self.takes(arguments.len()) {
                true => Ok(arguments),
                false => Err(format!("{} is called as {}", self.name, self.usage())),
            };
        }
        if names.len() != arguments.len() {
            return Err(format!("{}: name all arguments, or none", self.name));
        }
        let plain = |name: &str| name.trim_start_matches(['?', '~']).trim_end_matches("...").to_string();
        for signature in self.signatures {
            let parameters: Vec<String> = signature.iter().map(|name| plain(name)).collect();
            let known = names.iter().all(|name| parameters.contains(name));
            let needed = signature.iter().filter(|name| !name.starts_with(['?', '~']));
            if !known || !needed.map(|name| plain(name)).all(|name| names.contains(&name)) {
                continue;
            }
            let at = arguments.first().map_or(0, |argument| argument.at);
            let mut slots = vec![Expr { at, kind: Kind::Literal(Value::Null) }; parameters.len()];
            for (name, argument) in names.iter().zip(&arguments) {
                let place = parameters.iter().position(|parameter| parameter == name);
                slots[place.expect("all names are known")] = argument.clone();
            }
            return Ok(slots);
        }
        Err(format!("{} is called as {}", self.name, self.usage()))
    }

    pub fn usage(&self) -> String {
        let ways = self.signatures.iter().map(|signature| {
            let parameters: Vec<String> = signature
                .iter()
                .map(|name| match name.strip_prefix('?') {
                    Some(name) => format!("[{name}]"),
                    None => name.trim_start_matches('~').to_string(),
                })
                .collect();
            format!("{}({})", self.name, parameters.join(", "))
        });
        ways.collect::<Vec<_>>().join(" or ")
    }
}

/// The arguments of a call, by place from 0; one that was left out is null.
pub(crate) struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    pub fn get(&self, place: usize) -> &'a Value {
        self.0.get(place).unwrap_or(&Value::Null)
    }

    pub fn has(&self, place: usize) -> bool {
        !self.get(place).is_null()
    }

    pub fn number(&self, place: usize) -> Option<Decimal> {
        match self.get(place) {
            Value::Number(number) => Some(*number),
            // A list of one stands for its item.
            Value::List(items) => items.first().filter(|_| items.len() == 1)?.as_number(),
            _ => None,
        }
    }

    /// A whole number.
    pub fn whole(&self, place: usize) -> Option<i64> {
        i64::try_from(self.number(place)?.trunc()).ok()
    }

    pub fn text(&self, place: usize) -> Option<&'a str> {
        match self.get(place) {
            Value::String(text) => Some(text),
            Value::List(items) => items.first().filter(|_| items.len() == 1)?.as_str(),
            _ => None,
        }
    }

    /// A list; a single value is a list of one, null is none.
    pub fn list(&self, place: usize) -> Option<&'a [Value]> {
        match self.get(place) {
            Value::Null => None,
            Value::List(items) => Some(items),
            single => Some(std::slice::from_ref(single)),
        }
    }

    /// The items to sum or compare: of the one list, or the arguments themselves.
    pub fn items(&self) -> Option<&'a [Value]> {
        match self.0 {
            [Value::Null] => None,
            [Value::List(items)] => Some(items),
            several => Some(several),
        }
    }
}
