//! What one journey may use.

use feel::Value;

/// Nodes that one step may enter in one scope; a loop without a wait stops here and becomes an incident.
pub(super) const NODES_MAX: u32 = 1_000;
/// Nodes that one step may enter in all.
pub(super) const ALL_NODES_MAX: u32 = 20_000;
/// Tokens of one journey.
pub(super) const TOKENS_MAX: usize = 1_000;
/// Items that an activity is done for.
pub(crate) const ITEMS_MAX: u32 = 500;
/// Bytes of all variables of one journey, by [`weight`].
pub(super) const VARIABLES_MAX: usize = 64 << 10;
/// Bytes of the variables above which somebody should ask what they are for.
pub(super) const VARIABLES_MANY: usize = 2 << 10;
/// Bytes of an event that is kept for waits that look back; of a larger one only name and keys are.
pub(super) const KEPT_BYTES_MAX: usize = 2 << 10;
/// Messages and signals that are remembered by their ids.
pub(super) const TAKEN_MAX: usize = 8;

/// About how many bytes a value takes when it is stored.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 1,
        Value::Number(_) => 9,
        Value::String(text) => text.len() + 3,
        Value::List(items) => 3 + items.iter().map(weight).sum::<usize>(),
        Value::Context(entries) => {
            3 + entries.iter().map(|(name, value)| name.len() + 3 + weight(value)).sum::<usize>()
        }
        Value::Range(range) => 6 + [&range.start, &range.end].into_iter().flatten().map(weight).sum::<usize>(),
        _ => 32,
    }
}
