//! What is kept for one customer beside the facts: journeys, messages, touches.

use base::{Id, Time};
use crm::{carts::Cart, customers::Facts};
use insight::attribution::Touch;
use minicbor::{Decode, Encode};

/// A customer with everything that waits for it. At most 64 KiB: every list here is bounded.
#[derive(Debug, Clone, Default, PartialEq, Encode, Decode)]
pub struct Cell {
    #[n(0)]
    pub facts: Facts,
    #[n(1)]
    pub action: Action,
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
            + action.tasks.iter().map(|task| 120 + task.told.len() + task.groups.len()).sum::<usize>();
        facts.book.weight()
            + keys
            + open
            + consent
            + waiting
            + facts.absorbed.len() * 17
            + facts.listed.len() * 9
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
    /// Tasks of people that journeys wait for.
    #[cbor(n(5), default, skip_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
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

/// A flow was started, or refused, for a cart.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Start {
    #[n(0)]
    pub flow: Box<str>,
    #[n(1)]
    pub cart: Id,
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

impl Action {
    pub fn task_mut(&mut self, journey: Id, token: u32) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.journey == journey && task.token == token)
    }

    /// Keeps the lists within their bounds, oldest out first; what still waits stays.
    pub fn trim(&mut self) {
        while self.messages.len() > MESSAGES_MAX {
            let Some(i) = self.messages.iter().position(|message| message.state.is_final()) else { break };
            self.messages.remove(i);
        }
        if self.touches.len() > TOUCHES_MAX {
            self.touches.drain(..self.touches.len() - TOUCHES_MAX);
        }
        if self.starts.len() > STARTS_MAX {
            self.starts.drain(..self.starts.len() - STARTS_MAX);
        }
    }

    /// Whether the flow has had its say on the cart as it stands.
    pub fn has_started(&self, flow: &str, cart: &Cart) -> bool {
        let is_final = |start: &Start| start.refused_at.is_none_or(|at| cart.last_activity_at <= at);
        self.starts.iter().any(|start| start.cart == cart.id && *start.flow == *flow && is_final(start))
    }
}
