//! What will be sent, drawn from a seed: customers who fill carts, and what must be known of each of them in the end.

use base::{Clock, SystemClock, Time, stable_hash_seeded};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

/// Repeatable chance.
pub struct Dice {
    seed: u64,
    rolls: AtomicU64,
}

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice { seed, rolls: AtomicU64::new(0) }
    }

    /// A number below `n`.
    pub fn below(&self, n: usize) -> usize {
        let roll = self.rolls.fetch_add(1, Ordering::Relaxed);
        (stable_hash_seeded(self.seed, &roll.to_le_bytes()) % n.max(1) as u64) as usize
    }

    pub fn one_in(&self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A pause of up to so many milliseconds.
    pub fn millis(&self, most: usize) -> std::time::Duration {
        std::time::Duration::from_millis(self.below(most + 1) as u64)
    }
}

/// A customer, and what the calls about them add up to.
#[derive(Debug, Default)]
pub struct Customer {
    /// Unknown until the last call says who it was.
    pub is_stranger: bool,
    /// Ends with an order.
    pub buys: bool,
    /// The mail server refuses the address for good.
    pub is_refused: bool,
    pub calls: u64,
    /// Quantities by product.
    pub cart: BTreeMap<usize, i64>,
}

/// One call to be sent, once.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub customer: usize,
    /// The how-manieth about this customer: with it the message id.
    pub n: u64,
    pub what: What,
}

#[derive(Debug, Clone, Copy)]
pub enum What {
    Identify,
    Added(usize, i64),
    Removed(usize, i64),
    Viewed(usize),
    CartViewed,
    Checkout,
    Page,
    Order,
}

pub struct Plan {
    pub customers: Vec<Customer>,
    /// Who the known customers are; all of these are acknowledged before the rest begins, so that nobody is written to
    /// before the address is known.
    pub first: Vec<Call>,
    pub rest: Vec<Call>,
    /// Times of calls: as the clock says, no two the same.
    stamp: AtomicI64,
}

const CALLS_EACH: usize = 20;
const PRODUCTS: usize = 40;

/// A product's price in euro: three are so dear that a cart with one is the agent's.
pub fn price(product: usize) -> i64 {
    if product >= PRODUCTS - 3 { 2_400 } else { 5 + 3 * product as i64 }
}

impl Plan {
    pub fn new(seed: u64, events: usize) -> Plan {
        let dice = Dice::new(seed ^ 0x00c0_ffee);
        let mut plan = Plan { customers: Vec::new(), first: Vec::new(), rest: Vec::new(), stamp: AtomicI64::new(0) };
        let mut waiting: Vec<Vec<Call>> = Vec::new();
        for customer in 0..(events / CALLS_EACH).max(1) {
            let (known, mut calls) = plan.draw(&dice, customer);
            plan.first.extend(known);
            calls.reverse();
            waiting.push(calls);
        }
        // Everybody's calls in their own order, the customers among each other in none.
        while !waiting.is_empty() {
            let i = dice.below(waiting.len());
            match waiting[i].pop() {
                Some(call) => plan.rest.push(call),
                None => drop(waiting.swap_remove(i)),
            }
        }
        plan
    }

    /// One customer: the call that names them, if it comes first, and all others.
    fn draw(&mut self, dice: &Dice, customer: usize) -> (Option<Call>, Vec<Call>) {
        let is_stranger = dice.one_in(8);
        let mut who = Customer { is_stranger, buys: !is_stranger && dice.one_in(6), ..Customer::default() };
        who.is_refused = !who.buys && dice.one_in(25);
        let mut whats = Vec::new();
        // One product stays inside whatever else is taken out, so that the cart is never empty.
        let stays = dice.below(PRODUCTS);
        whats.push(What::Added(stays, 1));
        who.cart.insert(stays, 1);
        for _ in 0..CALLS_EACH - 3 {
            let product = dice.below(PRODUCTS);
            let inside = who.cart.entry(product).or_default();
            whats.push(match dice.below(10) {
                0..=3 => {
                    let n = 1 + dice.below(3) as i64;
                    *inside += n;
                    What::Added(product, n)
                }
                4..=5 if *inside > i64::from(product == stays) => {
                    *inside -= 1;
                    What::Removed(product, 1)
                }
                6 => What::CartViewed,
                7 => What::Page,
                8 => What::Checkout,
                _ => What::Viewed(product),
            });
        }
        match (who.is_stranger, who.buys) {
            (true, _) => whats.push(What::Identify),
            (false, true) => whats.push(What::Order),
            (false, false) => whats.push(What::Page),
        }
        let known = (!who.is_stranger).then_some(Call { customer, n: 0, what: What::Identify });
        let begin = u64::from(known.is_some());
        let calls: Vec<Call> = (begin..).zip(whats).map(|(n, what)| Call { customer, n, what }).collect();
        who.calls = begin + calls.len() as u64;
        self.customers.push(who);
        (known, calls)
    }

