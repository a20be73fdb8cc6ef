//! End event: ends its token, after throwing what it throws. A terminate end ends everything in its scope.

use super::throw;
use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    Kind::EndEvent(throw::compile(source, true))
}
