//! What the runtime asks of those who know the words.

use crate::{Event, Key, NewEvent, World};
use base::{Id, Time};
use minicbor::{Decode, Encode};
use store::Sql;

/// The fold touched something that is not in memory: the loop loads it and folds the event again from the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    Key(Key),
    Cell(Id),
}

/// Why an event was not folded.
#[derive(Debug)]
pub enum FoldError {
    /// Not an error: see [`Need`].
    Need(Need),
    /// The event goes to quarantine with this reason; the cells stay as they were.
    Refused(String),
}

impl From<Need> for FoldError {
    fn from(need: Need) -> FoldError {
        FoldError::Need(need)
    }
}

/// A pure fold over the log, and what it keeps.
pub trait Domain: Sized + Send + Sync + 'static {
    /// An event, parsed.
    type Input: Send + Sync + 'static;
    /// The unit of state: one customer with everything that waits for it.
    type Cell: Clone + Default + Send + Encode<()> + for<'b> Decode<'b, ()>;
    /// What belongs to the workspace as a whole.
    type Shared: Clone + Default + Send + Sync + Encode<()> + for<'b> Decode<'b, ()>;

    /// Reads a stored event again; the error is the reason shown in quarantine.
    fn parse(&self, kind: &str, name: &str, payload: &[u8]) -> Result<Self::Input, String>;

    /// What the fold of this event will look up, so that a batch can be loaded at once. Missing something costs a second
    /// fold, nothing else.
    fn touches(&self, input: &Self::Input, keys: &mut Vec<Key>, cells: &mut Vec<Id>);

    /// Applies one event. Everything it does goes through the [`World`]; what it returns as an error leaves no trace.
    fn fold(&self, event: &Event<Self::Input>, world: &mut World<'_, Self>) -> Result<(), FoldError>;

    /// When the cell next wants a `Timer Fired`.
    fn due(&self, cell: &Self::Cell, shared: &Self::Shared) -> Option<Time>;

    /// The event that fires a cell's due timers.
    fn timer(&self, cell: Id, due: Time, now: Time) -> NewEvent<Self::Input>;

    /// The event that opens the hold after `down` microseconds without a running loop; `None`: no hold.
    fn woke(&self, down: i64, now: Time) -> Option<NewEvent<Self::Input>>;

    /// Writes the cell's list rows (a sweep). May remember in the cell what it wrote, so that unchanged rows are not written
    /// again.
    fn list(&self, id: Id, cell: &mut Self::Cell, shared: &Self::Shared, world: &mut crate::world::Sweep<'_>);

    /// Statements whose rows a wave of timers may pack, to be written out in a quieter moment, each under a name that lasts: what
    /// was packed by one version is written out by the next. No fold and no worker may depend on them.
    fn may_wait(&self) -> &'static [(&'static str, &'static Sql)] {
        &[]
    }

    /// The cell an old one was folded into, if it was: then keys, timers and ids lead there.
    fn successor(&self, cell: &Self::Cell) -> Option<Id>;
}
