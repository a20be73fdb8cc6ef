//! A made-up history: who visits the shop, what they look at, what they leave in their carts, what brings them back.
//!
//! Pure: the same seed, span and number give the same plan. It knows nothing of Ritorno; what Ritorno does about it happens when
//! the plan is played ([`super::play`]).

mod json;
mod people;
mod planted;
#[cfg(test)]
mod tests;
mod visits;

pub use json::{STAGES, Writer};
pub use people::Person;

use super::{
    catalogue::PRODUCTS,
    chance::Dice,
    season::{self, zone},
};
use base::{DAY, Time};
use serde::{Deserialize, Serialize};
use visits::Visitor;

/// What to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub seed: u64,
    pub start: Time,
    pub end: Time,
    /// Customers with a name; anonymous visitors come on top.
    pub customers: u32,
}

/// Everything that people did, in the order of its times.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub wish: Wish,
    pub people: Vec<Person>,
    pub carts: Vec<Cart>,
    pub happenings: Vec<Happening>,
}

/// A product in a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its place in the catalogue.
    pub product: u16,
    pub quantity: u16,
    /// Its place among the product's sizes.
    pub size: u8,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Cart {
    pub person: u32,
    pub lines: Vec<Line>,
    /// When it was left behind; `None`: it was ordered in the same visit.
    pub left_at: Option<Time>,
    /// What a message about it leads to.
    pub reply: Option<Reply>,
}

impl Cart {
    /// Cents.
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| PRODUCTS[usize::from(line.product)].price * i64::from(line.quantity)).sum()
    }
}

/// What a customer does about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// The how-manieth message about the cart it answers, from 1.
    pub nth: u8,
    /// Microseconds from the message to the click.
    pub click_after: i64,
    /// Microseconds from the click to the order.
    pub order_after: Option<i64>,
    /// Instead of going to the cart they ask for no more mails.
    pub unsubscribes: bool,
}

/// Something that somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happening {
    pub at: Time,
    pub person: u32,
    /// On which of their devices.
    pub device: u8,
    /// Whether the shop knows who it is: then the event says the user's id.
    pub is_known: bool,
    pub act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    Page,
    View {
        product: u16,
    },
    Add {
        cart: u32,
        line: u8,
    },
    /// Puts one line back.
    Remove {
        cart: u32,
        product: u16,
    },
    CartViewed {
        cart: u32,
    },
    CheckoutStarted {
        cart: u32,
    },
    CheckoutStep {
        cart: u32,
        step: u8,
    },
    /// Says who they are.
    Identify,
    /// The shop's own system says whose customer it is.
    Agent,
    Ordered {
        cart: u32,
    },
    Refunded {
        cart: u32,
    },
    /// The agent called; the number chooses the outcome.
    Contacted {
        cart: u32,
        outcome: u8,
    },
    Stage {
        cart: u32,
        stage: u8,
    },
    /// An event that nobody can understand, of several kinds.
    Broken(u8),
}

impl Plan {
    pub fn make(wish: Wish) -> Plan {
        let zone = zone();
        let days: Vec<Time> = (0..)
            .map(|n| season::midnight(Time(wish.start.0 + n * DAY + DAY / 2), &zone))
            .take_while(|day| *day <= wish.end)
            .collect();
        let mut sum = 0.0;
        let add = |day: &Time| {
            sum += season::weight(*day, wish.start, &zone);
            sum
        };
        let sums: Vec<f64> = days.iter().map(add).collect();
        let hours: Vec<f64> = running_sum(&season::HOURS);
        let plan = Plan { wish, people: Vec::new(), carts: Vec::new(), happenings: Vec::new() };
        let mut maker = Maker { plan, zone, days, sums, hours };
        let anonymous = wish.customers / 8;
        for n in 0..wish.customers + anonymous {
            let dice = Dice::of(wish.seed, u64::from(n));
            maker.live(dice, n < wish.customers);
        }
        planted::plant(&mut maker.plan);
        let mut plan = maker.plan;
        plan.happenings.retain(|happening| (wish.start..=wish.end).contains(&happening.at));
        // Stable: what one person does at one time stays in its order.
        plan.happenings.sort_by_key(|happening| happening.at);
        plan
    }
}

fn running_sum(weights: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let add = |weight: &f64| {
        sum += weight;
        sum
    };
    weights.iter().map(add).collect()
}

/// A plan in the making.
struct Maker {
    plan: Plan,
    zone: jiff::tz::TimeZone,
    /// The midnights of the span, and the weights of the days added up.
    days: Vec<Time>,
    sums: Vec<f64>,
    hours: Vec<f64>,
}

impl Maker {
    /// One person from their first visit to their last.
    fn live(&mut self, mut dice: Dice, is_named: bool) {
        let n = self.plan.people.len() as u32;
        let person = Person::make(&mut dice, n, is_named);
        // Some were there before the history begins.
        let first = match dice.chance(0.26) {
            true => dice.between(0, (self.days.len() as i64 / 7).max(1) - 1) as usize,
            false => dice.place(&self.sums),
        };
        let more = match (is_named, dice.unit()) {
            (false, _) => dice.run(0.25, 3),
            (_, luck) if luck < 0.34 => 0,
            (_, luck) if luck < 0.80 => 1 + dice.run(0.62, 8),
            _ => 4 + dice.run(0.86, 26),
        };
        let share = self.sums[first] / self.sums[self.sums.len() - 1];
        let mut days: Vec<usize> = (0..more).map(|_| dice.place_after(&self.sums, share)).collect();
        days.push(first);
        days.sort_unstable();
        days.dedup();
        self.plan.people.push(person);
        let mut visitor = Visitor::new(n);
        for day in days {
            let at = self.moment(&mut dice, day);
            visitor.visit(self, &mut dice, at);
        }
    }

    /// A moment of a day, by how busy its hours are.
    fn moment(&self, dice: &mut Dice, day: usize) -> Time {
        let hour = dice.place(&self.hours) as i64;
        Time(self.days[day].0 + hour * base::HOUR + dice.between(0, base::HOUR - 1))
    }
}
