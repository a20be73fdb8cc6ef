//! What is kept for one customer beside the facts: journeys, messages, touches.

use crate::{
    coupons::Coupon,
    destinations::{Handover, Remote},
    refills::Refill,
    tag_writes::{Account, TagWrite},
};
use base::{Id, Time, stable_hash};
use crm::{carts::Cart, catalogue::Entry, customers::Facts};
use insight::attribution::Touch;
use minicbor::{Decode, Encode};

/// A customer with everything that waits for it. At most 64 KiB: every list here is bounded.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Cell {
    #[n(0)]
    pub facts: Facts,
    #[n(1)]
    pub action: Action,
    /// Of the cell that keeps the workspace's own times alone: what is to begin by the clock.
    #[n(2)]
    pub schedule: Option<Box<Schedule>>,
    /// Of a cell that is a product, a store or a collection, and then nothing else.
    #[n(3)]
    pub entry: Option<Box<Entry>>,
}

/// The cell of the workspace's own times. It is no customer, and a cell like any other otherwise: with timers, images and rows.
pub const SCHEDULE_CELL: Id = Id([0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1]);

/// Start events that begin journeys by the clock.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Schedule {
    #[n(0)]
    pub times: Vec<StartTime>,
    /// Occurrences that go through the customers now, slice by slice.
    #[n(1)]
    pub runs: Vec<StartRun>,
}

/// When a start event is next due.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StartTime {
    #[n(0)]
    pub flow: Box<str>,
    #[n(1)]
    pub version: u32,
    /// The id of the start event.
    #[n(2)]
    pub at: Box<str>,
    #[n(3)]
    pub due: Time,
    /// Occurrences with the one that is due; 0 for ever, `None` once.
    #[n(4)]
    pub left: Option<u32>,
}

/// One occurrence under way.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StartRun {
    #[n(0)]
    pub flow: Box<str>,
    #[n(1)]
    pub version: u32,
    #[n(2)]
    pub at: Box<str>,
    /// When it was due: its name, with the start event.
    #[n(3)]
    pub due: Time,
    #[n(4)]
    pub began_at: Time,
    /// The last customer asked; zero at first.
    #[n(5)]
    pub after: Id,
    #[n(6)]
    pub asked: u64,
    #[n(7)]
    pub begun: u64,
}

