//! What a cart, an order and a deal are.

use super::orders::Told;
use base::{Currency, Id, Time};
use minicbor::{Decode, Encode};

/// The pipeline and the stages of a left cart, in the words of the shops that use them.
pub const PIPELINE: &str = "Sales management";
pub const STAGE_ABANDONED: &str = "Check out abbandonato";
pub const STAGE_WON: &str = "Confirmed";

/// Where a cart stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum CartState {
    #[default]
    #[n(0)]
    Active,
    /// Products inside and no activity for longer than the workspace allows.
    #[n(1)]
    Abandoned,
    /// Ordered after it was abandoned.
    #[n(2)]
    Recovered,
    /// Ordered without having been abandoned.
    #[n(3)]
    Converted,
    #[n(4)]
    Expired,
}

impl CartState {
    pub fn as_str(self) -> &'static str {
        match self {
            CartState::Active => "active",
            CartState::Abandoned => "abandoned",
            CartState::Recovered => "recovered",
            CartState::Converted => "converted",
            CartState::Expired => "expired",
        }
    }

    /// Whether nothing more is expected to happen to it.
    pub fn is_closed(self) -> bool {
        matches!(self, CartState::Recovered | CartState::Converted | CartState::Expired)
    }
}

/// A product within a cart. `quantity` adds up signed, so that a removal heard before its addition cancels it; read it
/// through [`Line::count`].
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Line {
    #[n(0)]
    pub product_id: Box<str>,
    #[n(1)]
    pub sku: Option<Box<str>>,
    #[n(2)]
    pub name: Option<Box<str>>,
    #[n(3)]
    pub url: Option<Box<str>>,
    #[n(4)]
    pub image_url: Option<Box<str>>,
    #[n(5)]
    pub quantity: i64,
    /// Minor units of the cart's currency; unknown where the shop did not say.
    #[n(6)]
    pub price: Option<i64>,
    /// What the shop calls the variant: its API puts it into a cart by this.
    #[n(7)]
    pub variant_id: Option<Box<str>>,
}

impl Line {
    pub fn count(&self) -> i64 {
        self.quantity.max(0)
    }
}

#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Cart {
    #[n(0)]
    pub id: Id,
    /// The shop's own id, as sent.
    #[n(1)]
    pub shop_id: Option<Box<str>>,
    #[n(2)]
    pub state: CartState,
    #[n(3)]
    pub lines: Vec<Line>,
    #[n(4)]
    pub currency: Option<Currency>,
    #[n(5)]
    pub opened_at: Time,
    /// The last activity that counts for abandonment.
    #[n(6)]
    pub last_activity_at: Time,
    /// When it was first abandoned.
    #[n(7)]
    pub abandoned_at: Option<Time>,
    /// When it was ordered, or when nobody waited for it any more.
    #[n(8)]
    pub closed_at: Option<Time>,
    /// The order that closed it.
    #[n(9)]
    pub order_id: Option<Box<str>>,
    #[n(10)]
    pub checkout_id: Option<Box<str>>,
    /// The order id that a checkout announced.
    #[n(11)]
    pub expected_order: Option<Box<str>>,
    #[n(12)]
    pub step: Option<i64>,
    #[n(13)]
    pub coupon: Option<Box<str>>,
    #[n(14)]
    pub checkout_url: Option<Box<str>>,
    /// Lines in two currencies: there is no total then.
    #[n(15)]
    pub is_mixed: bool,
    /// How many hours late we heard of its last activity: what was heard of too late is history, and starts nothing.
    #[n(16)]
    pub late_hours: u32,
    /// When the customer was last seen at the checkout.
    #[n(17)]
    pub checkout_at: Option<Time>,
}

impl Cart {
    pub fn has_products(&self) -> bool {
        self.lines.iter().any(|line| line.quantity > 0)
    }

    /// Products inside and not ordered.
    pub fn is_open(&self) -> bool {
        !self.state.is_closed()
    }

    /// Only removals were heard of it: it waits for what was put in, and is not worth showing.
    pub fn is_hollow(&self) -> bool {
        !self.lines.is_empty() && self.is_open() && self.lines.iter().all(|line| line.quantity < 0)
    }

    /// The total in minor units; `None` where a price is missing, for a missing price is not zero.
    pub fn total(&self) -> Option<i64> {
        if self.is_mixed { None } else { total_of(&self.lines) }
    }
}

/// Sum of price × count; `None` where a price is unknown or the sum does not fit.
pub fn total_of(lines: &[Line]) -> Option<i64> {
    let mut total = 0i64;
    for line in lines.iter().filter(|line| line.quantity > 0) {
        total = total.checked_add(line.price?.checked_mul(line.quantity)?)?;
    }
    Some(total)
}

/// A cart as something to win: there is one for each cart that was abandoned, or of which a person said a stage.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Deal {
    #[n(0)]
    pub id: Id,
    #[n(1)]
    pub cart: Id,
    #[n(2)]
    pub stage: Box<str>,
    #[n(3)]
    pub created_at: Time,
    #[n(4)]
    pub won_at: Option<Time>,
    /// When a person or the shop last said its stage: the fold does not move it back.
    #[n(5)]
    pub moved_at: Option<Time>,
    /// The pipeline's id.
    #[n(6)]
    pub pipeline: Box<str>,
}