    pub fn total(&self) -> usize {
        self.first.len() + self.rest.len()
    }

    /// The body of a batch; the times are those of this moment, and a repeated batch keeps them.
    pub fn body(&self, calls: &[Call]) -> Vec<u8> {
        let texts: Vec<String> = calls.iter().map(|call| self.text(call)).collect();
        format!("{{\"batch\":[{}]}}", texts.join(",")).into_bytes()
    }

    fn text(&self, call: &Call) -> String {
        let k = call.customer;
        let who = &self.customers[k];
        let now = SystemClock.now().0;
        let last = self.stamp.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
        let at = Time(now.max(last.expect("the closure always answers") + 1));
        let ids = match (who.is_stranger, call.what) {
            (true, What::Identify) => format!(r#""userId":"u{k}","anonymousId":"a{k}""#),
            (true, _) => format!(r#""anonymousId":"a{k}""#),
            (false, _) => format!(r#""userId":"u{k}""#),
        };
        let inside = match call.what {
            What::Identify => {
                let language = if k.is_multiple_of(3) { "en" } else { "it" };
                let agent =
                    if k.is_multiple_of(2) { r#","agent":{"email":"anna@shop.test","name":"Anna"}"# } else { "" };
                let traits = format!(
                    r#""email":"{}","firstName":"Nome {k}","language":"{language}","consent":{{"marketing":{{"email":true}}}}{agent}"#,
                    address(k, who.is_refused)
                );
                format!(r#""type":"identify","traits":{{{traits}}}"#)
            }
            What::Page => r#""type":"page","name":"Shop""#.to_owned(),
            What::Added(product, n) => track("Product Added", &format!(r#""cart_id":"cart-{k}",{}"#, line(product, n))),
            What::Removed(product, n) => {
                track("Product Removed", &format!(r#""cart_id":"cart-{k}",{}"#, line(product, n)))
            }
            What::Viewed(product) => track("Product Viewed", &line(product, 1)),
            What::CartViewed => track("Cart Viewed", &format!(r#""cart_id":"cart-{k}""#)),
            What::Checkout => track("Checkout Started", &format!(r#""cart_id":"cart-{k}","checkout_id":"check-{k}""#)),
            What::Order => {
                let lines =
                    who.cart.iter().filter(|(_, n)| **n > 0).map(|(product, n)| format!("{{{}}}", line(*product, *n)));
                let products = lines.collect::<Vec<_>>().join(",");
                track(
                    "Order Completed",
                    &format!(
                        r#""order_id":"order-{k}","cart_id":"cart-{k}","total":{},"currency":"EUR","products":[{products}]"#,
                        order_total(k)
                    ),
                )
            }
        };
        format!(r#"{{"messageId":"{}","timestamp":"{at}",{ids},{inside}}}"#, message_id(call))
    }
}

pub fn message_id(call: &Call) -> String {
    format!("m{}-{}", call.customer, call.n)
}

pub fn address(customer: usize, is_refused: bool) -> String {
    let domain = if is_refused { "refused.test" } else { "people.test" };
    format!("c{customer}@{domain}")
}

/// What an order is worth, in euro.
pub fn order_total(customer: usize) -> i64 {
    20 + (customer as i64 % 300)
}

fn line(product: usize, n: i64) -> String {
    format!(
        r#""product_id":"p{product}","name":"Prodotto {product}","price":{},"quantity":{n},"currency":"EUR""#,
        price(product)
    )
}

fn track(event: &str, properties: &str) -> String {
    format!(r#""type":"track","event":"{event}","properties":{{{properties}}}"#)
}