impl Cell {
    /// About how many bytes it takes, by what grows.
    pub fn weight(&self) -> usize {
        let (facts, action) = (&self.facts, &self.action);
        let keys: usize = facts.keys.iter().map(|key| key.as_str().len() + 2).sum();
        let open: usize = facts.profile.open.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        let consent: usize = facts.consent.iter().map(|c| c.purpose.len() + c.channel.len() + 32).sum();
        let waiting = action.journeys.len() * 400
            + action.messages.len() * 250
            + action.touches.len() * 100
            + action.starts.len() * 64
            + action.began.len() * 24
            + action.told.len() * 20
            + action.goals.len() * 80
            + action.tasks.iter().map(|task| 120 + task.told.len() + task.groups.len()).sum::<usize>()
            + action.handovers.len() * 300
            + action.remotes.len() * 80
            + action.refills.len() * 300
            + action.coupons.len() * 250
            + action.tag_writes.iter().map(TagWrite::weight).sum::<usize>()
            + action.accounts.iter().map(|account| 16 + account.id.len()).sum::<usize>();
        facts.book.weight()
            + keys
            + open
            + consent
            + waiting
            + facts.absorbed.len() * 17
            + facts.listed.len() * 9
            + (facts.wishes.len() + facts.unwished.len()) * 60
            + facts.tags.weight()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Action {
    #[n(0)]
    pub journeys: Vec<Journey>,
    #[n(1)]
    pub messages: Vec<Message>,
    #[n(2)]
    pub touches: Vec<Touch>,
    /// Which flow has had its say on which cart: what re-entry is decided by.
    #[n(3)]
    pub starts: Vec<Start>,
    /// Hashes of the list rows of journeys and waiting messages as they were last written.
    #[n(4)]
    pub listed: Vec<u64>,
    /// Which flows this customer ever went into: the evidence that outlives [`Action::starts`].
    #[n(5)]
    #[cbor(default)]
    pub began: Vec<Began>,
    /// Until when start events by dates and by looking around have had their say.
    #[n(6)]
    #[cbor(default)]
    pub told: Vec<Told>,
    /// Goals that journeys may still reach.
    #[n(7)]
    #[cbor(default)]
    pub goals: Vec<Goal>,
    /// Tasks of people that journeys wait for.
    #[cbor(n(8), default, skip_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// What journeys wait for to be handed over to other CRMs.
    #[cbor(n(9), default, skip_if = "Vec::is_empty")]
    pub handovers: Vec<Handover>,
    /// What was handed over is called this over there.
    #[cbor(n(10), default, skip_if = "Vec::is_empty")]
    pub remotes: Vec<Remote>,
    /// Up to which position of the log the customer was told of products.
    #[cbor(n(11), default, skip_if = "is_zero")]
    pub news: i64,
    /// Carts filled again at their shop.
    #[cbor(n(12), default, skip_if = "Vec::is_empty")]
    pub refills: Vec<Refill>,
    /// Coupons that journeys wait for a shop to take.
    #[cbor(n(13), default, skip_if = "Vec::is_empty")]
    pub coupons: Vec<Coupon>,
    /// Tags that shops are to be told of.
    #[cbor(n(14), default, skip_if = "Vec::is_empty")]
    pub tag_writes: Vec<TagWrite>,
    /// By which shop an id was said, where the id does not tell.
    #[cbor(n(15), default, skip_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
    /// Sources of shops that were to be told of tags and have no account of the customer: it is said once.
    #[cbor(n(16), default, skip_if = "Vec::is_empty")]
    pub no_account: Vec<i64>,
}

fn is_zero(n: &i64) -> bool {
    *n == 0
}

/// What is known of a task beside its place in the journey.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Task {
    /// Derived from journey and visit.
    #[n(0)]
    pub id: Id,
    #[n(1)]
    pub journey: Id,
    /// The journey's visit to the user task.
    #[n(2)]
    pub token: u32,
    /// The flow's element.
    #[n(3)]
    pub step: Box<str>,
    #[n(4)]
    pub created_at: Time,
    #[n(5)]
    pub due_at: Option<Time>,
    #[n(6)]
    pub assignee: Option<Box<str>>,
    /// Who may do it, with commas between.
    #[n(7)]
    pub groups: Box<str>,
    /// What the flow tells its person: a JSON object.
    #[n(8)]
    pub told: Box<str>,
    /// Whoever is doing it, while it is done.
    #[n(9)]
    pub done_by: Option<Box<str>>,
}

/// That the customer went into a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Began {
    /// A hash of the flow's id.
    #[n(0)]
    pub flow: u64,
    #[n(1)]
    pub last_at: Time,
    #[n(2)]
    pub times: u32,
}

/// A start event has had its say on everything up to a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Told {
    /// A hash of the flow's id and the start event's.
    #[n(0)]
    pub start: u64,
    #[n(1)]
    pub until: Time,
}

/// What a journey is to lead to.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Goal {
    #[n(0)]
    pub journey: Id,
    #[n(1)]
    pub flow: Box<str>,
    #[n(2)]
    pub version: u32,
    #[n(3)]
    pub cart: Option<Id>,
    #[n(4)]
    pub started_at: Time,
    /// After that it is missed.
    #[n(5)]
    pub until: Time,
    /// A hash of the event's name.
    #[n(6)]
    pub event: u64,
}

/// One run of a flow.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Journey {
    #[n(0)]
    pub id: Id,
    #[n(1)]
    pub flow: Box<str>,
    #[n(2)]
    pub version: u32,
    /// The cart it is about.
    #[n(3)]
    pub cart: Option<Id>,
    #[n(4)]
    pub started_at: Time,
    #[n(5)]
    pub state: bpmn::State,
    /// The journey whose call activity began this one.
    #[n(6)]
    pub caller: Option<Caller>,
}

/// Who waits for the end of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Caller {
    #[n(0)]
    pub journey: Id,
    /// Its visit to the call activity.
    #[n(1)]
    pub token: u32,
    /// How many calls deep the called journey is, from 1.
    #[n(2)]
    pub depth: u8,
}

/// A flow was started, or refused, for a cart or an order.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Start {
    #[n(0)]
    pub flow: Box<str>,
    /// The cart, or what stands for the order.
    #[n(1)]
    pub about: Id,
    /// When it was due, or came.
    #[n(2)]
    pub at: Time,
    /// It was refused for what the cart was then: after an activity later than this it is asked again.
    #[n(3)]
    pub refused_at: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum MessageState {
    /// In the outbox.
    #[n(0)]
    Queued,
    /// In the outbox too, but kept back until a person releases the hold.
    #[n(1)]
    Held,
    /// A worker was told to send it.
    #[n(2)]
    Sending,
    #[n(3)]
    Sent,
    /// Not sent, with a reason in words.
    #[n(4)]
    Skipped,
    /// Refused by the mail server for good.
    #[n(5)]
    Failed,
    /// It may or may not have arrived: for a person to decide.
    #[n(6)]
    InDoubt,
}

