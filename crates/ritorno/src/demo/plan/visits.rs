//! What people do when they visit: look, gather, buy, leave.

use super::{Act, Cart, Happening, Line, Maker, Reply};
use crate::demo::{catalogue::PRODUCTS, chance::Dice, season};
use base::{DAY, HOUR, MINUTE, SECOND, Time};

/// A person from visit to visit.
pub(super) struct Visitor {
    person: u32,
    is_known: bool,
    has_agent: bool,
    orders: u32,
    /// Cents, over all orders of which they were sure when they left.
    spent: i64,
}

/// One visit under way.
struct Visit {
    at: Time,
    device: u8,
    is_known: bool,
}

/// Spent more than this, in cents, a customer gets an agent.
const VALUABLE: i64 = 120_000;

impl Visitor {
    pub fn new(person: u32) -> Visitor {
        Visitor { person, is_known: false, has_agent: false, orders: 0, spent: 0 }
    }

    fn say(&self, maker: &mut Maker, visit: &Visit, act: Act) {
        let Visit { at, device, is_known } = *visit;
        maker.plan.happenings.push(Happening { at, person: self.person, device, is_known, act });
    }

    /// As [`say`](Self::say), later and by the shop's own system or in another visit of somebody who is known.
    fn say_later(&self, maker: &mut Maker, at: Time, act: Act) {
        maker.plan.happenings.push(Happening { at, person: self.person, device: 0, is_known: true, act });
    }

    pub fn visit(&mut self, maker: &mut Maker, dice: &mut Dice, at: Time) {
        let device = u8::from(dice.chance(0.3));
        let mut visit = Visit { at, device, is_known: self.is_known && dice.chance(0.8) };
        self.say(maker, &visit, Act::Page);
        let views = 1 + dice.run(0.58, 8);
        let mut seen: Vec<u16> = Vec::with_capacity(views as usize);
        for _ in 0..views {
            let product = self.choose(maker, dice, at);
            visit.at = visit.at.plus(dice.between(12 * SECOND, 110 * SECOND));
            self.say(maker, &visit, Act::View { product });
            seen.push(product);
        }
        seen.sort_unstable();
        seen.dedup();
        let gathers = if self.is_known { 0.43 } else { 0.52 };
        if dice.chance(gathers) {
            self.gather(maker, dice, visit, &seen);
        } else if !self.is_known && self.is_named(maker) {
            // The newsletter's little form.
            visit.at = visit.at.plus(dice.between(15 * SECOND, 50 * SECOND));
            self.identify(maker, &mut visit);
        }
    }

    fn is_named(&self, maker: &Maker) -> bool {
        maker.plan.people[self.person as usize].is_named
    }

    fn identify(&mut self, maker: &mut Maker, visit: &mut Visit) {
        visit.is_known = true;
        self.say(maker, visit, Act::Identify);
        self.is_known = true;
        if !self.has_agent && maker.plan.people[self.person as usize].has_agent_at_once() {
            self.has_agent = true;
            self.say_later(maker, visit.at.plus(MINUTE), Act::Agent);
        }
    }

    /// A product by taste and season.
    fn choose(&self, maker: &Maker, dice: &mut Dice, at: Time) -> u16 {
        let taste = usize::from(maker.plan.people[self.person as usize].taste);
        let mut sum = 0.0;
        let add = |product: &crate::demo::catalogue::Product| {
            let liked = if product.kind as usize == taste { 3.2 } else { 1.0 };
            // Of the dear ones fewer are wanted.
            sum += liked * season::wanted(product, at, &maker.zone) * (15_000.0 / product.price as f64).powf(0.35);
            sum
        };
        let sums: Vec<f64> = PRODUCTS.iter().map(add).collect();
        dice.place(&sums) as u16
    }

    /// Puts some of what was seen into a cart, and buys it or leaves it.
    fn gather(&mut self, maker: &mut Maker, dice: &mut Dice, mut visit: Visit, seen: &[u16]) {
        let is_big = maker.plan.people[self.person as usize].group.is_some() && dice.chance(0.42);
        let lines = lines_of(dice, seen, is_big);
        let cart = maker.plan.carts.len() as u32;
        for n in 0..lines.len() {
            visit.at = visit.at.plus(dice.between(8 * SECOND, 70 * SECOND));
            self.say(maker, &visit, Act::Add { cart, line: n as u8 });
        }
        if dice.chance(0.12) {
            let product = self.choose(maker, dice, visit.at);
            if !lines.iter().any(|line| line.product == product) {
                visit.at = visit.at.plus(30 * SECOND);
                self.say(maker, &visit, Act::Remove { cart, product });
            }
        }
        maker.plan.carts.push(Cart { person: self.person, lines, left_at: None, reply: None });
        if dice.chance(0.75) {
            visit.at = visit.at.plus(dice.between(5 * SECOND, 40 * SECOND));
            self.say(maker, &visit, Act::CartViewed { cart });
        }
        let buys = match (is_big, self.orders) {
            (true, _) => 0.24,
            (_, 0) => 0.27,
            _ => 0.38,
        };
        let is_named = self.is_named(maker);
        if is_named && dice.chance(buys) {
            self.check_out(maker, dice, &mut visit, cart);
            let ordered_at = visit.at.plus(dice.between(MINUTE, 6 * MINUTE));
            self.order(maker, dice, ordered_at, visit.device, cart);
            return;
        }
        if is_named && (dice.chance(0.62) || !self.is_known) {
            self.check_out(maker, dice, &mut visit, cart);
        }
        self.leave(maker, dice, visit, cart, is_big);
    }

