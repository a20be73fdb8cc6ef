//! Intermediate throw event: throws and goes on. Without an event it marks a place, and the token passes.

use super::throw;
use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    Kind::IntermediateThrow(throw::compile(source, false))
}
