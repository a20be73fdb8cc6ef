//! Who a call is about: keys to cells, and the join of an anonymous customer with the one it turns out to be.
//!
//! Two people who are both identified never merge by themselves: an anonymous cell joins a known one, and two cells of which
//! one has only an address and the other only a user id join when they name the same address. Everything else stays apart.

use super::model::Facts;
use crate::{
    calls::{Act, Call, What},
    carts::Rules,
};
use base::Id;
use runtime::{Domain, Key, Need, World};

/// A domain whose cells hold a customer's facts.
pub trait Holder: Domain {
    fn facts(cell: &Self::Cell) -> &Facts;
    fn facts_mut(cell: &mut Self::Cell) -> &mut Facts;
    fn rules(shared: &Self::Shared) -> Rules;
    /// Takes over what the other sections of the closed customer's cell hold (journeys, messages, touches).
    fn merge_action(from: &mut Self::Cell, into: &mut Self::Cell);
}

pub fn key_of(kind: char, value: &str) -> Key {
    Key::new(kind, value)
}

/// The key of an address, for looking up who has it.
pub fn address_key(address: &str) -> Key {
    Key::new('e', &address.to_lowercase())
}

/// Who a call is about.
pub struct Resolved {
    /// The person stamped on the event.
    pub customer: Id,
    /// The customer who owns the cart, checkout or order named, where that is another one.
    pub owner: Option<Id>,
}

/// The keys that the fold of a call will look up.
pub fn touches(call: &Call, keys: &mut Vec<Key>) {
    if let Some(id) = &call.user_id {
        keys.push(Key::new('u', id));
    }
    if let Some(id) = &call.anonymous_id {
        keys.push(Key::new('a', id));
    }
    match &call.act {
        Act::Identify(traits) => keys.extend(traits.email.as_deref().map(address_key)),
        Act::Alias { previous_id } => {
            keys.push(Key::new('u', previous_id));
            keys.push(Key::new('a', previous_id));
        }
        Act::Shop(event) => {
            keys.extend(event.cart_id.as_deref().map(|id| Key::new('c', id)));
            keys.extend(event.checkout_id.as_deref().map(|id| Key::new('k', id)));
            keys.extend(event.order_id.as_deref().map(|id| Key::new('o', id)));
            if let What::OrderCompleted(order) = &event.what {
                keys.extend(order.email.as_deref().map(address_key));
            }
        }
        _ => {}
    }
}

/// Finds or makes the customer of a call, joining what belongs together.
pub fn resolve<D: Holder>(domain: &D, call: &Call, world: &mut World<'_, D>) -> Result<Resolved, Need> {
    let user = find_living(domain, world, call.user_id.as_deref().map(|id| Key::new('u', id)))?;
    let anonymous = find_living(domain, world, call.anonymous_id.as_deref().map(|id| Key::new('a', id)))?;
    let mut customer = match (user, anonymous) {
        (Some(user), Some(anonymous)) if user != anonymous => {
            if is_anonymous(D::facts(world.cell(anonymous)?)) {
                merge_into(domain, world, anonymous, user)?;
            }
            // Else a shared device: the call is about whom it names, the device stays with whom it knows.
            Some(user)
        }
        (Some(user), _) => Some(user),
        (None, Some(anonymous)) => {
            let holder = D::facts(world.cell(anonymous)?);
            // The device belongs to someone else who is logged in: a new user on it is a new person.
            let is_other = call.user_id.is_some() && holder.key('u').is_some();
            (!is_other).then_some(anonymous)
        }
        (None, None) => None,
    };
    let object = object_keys(call);
    let mut owner = None;
    for key in &object {
        if owner.is_none() {
            owner = find_living(domain, world, Some(key.clone()))?;
        }
    }
    if customer.is_none() && call.user_id.is_none() && call.anonymous_id.is_none() {
        // A server that knows only the object speaks about its owner.
        customer = owner;
    }
    let mut id = match customer {
        Some(id) => id,
        None => create(world),
    };
    id = join_by_address(domain, call, world, id)?;
    if let Some(other) = owner.filter(|other| *other != id) {
        if is_anonymous(D::facts(world.cell(other)?)) {
            merge_into(domain, world, other, id)?;
            owner = None;
        }
    } else {
        owner = None;
    }
    bind_person(call, world, id)?;
    let holder = owner.unwrap_or(id);
    for key in object {
        if world.find(&key)?.is_none() {
            own(world, key, holder)?;
        }
    }
    if let Act::Alias { previous_id } = &call.act {
        for kind in ['a', 'u'] {
            let previous = find_living(domain, world, Some(Key::new(kind, previous_id)))?;
            if let Some(previous) = previous.filter(|previous| *previous != id)
                && is_anonymous(D::facts(world.cell(previous)?))
            {
                merge_into(domain, world, previous, id)?;
            }
        }
    }
    Ok(Resolved { customer: id, owner })
}

fn object_keys(call: &Call) -> Vec<Key> {
    let Act::Shop(event) = &call.act else { return Vec::new() };
    let cart = event.cart_id.as_deref().map(|id| Key::new('c', id));
    let checkout = event.checkout_id.as_deref().map(|id| Key::new('k', id));
    let order = event.order_id.as_deref().map(|id| Key::new('o', id));
    [cart, checkout, order].into_iter().flatten().collect()
}

/// Nobody knows who it is: no user id and no address.
fn is_anonymous(facts: &Facts) -> bool {
    facts.key('u').is_none() && facts.profile.email.is_none()
}

fn find_living<D: Holder>(domain: &D, world: &mut World<'_, D>, key: Option<Key>) -> Result<Option<Id>, Need> {
    let Some(key) = key else { return Ok(None) };
    match world.find(&key)? {
        Some(id) => world.living(domain, id).map(Some),
        None => Ok(None),
    }
}