    fn check_out(&mut self, maker: &mut Maker, dice: &mut Dice, visit: &mut Visit, cart: u32) {
        visit.at = visit.at.plus(dice.between(10 * SECOND, 60 * SECOND));
        if !visit.is_known {
            self.identify(maker, visit);
            visit.at = visit.at.plus(20 * SECOND);
        }
        self.say(maker, visit, Act::CheckoutStarted { cart });
        if dice.chance(0.6) {
            visit.at = visit.at.plus(dice.between(20 * SECOND, 120 * SECOND));
            self.say(maker, visit, Act::CheckoutStep { cart, step: 2 });
        }
    }

    fn order(&mut self, maker: &mut Maker, dice: &mut Dice, at: Time, device: u8, cart: u32) {
        let act = Act::Ordered { cart };
        maker.plan.happenings.push(Happening { at, person: self.person, device, is_known: true, act });
        let total = maker.plan.carts[cart as usize].total();
        self.orders += 1;
        self.spent += total;
        if !self.has_agent && self.spent > VALUABLE {
            self.has_agent = true;
            self.say_later(maker, at.plus(dice.between(HOUR, 30 * HOUR)), Act::Agent);
        }
        if dice.chance(0.04) {
            self.say_later(maker, at.plus(dice.between(5 * DAY, 20 * DAY)), Act::Refunded { cart });
        }
    }

    /// The cart stays behind; what becomes of it is decided here and happens later.
    fn leave(&mut self, maker: &mut Maker, dice: &mut Dice, visit: Visit, cart: u32, is_big: bool) {
        maker.plan.carts[cart as usize].left_at = Some(visit.at);
        if !self.is_named(maker) {
            return;
        }
        // Some come back by themselves, the same day or later.
        let luck = dice.unit();
        if luck < 0.05 {
            let ordered_at = visit.at.plus(dice.between(40 * MINUTE, 18 * HOUR));
            self.order(maker, dice, ordered_at, visit.device, cart);
            return;
        }
        if luck < 0.075 {
            let ordered_at = visit.at.plus(dice.between(26 * HOUR, 9 * DAY));
            self.order(maker, dice, ordered_at, visit.device, cart);
            return;
        }
        if is_big && maker.plan.carts[cart as usize].total() >= 200_000 {
            self.called(maker, dice, visit.at, cart);
            return;
        }
        if dice.chance(0.27) {
            let nth = 1 + dice.run(0.24, 2) as u8;
            let click_after = (dice.wait(5.0 * HOUR as f64) as i64).max(4 * MINUTE);
            let order_after = dice.chance(0.40).then(|| dice.between(3 * MINUTE, 40 * MINUTE));
            let unsubscribes = dice.chance(0.03);
            maker.plan.carts[cart as usize].reply = Some(Reply { nth, click_after, order_after, unsubscribes });
        }
    }

    /// A cart that an agent is told of after a day: most of them call.
    fn called(&mut self, maker: &mut Maker, dice: &mut Dice, left_at: Time, cart: u32) {
        if !dice.chance(0.78) {
            return;
        }
        let at = left_at.plus(24 * HOUR + dice.between(30 * MINUTE, 21 * HOUR));
        let outcome = dice.between(0, 2) as u8;
        self.say_later(maker, at, Act::Contacted { cart, outcome });
        match dice.unit() {
            luck if luck < 0.46 => {
                let ordered_at = at.plus(dice.between(20 * MINUTE, 3 * DAY));
                self.order(maker, dice, ordered_at, 1, cart);
            }
            luck if luck < 0.72 => self.say_later(maker, at.plus(5 * MINUTE), Act::Stage { cart, stage: 0 }),
            luck if luck < 0.88 => self.say_later(maker, at.plus(4 * DAY), Act::Stage { cart, stage: 1 }),
            _ => {}
        }
    }
}

/// What goes into the cart: a few things for oneself, or many of the same for a group.
fn lines_of(dice: &mut Dice, seen: &[u16], is_big: bool) -> Vec<Line> {
    let count = (1 + dice.run(0.38, 3) as usize).min(seen.len());
    let mut lines: Vec<Line> = Vec::with_capacity(count);
    // The last seen is the likeliest.
    for product in seen.iter().rev().take(count) {
        let sizes = PRODUCTS[usize::from(*product)].sizes.len() as i64;
        let quantity = match (is_big, PRODUCTS[usize::from(*product)].price) {
            (true, price) => (dice.between(160_000, 420_000) / price).clamp(2, 24) / count as i64 + 1,
            (false, price) if price < 8_000 && dice.chance(0.25) => 2,
            _ => 1,
        };
        let size = if sizes > 0 { dice.between(0, sizes - 1) as u8 } else { 0 };
        lines.push(Line { product: *product, quantity: quantity as u16, size });
    }
    lines
}
