//! Tags: marks on a customer, by people and by the shop's `tags` trait. Compared without case; the case is kept as it was given.
//!
//! The trait is the whole list of what the shop says: a tag of the shop's that it no longer names goes. What a person gave stays,
//! and what a person took away does not come back by the trait.

use base::Time;
use minicbor::{Decode, Encode};
use runtime::{Counter, Domain, World};
use unicode_normalization::UnicodeNormalization;

/// Tags of one customer, at most.
pub const TAGS_MAX: usize = 50;
/// Characters of a tag, at most.
pub const TAG_CHARS_MAX: usize = 60;
/// Who gave the tags that the trait names.
const BY_TRAIT: &str = "trait";
/// The roll-up that holds how many customers have a tag: dimensions are the tag as compared and as written.
pub const METRIC: &str = "tagged";

/// A mark on a customer.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Tag {
    #[n(0)]
    pub name: Box<str>,
    /// When it was given.
    #[n(1)]
    pub at: Time,
    /// Who gave it: `trait`, `person:ID`, `key:ID`.
    #[n(2)]
    pub by: Box<str>,
}

/// A customer's tags, in the order of their names.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct Tags {
    #[n(0)]
    pub list: Vec<Tag>,
    /// What a person took away, as compared; the newest last.
    #[n(1)]
    taken: Vec<Box<str>>,
    /// When the trait was last said.
    #[n(2)]
    said_at: Time,
}

/// A text as a tag: trimmed, each run of white space one space. `None`: it is empty, too long, or has control characters.
pub fn tag_of(text: &str) -> Option<String> {
    if text.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return None;
    }
    let name = text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=TAG_CHARS_MAX).contains(&name.chars().count()).then_some(name)
}

/// What a tag is compared by.
pub fn tag_key(name: &str) -> String {
    name.nfc().collect::<String>().trim().to_lowercase()
}

impl Tags {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|tag| &*tag.name)
    }

    /// About how many bytes they take.
    pub fn weight(&self) -> usize {
        let tags: usize = self.list.iter().map(|tag| tag.name.len() + tag.by.len() + 16).sum();
        tags + self.taken.iter().map(|key| key.len() + 2).sum::<usize>()
    }

    /// A person or a program gives a tag; nothing changes where the customer has it.
    ///
    /// # Errors
    /// In words, where the customer has too many.
    pub fn give(&mut self, name: &str, at: Time, by: &str) -> Result<(), String> {
        let key = tag_key(name);
        self.taken.retain(|taken| **taken != *key);
        if let Some(known) = self.list.iter_mut().find(|tag| tag_key(&tag.name) == key) {
            if &*known.by == BY_TRAIT {
                // From now on it is a person's, and stays when the shop no longer names it.
                (known.at, known.by) = (at, by.into());
            }
            return Ok(());
        }
        if self.list.len() >= TAGS_MAX {
            return Err(format!("a customer has at most {TAGS_MAX} tags: take one away first"));
        }
        self.insert(Tag { name: name.into(), at, by: by.into() });
        Ok(())
    }

    /// A person or a program takes a tag away.
    pub fn take(&mut self, name: &str) {
        let key = tag_key(name);
        self.list.retain(|tag| tag_key(&tag.name) != key);
        self.taken.retain(|taken| **taken != *key);
        if self.taken.len() == TAGS_MAX {
            self.taken.remove(0);
        }
        self.taken.push(key.into());
    }

    /// The shop says its whole list; an older word than the one known changes nothing. Beyond the limit the rest is left out.
    pub fn say(&mut self, names: &[Box<str>], at: Time) {
        if at < self.said_at {
            return;
        }
        self.said_at = at;
        let said: Vec<String> = names.iter().map(|name| tag_key(name)).collect();
        self.list.retain(|tag| &*tag.by != BY_TRAIT || said.contains(&tag_key(&tag.name)));
        for (name, key) in names.iter().zip(&said) {
            let is_taken = self.taken.iter().any(|taken| **taken == **key);
            if !is_taken && self.list.len() < TAGS_MAX && !self.list.iter().any(|tag| tag_key(&tag.name) == *key) {
                self.insert(Tag { name: name.clone(), at, by: BY_TRAIT.into() });
            }
        }
    }

    /// Takes over the tags of another customer, who turned out to be this one.
    pub fn join(&mut self, other: Tags) {
        for tag in other.list {
            let key = tag_key(&tag.name);
            let known = self.list.iter().position(|known| tag_key(&known.name) == key);
            match known {
                Some(i) if &*self.list[i].by == BY_TRAIT => {
                    self.list[i] = Tag { name: self.list[i].name.clone(), ..tag }
                }
                Some(_) => {}
                None if self.list.len() < TAGS_MAX => self.insert(tag),
                None => {}
            }
        }
        let list = &self.list;
        self.taken.extend(other.taken);
        self.taken.retain(|taken| !list.iter().any(|tag| *tag_key(&tag.name) == **taken));
        let extra = self.taken.len().saturating_sub(TAGS_MAX);
        self.taken.drain(..extra);
        self.said_at = self.said_at.max(other.said_at);
    }

    fn insert(&mut self, tag: Tag) {
        let key = tag_key(&tag.name);
        let at = self.list.partition_point(|known| tag_key(&known.name) < key);
        self.list.insert(at, tag);
    }
}

