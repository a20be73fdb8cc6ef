//! Products that a customer asks for: on a wish list, or until they are back.

use super::model::Facts;
use base::Time;
use minicbor::{Decode, Encode};

/// Products that one customer asks for, and the bytes of their ids.
const WISHES_MAX: usize = 50;
const WISH_BYTES_MAX: usize = 200;
/// Ended wishes that wait for the next sweep; a row that stays beyond them names somebody who is asked and does not wish.
const ENDED_MAX: usize = 100;

/// A product on a wish list, or one of which the customer wants to hear when it is back.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Wish {
    #[n(0)]
    pub product_id: Box<str>,
    /// The one variant that is meant.
    #[n(1)]
    pub sku: Option<Box<str>>,
    #[n(2)]
    pub at: Time,
    /// It ends when the product is back.
    #[n(3)]
    pub is_once: bool,
}

impl Facts {
    /// The customer asks for a product; of very many the oldest are forgotten.
    pub fn wish(&mut self, wish: Wish) {
        if wish.product_id.len() > WISH_BYTES_MAX || wish.sku.as_ref().is_some_and(|sku| sku.len() > WISH_BYTES_MAX) {
            return;
        }
        self.ended_wishes.retain(|ended| *ended != wish.product_id);
        let is_same = |known: &&mut Wish| (&known.product_id, &known.sku) == (&wish.product_id, &wish.sku);
        match self.wishes.iter_mut().find(is_same) {
            // A place on the list is for good, whatever was asked for once.
            Some(known) => {
                known.at = known.at.max(wish.at);
                known.is_once &= wish.is_once;
            }
            None => self.wishes.push(wish),
        }
        if self.wishes.len() > WISHES_MAX {
            let oldest = self.wishes.remove(0);
            self.end_wish(&oldest.product_id);
        }
    }

    /// The customer asks for a product no more, from this time on.
    pub fn unwish(&mut self, product: &str, at: Time) {
        let before = self.wishes.len();
        self.wishes.retain(|wish| &*wish.product_id != product || wish.at > at);
        if self.wishes.len() < before {
            self.end_wish(product);
        }
    }

    /// What was asked for once has come true.
    pub fn grant_wish(&mut self, product: &str) {
        let before = self.wishes.len();
        self.wishes.retain(|wish| &*wish.product_id != product || !wish.is_once);
        if self.wishes.len() < before {
            self.end_wish(product);
        }
    }

    fn end_wish(&mut self, product: &str) {
        let is_there = self.wishes.iter().any(|wish| &*wish.product_id == product);
        if !is_there
            && self.ended_wishes.len() < ENDED_MAX
            && !self.ended_wishes.iter().any(|ended| &**ended == product)
        {
            self.ended_wishes.push(product.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is done at a second: `+p` wished, `?p` wished until it is back, `-p` taken from the list, `!p` back.
    fn check(done: &str, wished: &[&str], ended: &[&str]) {
        let mut facts = Facts::default();
        for (second, word) in done.split_whitespace().enumerate() {
            let (at, product) = (Time(second as i64 * base::SECOND), &word[1..]);
            let wish = |is_once| Wish { product_id: product.into(), sku: None, at, is_once };
            match word.as_bytes()[0] {
                b'+' => facts.wish(wish(false)),
                b'?' => facts.wish(wish(true)),
                b'-' => facts.unwish(product, at),
                _ => facts.grant_wish(product),
            }
        }
        let left: Vec<&str> = facts.wishes.iter().map(|wish| &*wish.product_id).collect();
        let gone: Vec<&str> = facts.ended_wishes.iter().map(|ended| &**ended).collect();
        assert_eq!((&*left, &*gone), (wished, ended), "{done}");
    }

    #[test]
    fn a_wish_lasts_until_it_is_taken_back_or_came_true() {
        check("+a +b", &["a", "b"], &[]);
        check("+a +a", &["a"], &[]);
        check("+a -a", &[], &["a"]);
        check("-a", &[], &[]);
        check("?a !a", &[], &["a"]);
        check("+a !a", &["a"], &[]);
        check("?a +a !a", &["a"], &[]);
        check("+a ?a !a", &["a"], &[]);
        check("+a -a +a", &["a"], &[]);
        check(&format!("+{}", "x".repeat(WISH_BYTES_MAX + 1)), &[], &[]);
    }

    #[test]
    fn of_very_many_wishes_the_oldest_go() {
        let mut facts = Facts::default();
        for n in 0..=WISHES_MAX {
            let product_id = format!("p{n}").into();
            facts.wish(Wish { product_id, sku: None, at: Time(n as i64), is_once: false });
        }
        assert_eq!(facts.wishes.len(), WISHES_MAX);
        assert_eq!(facts.ended_wishes, ["p0".into()]);
    }
}