fn create<D: Holder>(world: &mut World<'_, D>) -> Id {
    let id = world.create();
    let mut cell = D::Cell::default();
    D::facts_mut(&mut cell).created_at = world.now();
    world.put(id, cell);
    id
}

/// Joins by the address that the call names, where the two do not contradict each other.
fn join_by_address<D: Holder>(domain: &D, call: &Call, world: &mut World<'_, D>, id: Id) -> Result<Id, Need> {
    let address = match &call.act {
        Act::Identify(traits) => traits.email.as_deref(),
        Act::Shop(event) => match &event.what {
            What::OrderCompleted(order) => order.email.as_deref(),
            _ => None,
        },
        _ => None,
    };
    let Some(address) = address else { return Ok(id) };
    let key = address_key(address);
    match find_living(domain, world, Some(key.clone()))? {
        Some(other) if other != id => {
            let user_id = call.user_id.as_deref();
            let mine = D::facts(world.cell(id)?);
            let mine_has_user = mine.key('u').is_some() || user_id.is_some();
            let mine_has_address = mine.profile.email.as_deref().is_some_and(|email| email != address);
            let other_has_user = D::facts(world.cell(other)?).key('u').is_some();
            if mine_has_address || (mine_has_user && other_has_user) {
                return Ok(id);
            }
            if mine_has_user {
                merge_into(domain, world, other, id)?;
                Ok(id)
            } else {
                merge_into(domain, world, id, other)?;
                Ok(other)
            }
        }
        Some(_) => Ok(id),
        None => {
            own(world, key, id)?;
            Ok(id)
        }
    }
}

/// Binds the person's own ids that lead nowhere yet.
fn bind_person<D: Holder>(call: &Call, world: &mut World<'_, D>, id: Id) -> Result<(), Need> {
    let user = call.user_id.as_deref().map(|value| Key::new('u', value));
    let anonymous = call.anonymous_id.as_deref().map(|value| Key::new('a', value));
    for key in [user, anonymous].into_iter().flatten() {
        if world.find(&key)?.is_none() {
            own(world, key, id)?;
        }
    }
    Ok(())
}

/// Identities a cell lists; beyond that it is no person, and further ids lead to it without being listed.
const KEYS_MAX: usize = 200;

fn own<D: Holder>(world: &mut World<'_, D>, key: Key, id: Id) -> Result<(), Need> {
    let mut cell = world.take(id)?;
    let facts = D::facts_mut(&mut cell);
    if facts.keys.len() < KEYS_MAX && !facts.keys.contains(&key) {
        facts.keys.push(key.clone());
        world.put(id, cell);
    }
    world.bind(key, id);
    Ok(())
}

/// Folds one customer into another in this commit: keys, carts, orders, journeys and words of consent go over, the stricter
/// consent holds, and the closed cell only says where it went.
pub fn merge_into<D: Holder>(domain: &D, world: &mut World<'_, D>, from: Id, into: Id) -> Result<(), Need> {
    debug_assert_ne!(from, into);
    let rules = D::rules(world.shared());
    let mut old = world.take(from)?;
    let mut new = world.take(into)?;
    super::rows::record_merge(world, from, into, &runtime::applier::encode(&old));
    D::merge_action(&mut old, &mut new);
    let old_facts = std::mem::take(D::facts_mut(&mut old));
    let facts = D::facts_mut(&mut new);
    for key in &old_facts.keys {
        if facts.keys.len() < KEYS_MAX && !facts.keys.contains(key) {
            facts.keys.push(key.clone());
        }
        world.bind(key.clone(), into);
    }
    facts.created_at = facts.created_at.min(old_facts.created_at);
    facts.last_seen = facts.last_seen.max(old_facts.last_seen);
    facts.pages = facts.pages.saturating_add(old_facts.pages);
    facts.products_viewed = facts.products_viewed.saturating_add(old_facts.products_viewed);
    facts.events += old_facts.events;
    for consent in old_facts.consent {
        match facts.consent.iter_mut().find(|c| c.purpose == consent.purpose && c.channel == consent.channel) {
            Some(known) if known.is_granted && !consent.is_granted => *known = consent,
            Some(_) => {}
            None => facts.consent.push(consent),
        }
    }
    for totals in old_facts.totals {
        match facts.totals.iter_mut().find(|t| t.currency == totals.currency) {
            Some(known) => {
                known.orders += totals.orders;
                known.revenue += totals.revenue;
                known.refunded += totals.refunded;
            }
            None => facts.totals.push(totals),
        }
    }
    let (mine, theirs) = (&mut facts.profile, old_facts.profile);
    mine.email = mine.email.take().or(theirs.email);
    mine.phone = mine.phone.take().or(theirs.phone);
    mine.first_name = mine.first_name.take().or(theirs.first_name);
    mine.last_name = mine.last_name.take().or(theirs.last_name);
    mine.name = mine.name.take().or(theirs.name);
    mine.language = mine.language.take().or(theirs.language);
    mine.time_zone = mine.time_zone.take().or(theirs.time_zone);
    mine.address = mine.address.take().or(theirs.address);
    mine.agent = mine.agent.or(theirs.agent);
    for (name, value) in theirs.open {
        if !mine.open.iter().any(|(known, _)| *known == name) {
            mine.open.push((name, value));
        }
    }
    facts.absorbed.push(from);
    facts.absorbed.extend(old_facts.absorbed);
    facts.book.merge(old_facts.book, rules);
    let closed = D::facts_mut(&mut old);
    closed.created_at = facts.created_at;
    closed.merged_into = Some(into);
    let _ = domain;
    world.put(from, old);
    world.put(into, new);
    Ok(())
}