/// Counts what changed between two states of tags, for the list of tags in use.
pub fn count_tags<D: Domain>(world: &mut World<'_, D>, before: &[&Tags], after: &Tags) {
    let mut left: Vec<&str> = before.iter().flat_map(|tags| tags.names()).collect();
    let mut came = Vec::new();
    for name in after.names() {
        match left.iter().position(|known| *known == name) {
            Some(i) => drop(left.swap_remove(i)),
            None => came.push(name),
        }
    }
    for (names, n) in [(left, -1), (came, 1)] {
        for name in names {
            let counter = Counter { day: 0, metric: METRIC, flow: &tag_key(name), step: name, currency: "" };
            world.count(counter, n, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(tags: &Tags) -> Vec<&str> {
        tags.names().collect()
    }

    fn said(tags: &mut Tags, list: &[&str], at: i64) {
        let list: Vec<Box<str>> = list.iter().map(|name| (*name).into()).collect();
        tags.say(&list, Time(at));
    }

    #[test]
    fn a_tag_is_trimmed_and_has_a_bounded_length() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(tag_of(text).as_deref(), expected, "{text:?}");
        check("  Cliente   VIP ", Some("Cliente VIP"));
        check("山田 🙂", Some("山田 🙂"));
        check("due\nrighe", Some("due righe"));
        check("", None);
        check(" \t", None);
        check("nul\0", None);
        check(&"x".repeat(60), Some(&"x".repeat(60)));
        check(&"x".repeat(61), None);
    }

    #[test]
    fn a_tag_is_compared_without_case_and_keeps_its_own() {
        let mut tags = Tags::default();
        for name in ["VIP", "vip", "Èlite", "èLITE", "b2b"] {
            tags.give(name, Time(1), "person:a").unwrap();
        }
        assert_eq!(names(&tags), ["b2b", "VIP", "Èlite"]);
        tags.take("Vip");
        tags.take("unknown");
        assert_eq!(names(&tags), ["b2b", "Èlite"]);
    }

    #[test]
    fn a_customer_has_a_bounded_number_of_tags() {
        let mut tags = Tags::default();
        for n in 0..TAGS_MAX {
            tags.give(&format!("t{n}"), Time(1), "person:a").unwrap();
        }
        assert!(tags.give("one more", Time(1), "person:a").is_err());
        assert!(tags.give("T1", Time(1), "person:a").is_ok(), "one that is there is no new one");
        said(&mut tags, &["another"], 5);
        assert_eq!(tags.list.len(), TAGS_MAX);
    }

    #[test]
    fn the_shops_list_replaces_what_the_shop_said_and_nothing_else() {
        let mut tags = Tags::default();
        tags.give("mine", Time(1), "person:a").unwrap();
        said(&mut tags, &["gold", "news"], 10);
        assert_eq!(names(&tags), ["gold", "mine", "news"]);
        said(&mut tags, &["gold", "late"], 5);
        assert_eq!(names(&tags), ["gold", "mine", "news"], "an older word changes nothing");
        tags.take("news");
        said(&mut tags, &["news", "silver"], 20);
        assert_eq!(names(&tags), ["mine", "silver"], "what a person took away stays away");
        tags.give("news", Time(21), "person:a").unwrap();
        said(&mut tags, &[], 30);
        assert_eq!(names(&tags), ["mine", "news"]);
    }

    #[test]
    fn joining_customers_joins_tags() {
        let (mut one, mut other) = (Tags::default(), Tags::default());
        one.give("VIP", Time(1), "person:a").unwrap();
        one.take("cold");
        other.give("vip", Time(2), "person:b").unwrap();
        other.give("cold", Time(2), "person:b").unwrap();
        one.join(other);
        assert_eq!(names(&one), ["cold", "VIP"]);
        said(&mut one, &["cold"], 9);
        assert_eq!(names(&one), ["cold", "VIP"]);
    }
}
