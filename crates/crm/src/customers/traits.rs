//! What an `identify` says of a customer. Traits may arrive late: each keeps the newest word on it.

use super::model::{ADDRESS_MAX, Facts, OPEN_MAX, Profile};
use crate::calls::Traits;
use base::Time;

/// Applies traits; a trait that is not said stays as it is, and so does one of which a newer word is known. Says whether the
/// owning agent that the traits name is the newest word on it.
pub fn apply_traits(facts: &mut Facts, traits: &Traits, at: Time) -> bool {
    let profile = &mut facts.profile;
    let mut said: Vec<Box<str>> = Vec::new();
    macro_rules! take {
        ($($name:literal $field:ident $value:expr;)*) => {$(
            if $value.is_some() && profile.is_newer($name, profile.$field.is_some(), at) {
                profile.$field.clone_from(&$value);
                said.push($name.into());
            }
        )*};
    }
    let address = traits.address.clone().filter(|address| address.len() <= ADDRESS_MAX);
    take! {
        "email" email traits.email;
        "phone" phone traits.phone;
        "firstName" first_name traits.first_name;
        "lastName" last_name traits.last_name;
        "name" name traits.name;
        "language" language traits.language;
        "timeZone" time_zone traits.time_zone;
        "address" address address;
    }
    if profile.language.is_none() && traits.locale.is_some() {
        // What a device speaks is only a guess at what its owner reads: any word on the language is newer.
        profile.language.clone_from(&traits.locale);
        profile.guess("language");
    }
    for (name, value) in &traits.open {
        let known = profile.open.iter().position(|(known, _)| known == name);
        if !profile.is_newer(name, known.is_some(), at) {
            continue;
        }
        if let Some(i) = known {
            profile.open.remove(i);
        }
        let size: usize = profile.open.iter().map(|(n, v)| n.len() + v.len()).sum();
        if **value != *"null" && size + name.len() + value.len() <= OPEN_MAX {
            profile.open.push((name.clone(), value.clone()));
            said.push(name.clone());
        }
    }
    let names_agent = traits.agent.is_some() && profile.is_newer("agent", profile.agent.is_some(), at);
    if names_agent {
        said.push("agent".into());
    }
    profile.remember(said, at);
    for (purpose, channel, is_granted) in &traits.consent {
        facts.say_consent(purpose, channel, *is_granted, at, "trait");
    }
    if let Some(tags) = &traits.tags {
        facts.tags.say(tags, at);
    }
    names_agent
}

impl Profile {
    /// Whether a word of this time is at least as new as the one known.
    fn is_newer(&self, name: &str, is_known: bool, at: Time) -> bool {
        let known_at = self.older.iter().find(|(known, _)| **known == *name).map(|(_, at)| *at);
        !is_known || at >= known_at.unwrap_or(self.said_at)
    }

    /// Remembers when traits were said: mostly all at once, so only those of another time are listed.
    fn remember(&mut self, said: Vec<Box<str>>, at: Time) {
        if said.is_empty() {
            return;
        }
        self.older.retain(|(known, _)| !said.contains(known));
        if at > self.said_at {
            let before = self.said_at;
            for name in self.names() {
                if !said.contains(&name) && !self.older.iter().any(|(known, _)| *known == name) {
                    self.older.push((name, before));
                }
            }
            self.said_at = at;
        } else if at < self.said_at {
            self.older.extend(said.into_iter().map(|name| (name, at)));
        }
    }

    /// The trait was not said, only concluded: any word on it is newer.
    pub(super) fn guess(&mut self, name: &str) {
        self.older.retain(|(known, _)| **known != *name);
        self.older.push((name.into(), Time::MIN));
    }

    /// The traits known.
    fn names(&self) -> Vec<Box<str>> {
        let own = [
            ("email", self.email.is_some()),
            ("phone", self.phone.is_some()),
            ("firstName", self.first_name.is_some()),
            ("lastName", self.last_name.is_some()),
            ("name", self.name.is_some()),
            ("language", self.language.is_some()),
            ("timeZone", self.time_zone.is_some()),
            ("address", self.address.is_some()),
            ("agent", self.agent.is_some()),
        ];
        let own = own.into_iter().filter(|(_, is_known)| *is_known).map(|(name, _)| name.into());
        own.chain(self.open.iter().map(|(name, _)| name.clone())).collect()
    }

    /// Takes over what another customer, who turned out to be this one, had said: where both did, the own word stands.
    pub(super) fn absorb(&mut self, other: Profile) {
        let times = |profile: &Profile, name: &str| {
            profile.older.iter().find(|(known, _)| **known == *name).map_or(profile.said_at, |(_, at)| *at)
        };
        let mut taken: Vec<(Box<str>, Time)> = Vec::new();
        macro_rules! take {
            ($($name:literal $field:ident;)*) => {$(
                if self.$field.is_none() && other.$field.is_some() {
                    taken.push(($name.into(), times(&other, $name)));
                    self.$field.clone_from(&other.$field);
                }
            )*};
        }
        take! {
            "email" email; "phone" phone; "firstName" first_name; "lastName" last_name; "name" name;
            "language" language; "timeZone" time_zone; "address" address; "agent" agent;
        }
        for (name, value) in &other.open {
            let size: usize = self.open.iter().map(|(n, v)| n.len() + v.len()).sum();
            if !self.open.iter().any(|(known, _)| known == name) && size + name.len() + value.len() <= OPEN_MAX {
                taken.push((name.clone(), times(&other, name)));
                self.open.push((name.clone(), value.clone()));
            }
        }
        for (name, at) in taken {
            self.older.retain(|(known, _)| *known != name);
            if at != self.said_at {
                self.older.push((name, at));
            }
        }
    }
}
