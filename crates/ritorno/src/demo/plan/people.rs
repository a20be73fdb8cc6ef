//! Who they are.

use crate::demo::{
    chance::Dice,
    words::{CITIES, HOST_GONE, HOSTS, MEN, SURNAMES, WOMEN, plain},
};

/// Somebody who visits the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Whether they ever say who they are.
    pub is_named: bool,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: String,
    pub city: &'static str,
    pub language: &'static str,
    /// What they say about mails; `None`: nothing.
    pub consent: Option<bool>,
    /// Which agent sells to them, once somebody does.
    pub agent: u8,
    /// Buys for others: a guide, a mountain hut, a club.
    pub group: Option<&'static str>,
    /// The kind of product that they look at most.
    pub taste: u8,
}

/// For whom those buy who buy much.
const GROUPS: &[&str] = &["guida", "rifugio", "scuola", "club"];

impl Person {
    pub fn make(dice: &mut Dice, n: u32, is_named: bool) -> Person {
        let first_name = *if dice.chance(0.5) { dice.pick(WOMEN) } else { dice.pick(MEN) };
        let last_name = *dice.pick(SURNAMES);
        let host = if dice.chance(0.006) { HOST_GONE } else { *dice.pick(HOSTS) };
        let consent = match dice.unit() {
            luck if luck < 0.66 => Some(true),
            luck if luck < 0.72 => Some(false),
            _ => None,
        };
        let language = match dice.unit() {
            luck if luck < 0.93 => "it",
            luck if luck < 0.98 => "en",
            _ => "de",
        };
        Person {
            is_named,
            first_name,
            last_name,
            email: format!("{}.{}{}@{host}", plain(first_name), plain(last_name), n),
            city: dice.pick::<&str>(CITIES),
            language,
            consent,
            agent: dice.between(0, 3) as u8,
            group: (is_named && dice.chance(0.05)).then(|| *dice.pick(GROUPS)),
            taste: dice.between(0, 3) as u8,
        }
    }

    /// Whether the shop's agents look after them from the beginning.
    pub fn has_agent_at_once(&self) -> bool {
        self.group.is_some()
    }
}
