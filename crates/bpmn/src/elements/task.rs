//! Plain and manual task: something outside that nobody waits for; the token passes.

use super::unsupported;
use crate::{Kind, compile::Source};

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    Kind::Task
}
