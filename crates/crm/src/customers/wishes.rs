//! Products that a customer asks for: on a wish list, or until they are back.

use super::model::Facts;
use base::Time;
use minicbor::{Decode, Encode};

/// Products that one customer asks for, and the bytes of their ids.
const WISHES_MAX: usize = 50;
const WISH_BYTES_MAX: usize = 200;
/// Ended wishes that wait for the next sweep; a row that stays beyond them names somebody who is asked and does not wish.
const ENDED_MAX: usize = 100;

/// Where something stands in the order of what a customer did: its time, and of two with one time the hash of the message's id.
pub type Moment = (Time, u64);

/// A product on a wish list, or one of which the customer wants to hear when it is back.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Wish {
    #[n(0)]
    pub product_id: Box<str>,
    /// The one variant that is meant.
    #[n(1)]
    pub sku: Option<Box<str>>,
    /// When it was last asked for; where it is on the list, when it was put there last.
    #[n(2)]
    pub at: Time,
    /// It ends when the product is back.
    #[n(3)]
    pub is_once: bool,
    #[n(4)]
    #[cbor(default)]
    tie: u64,
    /// When it was last asked for once, beside its place on the list.
    #[n(5)]
    once: Option<Moment>,
}

impl Wish {
    /// What was asked for at these moments: a place on the list is for good, whatever was asked for once.
    fn of(product_id: Box<str>, sku: Option<Box<str>>, listed: Option<Moment>, once: Option<Moment>) -> Option<Wish> {
        let (at, tie) = listed.or(once)?;
        Some(Wish { product_id, sku, at, tie, is_once: listed.is_none(), once: once.filter(|_| listed.is_some()) })
    }

    /// When it was put on the list last, and asked for once.
    fn asked(&self) -> (Option<Moment>, Option<Moment>) {
        let own = (self.at, self.tie);
        if self.is_once { (None, Some(own)) } else { (Some(own), self.once) }
    }
}

impl Facts {
    /// The customer asks for a product, for good or until it is back.
    pub fn wish(&mut self, product_id: &str, sku: Option<&str>, moment: Moment, is_once: bool) {
        let is_long = |id: &str| id.len() > WISH_BYTES_MAX;
        if is_long(product_id) || sku.is_some_and(is_long) {
            return;
        }
        let (listed, once) = if is_once { (None, Some(moment)) } else { (Some(moment), None) };
        self.join_wish(Wish::of(product_id.into(), sku.map(Into::into), listed, once).expect("it was asked for"));
    }

    /// A wish beside those that are known, in whatever order they were heard of; of very many the oldest are forgotten.
    fn join_wish(&mut self, wish: Wish) {
        let is_same = |known: &Wish| (&known.product_id, &known.sku) == (&wish.product_id, &wish.sku);
        let known = self.wishes.iter().position(is_same).map(|n| self.wishes.remove(n));
        let (known_listed, known_once) = known.as_ref().map_or((None, None), Wish::asked);
        let taken_back = self.unwished.iter().find(|(product, _)| *product == wish.product_id).map(|(_, at)| *at);
        let (listed, once) = wish.asked();
        let newest =
            |a: Option<Moment>, b: Option<Moment>| a.max(b).filter(|at| taken_back.is_none_or(|back| *at > back));
        let (listed, once) = (newest(listed, known_listed), newest(once, known_once));
        let Some(wish) = Wish::of(wish.product_id, wish.sku, listed, once) else { return };
        self.ended_wishes.retain(|ended| *ended != wish.product_id);
        self.wishes.push(wish);
        if self.wishes.len() > WISHES_MAX {
            let age = |wish: &Wish| {
                let (listed, once) = wish.asked();
                listed.max(once)
            };
            let oldest = (0..self.wishes.len()).min_by_key(|n| age(&self.wishes[*n]));
            let oldest = self.wishes.remove(oldest.expect("there are many"));
            self.end_wish(&oldest.product_id);
        }
    }

    /// The customer asks for a product no more, from this moment on: a wish of before that comes late is none.
    pub fn unwish(&mut self, product: &str, moment: Moment) {
        if product.len() > WISH_BYTES_MAX {
            return;
        }
        match self.unwished.iter_mut().find(|(known, _)| &**known == product) {
            Some((_, at)) => *at = moment.max(*at),
            None => self.unwished.push((product.into(), moment)),
        }
        if self.unwished.len() > WISHES_MAX {
            let oldest = (0..self.unwished.len()).min_by_key(|n| self.unwished[*n].1);
            self.unwished.remove(oldest.expect("there are many"));
        }
        self.keep_wishes(product, |listed, once| (listed.filter(|at| *at > moment), once.filter(|at| *at > moment)));
    }

    /// What was asked for once has come true. That is told by us, when it is told, and concerns the wishes known by then.
    pub fn grant_wish(&mut self, product: &str) {
        self.keep_wishes(product, |listed, _| (listed, None));
    }

    /// All that another customer asked for and took back, who is the same person.
    pub fn join_wishes(&mut self, wishes: Vec<Wish>, unwished: Vec<(Box<str>, Moment)>) {
        unwished.into_iter().for_each(|(product, at)| self.unwish(&product, at));
        wishes.into_iter().for_each(|wish| self.join_wish(wish));
    }