/// A stage that a person or the shop said, kept beside the fold: it counts whenever the cart is heard of.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct StageWord {
    /// The cart by our id, where it was known.
    #[n(0)]
    pub cart: Option<Id>,
    /// The cart by the shop's id.
    #[n(1)]
    pub shop_id: Option<Box<str>>,
    #[n(2)]
    pub stage: Box<str>,
    #[n(3)]
    pub at: Time,
    /// The pipeline's id.
    #[n(4)]
    pub pipeline: Box<str>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Order {
    #[n(0)]
    pub id: Box<str>,
    #[n(1)]
    pub at: Time,
    #[n(2)]
    pub currency: Currency,
    /// Minor units; unknown where neither a total nor every price was said.
    #[n(3)]
    pub total: Option<i64>,
    /// Minor units given back, at most the total.
    #[n(4)]
    pub refunded: i64,
    /// The cart that it closed: the customer's own, or with [`Place::CartElsewhere`] another one's.
    #[n(5)]
    pub cart: Option<Id>,
    /// What it bought; let go once no late event can change which cart it closed (the rows keep them for ever).
    #[n(6)]
    pub lines: Vec<Line>,
    #[n(7)]
    pub cancelled_at: Option<Time>,
    /// Message id, hashed: of two words on one order at one time the smaller counts.
    #[n(8)]
    pub tie: u64,
    #[n(9)]
    pub place: Place,
    /// What each word on it said, where there were several that differ; let go with the lines.
    #[n(10)]
    pub told: Vec<Told>,
}

impl Order {
    /// Whether the money is this customer's.
    pub fn is_own(&self) -> bool {
        self.place != Place::PaidElsewhere
    }
}

/// Where an order's two halves are: the money with the customer who ordered, the cart with the customer who filled it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Place {
    /// Both here.
    #[default]
    #[n(0)]
    Here,
    /// The money is here, the cart is another customer's.
    #[n(1)]
    CartElsewhere,
    /// The cart is here, another customer paid.
    #[n(2)]
    PaidElsewhere,
}

/// A line as an operation names it, its price in minor units.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct OpItem {
    #[n(0)]
    pub product_id: Box<str>,
    #[n(1)]
    pub sku: Option<Box<str>>,
    #[n(2)]
    pub name: Option<Box<str>>,
    #[n(3)]
    pub url: Option<Box<str>>,
    #[n(4)]
    pub image_url: Option<Box<str>>,
    #[n(5)]
    pub quantity: Option<i64>,
    #[n(6)]
    pub price: Option<i64>,
    #[n(7)]
    pub variant_id: Option<Box<str>>,
}

#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum OpKind {
    #[n(0)]
    Snapshot(#[n(0)] Vec<OpItem>),
    #[n(1)]
    Add(#[n(0)] OpItem),
    #[n(2)]
    Remove(#[n(0)] OpItem),
    #[n(3)]
    Viewed(#[n(0)] Vec<OpItem>),
    #[n(4)]
    Checkout {
        #[n(0)]
        items: Vec<OpItem>,
        #[n(1)]
        order_id: Option<Box<str>>,
        #[n(2)]
        url: Option<Box<str>>,
    },
    #[n(5)]
    Step(#[n(0)] Option<i64>),
    #[n(6)]
    Payment,
    #[n(7)]
    Coupon {
        #[n(0)]
        code: Option<Box<str>>,
        #[n(1)]
        is_entered: bool,
    },
    #[n(8)]
    Order(#[n(0)] Box<str>),
    /// A timer let time pass up to here.
    #[n(9)]
    Passed,
    /// The shop's link that brings the cart back; that there is one is nobody's doing.
    #[n(10)]
    Link(#[n(0)] Box<str>),
}

/// One thing that happened to a cart.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct CartOp {
    #[n(0)]
    pub at: Time,
    /// Message id, hashed: the last word among operations of one time and rank.
    #[n(1)]
    pub tie: u64,
    #[n(2)]
    pub cart_id: Option<Box<str>>,
    #[n(3)]
    pub checkout_id: Option<Box<str>>,
    /// What the event said, or what its prices were read in; `None` where neither was needed.
    #[n(4)]
    pub currency: Option<Currency>,
    #[n(5)]
    pub kind: OpKind,
    /// Which of the book's rules held when it was recorded: folding again must not apply newer ones.
    #[n(6)]
    pub rule: u8,
    /// Hours from when it happened until we heard of it; [`u32::MAX`] for history that was brought in as such.
    #[n(7)]
    pub late_hours: u32,
}

impl CartOp {
    /// The order within a cart: snapshot before additions and removals, before the checkout, before the order. At one instant
    /// "take all of it out" comes after what was put in.
    pub fn key(&self) -> (Time, u8, u64) {
        let rank = match &self.kind {
            OpKind::Snapshot(_) => 0,
            OpKind::Add(_) => 1,
            OpKind::Remove(item) if item.quantity.is_some() => 1,
            OpKind::Remove(_) => 2,
            OpKind::Order(_) => 4,
            OpKind::Passed => 5,
            _ => 3,
        };
        (self.at, rank, self.tie)
    }

    /// Whether it moves the cart's last activity.
    pub fn is_activity(&self) -> bool {
        !matches!(self.kind, OpKind::Viewed(_) | OpKind::Order(_) | OpKind::Passed | OpKind::Link(_))
    }

    /// The products it names.
    pub fn items(&self) -> &[OpItem] {
        match &self.kind {
            OpKind::Add(item) | OpKind::Remove(item) => std::slice::from_ref(item),
            OpKind::Snapshot(items) | OpKind::Viewed(items) | OpKind::Checkout { items, .. } => items,
            _ => &[],
        }
    }
}
