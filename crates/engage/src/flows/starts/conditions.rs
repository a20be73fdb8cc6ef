//! Flows that begin when a condition becomes true for a customer: at the event that makes it so, not while it is so.

use super::{
    Beginning, Start, StartKind, Starting,
    begin::{Subject, begin_journey},
};
use crate::{
    domain::Ritorno,
    flows::{journey::Stage, scope::StepScope},
};
use base::Id;
use feel::{Env, Expression, Value};
use runtime::World;
use serde_json::json;

/// Which parts of what is known of a customer an event may have changed, or a condition reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    pub cart: bool,
    pub deal: bool,
    pub customer: bool,
    pub shop: bool,
}

impl Touched {
    pub const NOTHING: Touched = Touched { cart: false, deal: false, customer: false, shop: false };
    pub const ALL: Touched = Touched { cart: true, deal: true, customer: true, shop: true };
    pub const DEAL: Touched = Touched { deal: true, ..Touched::NOTHING };
    pub const CUSTOMER: Touched = Touched { customer: true, ..Touched::NOTHING };
    /// Carts, the orders that close them, and the deals that follow.
    pub const TRADE: Touched = Touched { shop: false, ..Touched::ALL };

    /// What an expression reads; where that is not certain (the time, the inside of a filter), anything.
    pub fn read_by(expression: &Expression) -> Touched {
        let source = expression.source();
        if source.contains('[') || source.contains("now(") || source.contains("today(") {
            return Touched::ALL;
        }
        let mut read = Touched::NOTHING;
        for path in expression.names() {
            match path.split('.').next().unwrap_or_default() {
                "cart" => read.cart = true,
                "deal" => read.deal = true,
                "customer" => read.customer = true,
                "shop" => read.shop = true,
                // A variable of the journey: it changes with the journey's own steps alone.
                _ => {}
            }
        }
        read
    }

    pub fn and(self, other: Touched) -> Touched {
        Touched {
            cart: self.cart || other.cart,
            deal: self.deal || other.deal,
            customer: self.customer || other.customer,
            shop: self.shop || other.shop,
        }
    }

    /// Whether both name a part.
    pub fn meets(self, other: Touched) -> bool {
        (self.cart && other.cart)
            || (self.deal && other.deal)
            || (self.customer && other.customer)
            || (self.shop && other.shop)
    }

    fn is_of_cart(self) -> bool {
        self.cart || self.deal
    }
}

/// What was true before an event: the start event's place in the index, and the cart that it was true of.
#[derive(Debug, Default)]
pub struct Seen(Vec<(usize, Option<Id>)>);

/// Looks at the conditions that an event may make true, before it is applied.
pub fn see(stage: &Stage<'_>, world: &World<'_, Ritorno>, touched: Touched) -> Seen {
    let starts = stage.starts();
    if !starts.conditions_read.meets(touched) || stage.cell.facts.is_crowd {
        return Seen::default();
    }
    let mut seen = Vec::new();
    for (n, start, read) in wanted(&starts.conditions, touched) {
        let carts: Vec<Option<Id>> = match read.is_of_cart() {
            true => stage.cell.facts.book.open_carts().map(|cart| Some(cart.id)).collect(),
            false => vec![None],
        };
        seen.extend(carts.into_iter().filter(|cart| is_true(stage, world, start, *cart)).map(|cart| (n, cart)));
    }
    Seen(seen)
}

fn wanted(starts: &[Start], touched: Touched) -> impl Iterator<Item = (usize, &Start, Touched)> {
    let read = |start: &Start| match &start.event().kind {
        StartKind::Condition(condition) => Touched::read_by(condition),
        _ => Touched::NOTHING,
    };
    let all = starts.iter().enumerate().map(move |(n, start)| (n, start, read(start)));
    all.filter(move |(_, _, read)| read.meets(touched))
}

fn is_true(stage: &Stage<'_>, world: &World<'_, Ritorno>, start: &Start, cart: Option<Id>) -> bool {
    let scope = StepScope { cell: stage.cell, customer: stage.customer, cart, shared: stage.shared };
    let zone = stage.shared.settings.zone();
    let env = Env { scope: &scope, now: world.now(), zone: &zone };
    start.compiled.definition.accepts(start.event().node, &Value::Null, &env)
}

/// Begins the flows whose condition is true now and was not before. `cart` is what the event was about, `age` how long ago it
/// was.
pub fn start_by_condition(
    stage: &mut Stage<'_>,
    world: &mut World<'_, Ritorno>,
    seen: &Seen,
    touched: Touched,
    cart: Option<Id>,
    age: i64,
) {
    let starts = stage.starts();
    if !starts.conditions_read.meets(touched) || stage.cell.facts.is_crowd {
        return;
    }
    for (n, start, read) in wanted(&starts.conditions, touched) {
        let about = if read.is_of_cart() {
            let newest =
                || stage.cell.facts.book.open_carts().max_by_key(|cart| cart.last_activity_at).map(|cart| cart.id);
            match cart.or_else(newest) {
                Some(cart) => Some(cart),
                None => continue,
            }
        } else {
            None
        };
        if seen.0.contains(&(n, about)) || !is_true(stage, world, start, about) {
            continue;
        }
        let payload = feel::from_json(&json!({ "name": "Condition", "properties": {} }));
        let subject = Subject { cart: about.or(cart), order: None };
        let starting = Starting { code: "journey_condition", age, ..Starting::default() };
        // Why not is as it should be, or told in the ledger.
        let _ = begin_journey(stage, world, &Beginning { start, subject, payload: &payload }, starting);
    }
}
