//! What an evaluation may see: names, the clock, the zone.

use crate::Value;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Where names get their values. `None` is a name that does not exist (null to the expression).
pub trait Scope {
    /// The value of a root name, such as `cart`.
    fn get(&self, name: &str) -> Option<Value>;

    /// The value at a path, such as `["cart", "total"]` (never empty). A scope that can answer without building the whole
    /// root value may say it faster than this default, which asks for the root and walks.
    fn get_path(&self, path: &[String]) -> Option<Value> {
        let (root, rest) = path.split_first()?;
        let value = self.get(root)?;
        Some(if rest.is_empty() { value } else { crate::property::walk(&value, rest) })
    }
}

impl Scope for BTreeMap<String, Value> {
    fn get(&self, name: &str) -> Option<Value> {
        BTreeMap::get(self, name).cloned()
    }

    fn get_path(&self, path: &[String]) -> Option<Value> {
        let (root, rest) = path.split_first()?;
        Some(crate::property::walk(BTreeMap::get(self, root)?, rest))
    }
}

/// What one evaluation sees.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    pub scope: &'a dyn Scope,
    /// What `now()` and `today()` say.
    pub now: base::Time,
    /// The zone of `now()`, and of dates and times written without one. With `TimeZone::unknown()` these stay without one, as
    /// the standard has it: then they cannot be compared with those that have one.
    pub zone: &'a TimeZone,
}