impl MessageState {
    pub fn as_str(self) -> &'static str {
        match self {
            MessageState::Queued => "queued",
            MessageState::Held => "held",
            MessageState::Sending => "sending",
            MessageState::Sent => "sent",
            MessageState::Skipped => "skipped",
            MessageState::Failed => "failed",
            MessageState::InDoubt => "in_doubt",
        }
    }

    pub fn is_final(self) -> bool {
        matches!(self, MessageState::Sent | MessageState::Skipped | MessageState::Failed)
    }
}

/// Marketing is sent at most once and only with consent; service is sent at least once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Purpose {
    #[n(0)]
    Marketing,
    #[n(1)]
    Service,
}

/// Who it goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Recipient {
    #[n(0)]
    Customer,
    #[n(1)]
    Agent,
}

/// One communication to one customer (or, about them, to their agent).
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Message {
    /// Derived from journey and visit: the same message never has two.
    #[n(0)]
    pub id: Id,
    #[n(1)]
    pub journey: Id,
    #[n(2)]
    pub flow: Box<str>,
    #[n(3)]
    pub version: u32,
    /// The flow's element.
    #[n(4)]
    pub step: Box<str>,
    /// The journey's visit to it.
    #[n(5)]
    pub token: u32,
    #[n(6)]
    pub cart: Option<Id>,
    #[n(7)]
    pub template: Box<str>,
    #[n(8)]
    pub purpose: Purpose,
    #[n(9)]
    pub recipient: Recipient,
    /// `agent` or `shop`.
    #[n(10)]
    pub from: Box<str>,
    #[n(11)]
    pub reply_to: Option<Box<str>>,
    #[n(12)]
    pub state: MessageState,
    #[n(13)]
    pub queued_at: Time,
    /// When the outbox runs it.
    #[n(14)]
    pub run_at: Time,
    #[n(15)]
    pub attempt: u32,
    /// Until when the worker must have said what came of it; after that its silence puts the message in doubt.
    #[n(16)]
    pub deadline: Option<Time>,
    #[n(17)]
    pub sent_at: Option<Time>,
    /// A person said "send again" to what was in doubt.
    #[n(18)]
    pub is_forced: bool,
    /// When a worker was last told to send it.
    #[n(19)]
    pub granted_at: Option<Time>,
}

impl Message {
    /// Nothing has happened to it since it was queued.
    pub fn only_waits(&self) -> bool {
        self.state == MessageState::Queued && self.attempt == 0 && self.granted_at.is_none() && !self.is_forced
    }
}

/// Finished messages kept in the cell; all are rows of their own.
const MESSAGES_MAX: usize = 24;
const TOUCHES_MAX: usize = 128;
const STARTS_MAX: usize = 256;
/// Names in other CRMs that are kept; the oldest are asked for again beyond that.
const REMOTES_MAX: usize = 64;
/// Goals waited for; the oldest are missed beyond that.
const GOALS_MAX: usize = 64;

impl Start {
    /// It was not refused.
    pub fn has_begun(&self) -> bool {
        self.refused_at.is_none()
    }
}

impl Cell {
    /// Keeps the lists within their bounds, oldest out first; what still waits stays, and so does the word on open carts before
    /// that on others.
    pub fn trim(&mut self) {
        let action = &mut self.action;
        while action.messages.len() > MESSAGES_MAX {
            let Some(i) = action.messages.iter().position(|message| message.state.is_final()) else { break };
            action.messages.remove(i);
        }
        drop_oldest(&mut action.touches, TOUCHES_MAX);
        drop_oldest(&mut action.goals, GOALS_MAX);
        drop_oldest(&mut action.remotes, REMOTES_MAX);
        let mut excess = action.starts.len().saturating_sub(STARTS_MAX);
        if excess > 0 {
            let book = &self.facts.book;
            let is_open = |about: Id| book.cart(about).is_some_and(Cart::is_open);
            action.starts.retain(|start| {
                let goes = excess > 0 && !is_open(start.about);
                excess -= usize::from(goes);
                !goes
            });
            drop_oldest(&mut action.starts, STARTS_MAX);
        }
    }
}

fn drop_oldest<T>(list: &mut Vec<T>, max: usize) {
    if list.len() > max {
        list.drain(..list.len() - max);
    }
}

