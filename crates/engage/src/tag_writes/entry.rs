//! What the customer's cell keeps of tags that a shop is to be told of.

use base::{Id, Time};
use crm::{connections::TagShop, customers::Facts};
use minicbor::{Decode, Encode};

/// Tags changed since one shop last heard of them. Only their names: what is to be done with each follows from whether the
/// customer has it when a writer asks.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct TagWrite {
    #[n(0)]
    pub id: Id,
    /// The source of the shop's connection.
    #[n(1)]
    pub source: i64,
    /// Names of tags of which the shop knows nothing yet.
    #[n(2)]
    pub changed: Vec<Box<str>>,
    /// Names of tags that a writer has in hand.
    #[n(3)]
    pub sent: Vec<Box<str>>,
    /// When the first of these tags was changed.
    #[n(4)]
    pub queued_at: Time,
    /// When the outbox runs it.
    #[n(5)]
    pub run_at: Time,
    /// Counts every question that was granted, so that a late word on an old one is known.
    #[n(6)]
    pub attempt: u32,
    /// Attempts since the shop last took something.
    #[n(7)]
    pub tries: u32,
}

/// Names in one entry; the oldest are forgotten beyond that.
const NAMES_MAX: usize = 200;

impl TagWrite {
    /// A tag was changed; the newest way of writing it counts.
    pub(super) fn note(&mut self, name: &str) {
        let key = crm::customers::tag_key(name);
        self.changed.retain(|known| crm::customers::tag_key(known) != key);
        if self.changed.len() == NAMES_MAX {
            self.changed.remove(0);
        }
        self.changed.push(name.into());
    }

    /// What was in hand waits again, unless it was changed since.
    pub(super) fn take_back(&mut self) {
        let newer = std::mem::take(&mut self.changed);
        self.changed = std::mem::take(&mut self.sent);
        newer.iter().for_each(|name| self.note(name));
    }

    /// About how many bytes it takes.
    pub fn weight(&self) -> usize {
        80 + self.changed.iter().chain(&self.sent).map(|name| name.len() + 4).sum::<usize>()
    }
}

/// An id of the customer's that a shop said itself: kept where ids do not tell which shop they are from.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Account {
    /// The source of the shop's connection.
    #[n(0)]
    pub source: i64,
    #[n(1)]
    pub id: Box<str>,
}

/// What a shop calls the customer: mostly one id, several after two accounts became one.
pub(super) fn ids_of(shop: &TagShop, facts: &Facts, accounts: &[Account]) -> Vec<String> {
    let known = facts.keys.iter().filter(|key| key.kind() == 'u').map(|key| key.value());
    match &shop.namespace {
        Some(namespace) => {
            known.filter_map(|id| id.strip_prefix(&**namespace)?.strip_prefix(':')).map(str::to_owned).collect()
        }
        None if shop.is_alone => known.map(str::to_owned).collect(),
        None => accounts.iter().filter(|account| account.source == shop.source).map(|of| of.id.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Key;

    #[test]
    fn an_id_is_only_that_of_the_shop_that_gave_it() {
        let facts =
            Facts { keys: ["12", "it:7", "it", "items:9"].map(|id| Key::new('u', id)).to_vec(), ..Facts::default() };
        let accounts = [Account { source: 3, id: "12".into() }];
        let check = |namespace: Option<&str>, is_alone: bool, source: i64, expected: &[&str]| {
            let shop = TagShop { source, name: String::new(), namespace: namespace.map(str::to_owned), is_alone };
            assert_eq!(ids_of(&shop, &facts, &accounts), expected, "{namespace:?} {is_alone} {source}");
        };
        check(Some("it"), false, 1, &["7"]);
        check(Some("de"), false, 1, &[]);
        check(None, true, 1, &["12", "it:7", "it", "items:9"]);
        check(None, false, 1, &[]);
        check(None, false, 3, &["12"]);
    }

    #[test]
    fn what_was_in_hand_waits_again_with_what_is_newer() {
        let mut write = TagWrite {
            id: Id::ZERO,
            source: 1,
            changed: vec!["vip".into()],
            sent: vec!["VIP".into(), "b2b".into()],
            queued_at: Time(0),
            run_at: Time(0),
            attempt: 1,
            tries: 1,
        };
        write.take_back();
        assert_eq!((write.changed, write.sent.len()), (vec!["b2b".into(), "vip".into()], 0));
    }
}