    /// Keeps of the wishes for a product what `keep` says.
    fn keep_wishes(
        &mut self,
        product: &str,
        keep: impl Fn(Option<Moment>, Option<Moment>) -> (Option<Moment>, Option<Moment>),
    ) {
        let before = self.wishes.len();
        let kept = std::mem::take(&mut self.wishes).into_iter().filter_map(|wish| {
            if &*wish.product_id != product {
                return Some(wish);
            }
            let (listed, once) = wish.asked();
            let (listed, once) = keep(listed, once);
            Wish::of(wish.product_id, wish.sku, listed, once)
        });
        self.wishes = kept.collect();
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
    use proptest::prelude::*;

    /// `+p` wished, `?p` wished until it is back, `-p` taken from the list, `!p` back.
    fn tell(facts: &mut Facts, word: &str, moment: Moment) {
        let product = &word[1..];
        match word.as_bytes()[0] {
            b'+' => facts.wish(product, None, moment, false),
            b'?' => facts.wish(product, None, moment, true),
            b'-' => facts.unwish(product, moment),
            _ => facts.grant_wish(product),
        }
    }

    fn left(facts: &Facts) -> Vec<(&str, bool)> {
        let mut left: Vec<_> = facts.wishes.iter().map(|wish| (&*wish.product_id, wish.is_once)).collect();
        left.sort_unstable();
        left
    }

    /// What is done, each a second after the one before.
    fn check(done: &str, wished: &[&str], ended: &[&str]) {
        let mut facts = Facts::default();
        for (second, word) in done.split_whitespace().enumerate() {
            tell(&mut facts, word, (Time(second as i64 * base::SECOND), 0));
        }
        let left: Vec<&str> = left(&facts).into_iter().map(|(product, _)| product).collect();
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
        check("+a -a ?a !a", &[], &["a"]);
        check(&format!("+{}", "x".repeat(WISH_BYTES_MAX + 1)), &[], &[]);
    }

    #[test]
    fn the_time_decides_and_not_the_arrival() {
        let at = |second: i64, tie| (Time(second * base::SECOND), tie);
        let check = |told: &[(&str, Moment)], expected: &[(&str, bool)]| {
            let mut facts = Facts::default();
            told.iter().for_each(|(word, moment)| tell(&mut facts, word, *moment));
            assert_eq!(left(&facts), expected, "{told:?}");
        };
        check(&[("-a", at(2, 0)), ("+a", at(1, 0))], &[]);
        check(&[("-a", at(1, 0)), ("+a", at(2, 0))], &[("a", false)]);
        // One time: the message's hash is the last word.
        check(&[("-a", at(1, 7)), ("+a", at(1, 3))], &[]);
        check(&[("+a", at(1, 9)), ("-a", at(1, 7))], &[("a", false)]);
        check(&[("?a", at(3, 0)), ("-a", at(2, 0)), ("+a", at(1, 0))], &[("a", true)]);
    }

    #[test]
    fn of_very_many_wishes_the_oldest_go() {
        let mut facts = Facts::default();
        for n in (0..=WISHES_MAX).rev() {
            facts.wish(&format!("p{n}"), None, (Time(n as i64), 0), false);
        }
        assert_eq!(facts.wishes.len(), WISHES_MAX);
        assert_eq!(facts.ended_wishes, ["p0".into()]);
    }

    #[test]
    fn wishes_of_before_are_read() {
        #[derive(Encode)]
        struct Before {
            #[n(0)]
            product_id: Box<str>,
            #[n(1)]
            sku: Option<Box<str>>,
            #[n(2)]
            at: Time,
            #[n(3)]
            is_once: bool,
        }
        let before = Before { product_id: "a".into(), sku: None, at: Time(5), is_once: true };
        let bytes = minicbor::to_vec(before).unwrap();
        let wish: Wish = minicbor::decode(&bytes).unwrap();
        assert_eq!(Some(wish), Wish::of("a".into(), None, None, Some((Time(5), 0))));
    }

    fn told() -> impl Strategy<Value = Vec<(String, i64, u64)>> {
        let one = (prop::sample::select(vec!["+a", "?a", "-a", "+b", "?b", "-b"]), 0..6i64, 0..4u64);
        prop::collection::vec(one.prop_map(|(word, at, tie)| (word.to_owned(), at, tie)), 0..14)
    }

    proptest! {
        /// Whatever way the events come in, and by however many customers who turn out to be one.
        #[test]
        fn any_order_ends_with_the_same_wishes(told in told().prop_flat_map(|told| (Just(told.clone()), Just(told).prop_shuffle())), split in 0..14usize) {
            // One moment is one message, which says one thing.
            let mut said = std::collections::BTreeMap::new();
            for (word, at, tie) in &told.0 {
                said.entry((*at, *tie)).or_insert_with(|| word.clone());
            }
            let is_it = |(word, at, tie): &&(String, i64, u64)| said[&(*at, *tie)] == *word;
            let fold = |told: &[(String, i64, u64)]| {
                let mut facts = Facts::default();
                told.iter().filter(is_it).for_each(|(word, at, tie)| tell(&mut facts, word, (Time(*at), *tie)));
                facts
            };
            let whole = fold(&told.0);
            let shuffled = fold(&told.1);
            prop_assert_eq!(left(&whole), left(&shuffled));
            let (one, other) = told.1.split_at(split.min(told.1.len()));
            let (mut one, other) = (fold(one), fold(other));
            one.join_wishes(other.wishes, other.unwished);
            prop_assert_eq!(left(&whole), left(&one));
        }
    }
}