impl Action {
    pub fn task_mut(&mut self, journey: Id, token: u32) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.journey == journey && task.token == token)
    }

    /// When the customer last went into a flow.
    pub fn last_began(&self, flow: &str) -> Option<Time> {
        let hash = stable_hash(flow.as_bytes());
        let began = self.began.iter().find(|began| began.flow == hash).map(|began| began.last_at);
        // Cells of before there was such evidence have it here.
        let starts = self.starts.iter().filter(|start| *start.flow == *flow && start.has_begun());
        began.max(starts.map(|start| start.at).max())
    }

    /// The customer goes into a flow now, about something or nothing ([`Id::ZERO`]).
    pub fn begin(&mut self, flow: &str, about: Id, due: Time, now: Time) {
        let hash = stable_hash(flow.as_bytes());
        match self.began.iter_mut().find(|began| began.flow == hash) {
            Some(began) => (began.last_at, began.times) = (began.last_at.max(now), began.times.saturating_add(1)),
            None => self.began.push(Began { flow: hash, last_at: now, times: 1 }),
        }
        if !about.is_zero() {
            self.say(Start { flow: flow.into(), about, at: due, refused_at: None });
        }
    }

    /// The newest word of a flow on a cart or an order.
    pub fn say(&mut self, start: Start) {
        self.starts.retain(|known| known.about != start.about || known.flow != start.flow);
        self.starts.push(start);
    }

    /// Takes over what another customer went into.
    pub fn join_began(&mut self, others: Vec<Began>) {
        for other in others {
            match self.began.iter_mut().find(|began| began.flow == other.flow) {
                Some(known) => {
                    known.last_at = known.last_at.max(other.last_at);
                    known.times = known.times.saturating_add(other.times);
                }
                None => self.began.push(other),
            }
        }
    }

    /// Until when a start event has had its say.
    pub fn told(&self, start: u64) -> Option<Time> {
        self.told.iter().find(|told| told.start == start).map(|told| told.until)
    }

    pub fn tell(&mut self, start: u64, until: Time) {
        match self.told.iter_mut().find(|told| told.start == start) {
            Some(told) => told.until = told.until.max(until),
            None => self.told.push(Told { start, until }),
        }
    }

    /// Whether the flow has had its say on a cart whose last activity was at `last`. `due` is when it would next be due; `is_once`:
    /// what began once for a cart does not begin again for it.
    pub fn has_started(&self, flow: &str, cart: Id, last: Time, due: Time, is_once: bool) -> bool {
        let is_final = |start: &Start| match start.refused_at {
            Some(at) => last <= at,
            None => is_once || due <= start.at,
        };
        self.starts.iter().any(|start| start.about == cart && *start.flow == *flow && is_final(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::HOUR;

    fn id(n: u64) -> Id {
        Id::from_slice(&[[0; 8], n.to_be_bytes()].concat()).expect("16 bytes")
    }

    #[test]
    fn what_a_customer_went_into_is_known_when_the_list_has_forgotten() {
        let mut cell = Cell::default();
        cell.action.begin("welcome", id(1), Time(HOUR), Time(HOUR));
        for n in 0..1_000 {
            cell.action.begin("each", id(1_000 + n), Time(HOUR), Time(2 * HOUR));
            cell.trim();
        }
        assert_eq!(cell.action.starts.len(), STARTS_MAX);
        assert_eq!(cell.action.last_began("welcome"), Some(Time(HOUR)));
        assert_eq!(cell.action.last_began("each"), Some(Time(2 * HOUR)));
        assert_eq!(cell.action.last_began("other"), None);
        assert_eq!(cell.action.began.len(), 2, "one line a flow");
    }

    #[test]
    fn the_word_on_an_open_cart_outlives_those_on_others() {
        let mut cell = Cell::default();
        let cart = Cart { id: id(7), ..Cart::default() };
        cell.facts.book.carts.push(cart.clone());
        cell.action.begin("idle", cart.id, Time(HOUR), Time(HOUR));
        for n in 0..1_000 {
            cell.action.begin("each", id(1_000 + n), Time(HOUR), Time(HOUR));
            cell.trim();
        }
        assert!(cell.action.has_started("idle", cart.id, cart.last_activity_at, Time(9 * HOUR), true));
    }

    #[test]
    fn a_cell_of_before_the_evidence_still_knows() {
        let mut cell = Cell::default();
        cell.action.say(Start { flow: "welcome".into(), about: Id::ZERO, at: Time(HOUR), refused_at: None });
        assert_eq!(cell.action.last_began("welcome"), Some(Time(HOUR)));
    }
}
