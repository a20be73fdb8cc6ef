//! Who a call is about: keys to cells, and the join of an anonymous customer with the one it turns out to be.
//!
//! Two people who are both identified never merge by themselves: an anonymous cell joins a known one, and two cells of which
//! one has only an address and the other only a user id join when they name the same address. Everything else stays apart.

use super::{model::Facts, tags::count_tags};
use crate::{
    calls::{Act, Call, What},
    carts::{Rules, Snapshot},
    desk::is_address,
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
    /// What follows from the join: open carts met later orders, carts became one. `before` is what both had.
    fn merged(&self, world: &mut World<'_, Self>, from: Id, into: Id, cell: &mut Self::Cell, before: &Snapshot);
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
    keys.extend(address_of(call).map(address_key));
    if let Act::Alias { previous_id } = &call.act {
        keys.push(Key::new('u', previous_id));
        keys.push(Key::new('a', previous_id));
    }
    keys.extend(object_keys(call));
    keys.extend(payer_key(call).filter(|_| call.user_id.is_none() && call.anonymous_id.is_none()));
}

/// The address that a call names, where it could be one: "n/a" is nobody's.
fn address_of(call: &Call) -> Option<&str> {
    let address = match &call.act {
        Act::Identify(traits) => traits.email.as_deref(),
        Act::Shop(event) => match &event.what {
            What::OrderCompleted(order) => order.email.as_deref(),
            _ => None,
        },
        _ => None,
    };
    address.filter(|address| is_address(address))
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
            // The device belongs to someone else: a new user on it is a new person.
            let is_other =
                call.user_id.is_some() && (holder.key('u').is_some() || contradicts(holder, address_of(call)));
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
        // A server that knows only the object speaks about its owner; of an order, about who paid as well.
        customer = find_living(domain, world, payer_key(call))?.or(owner);
    }
    let mut id = match customer {
        Some(id) => id,
        None => create(world),
    };
    id = join_by_address(domain, call, world, id)?;
    if let Some(found) = owner {
        // The joins above may have closed the owner.
        owner = Some(world.living(domain, found)?);
    }
    if let Some(other) = owner.filter(|other| *other != id) {
        if is_anonymous(D::facts(world.cell(other)?)) && acts_as_customer(call) {
            merge_into(domain, world, other, id)?;
            owner = None;
        }
    } else {
        owner = None;
    }
    bind_person(call, world, id)?;
    if let (Some(_), Some(key), true) = (owner, payer_key(call), is_order(call))
        && world.find(&key)?.is_none()
    {
        world.bind(key, id);
    }
    let holder = owner.unwrap_or(id);
    for key in object {
        if world.find(&key)?.is_none() {
            world.bind(key, holder);
        }
    }
    if let Act::Alias { previous_id } = &call.act {
        for kind in ['a', 'u'] {
            let key = Key::new(kind, previous_id);
            match find_living(domain, world, Some(key.clone()))? {
                Some(previous) if previous != id && is_anonymous(D::facts(world.cell(previous)?)) => {
                    merge_into(domain, world, previous, id)?;
                }
                // An id that nobody has used yet is this customer's from now on.
                None if kind == 'a' => own(world, key, id)?,
                _ => {}
            }
        }
    }
    Ok(Resolved { customer: id, owner })
}

/// A cart that the shop made for this customer is theirs by its id; where it was heard of before under nobody's name, whoever
/// seemed to have it is joined.
pub fn take_cart<D: Holder>(domain: &D, world: &mut World<'_, D>, customer: Id, cart: &str) -> Result<(), Need> {
    let id = world.living(domain, customer)?;
    let key = Key::new('c', cart);
    match find_living(domain, world, Some(key.clone()))? {
        Some(other) if other != id && is_anonymous(D::facts(world.cell(other)?)) => {
            merge_into(domain, world, other, id)?;
            world.bind(key, id);
        }
        Some(_) => {}
        None => world.bind(key, id),
    }
    Ok(())
}

/// Whether whoever sends the event acts as the customer of the object that it names. An agent who moves a deal or tells of a
/// call is not the visitor who filled the cart.
fn acts_as_customer(call: &Call) -> bool {
    !matches!(&call.act, Act::Shop(event) if matches!(event.what, What::DealStageChanged { .. } | What::AgentContacted { .. }))
}

/// Whether a customer is known under another address than the one named.
fn contradicts(facts: &Facts, address: Option<&str>) -> bool {
    matches!((facts.profile.email.as_deref(), address), (Some(known), Some(named)) if known != named)
}

fn object_keys(call: &Call) -> Vec<Key> {
    let Act::Shop(event) = &call.act else { return Vec::new() };
    let cart = event.cart_id.as_deref().map(|id| Key::new('c', id));
    let checkout = event.checkout_id.as_deref().map(|id| Key::new('k', id));
    let order = event.order_id.as_deref().map(|id| Key::new('o', id));
    [cart, checkout, order].into_iter().flatten().collect()
}

/// Leads to who paid an order on another customer's cart; the order's own key leads to the cart's owner.
fn payer_key(call: &Call) -> Option<Key> {
    let Act::Shop(event) = &call.act else { return None };
    event.order_id.as_deref().map(|id| Key::new('p', id))
}

fn is_order(call: &Call) -> bool {
    matches!(&call.act, Act::Shop(event) if matches!(event.what, What::OrderCompleted(_)))
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
    let mut cell = Box::<D::Cell>::default();
    D::facts_mut(&mut cell).created_at = world.now();
    world.put(id, cell);
    id
}

/// Joins by the address that the call names, where the two do not contradict each other.
fn join_by_address<D: Holder>(domain: &D, call: &Call, world: &mut World<'_, D>, id: Id) -> Result<Id, Need> {
    let Some(address) = address_of(call) else { return Ok(id) };
    let key = address_key(address);
    match find_living(domain, world, Some(key.clone()))? {
        Some(other) if other != id => {
            let mine = D::facts(world.cell(id)?);
            let mine_has_user = mine.key('u').is_some() || call.user_id.is_some();
            let is_another = contradicts(mine, Some(address));
            let other_has_user = D::facts(world.cell(other)?).key('u').is_some();
            if is_another || (mine_has_user && other_has_user) {
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

/// Identities of one kind that a cell lists; beyond that it is no person, and further ids lead to it without being listed.
const KEYS_MAX: usize = 32;
/// Joined customers that a cell lists; the records of the joins name them all.
const ABSORBED_MAX: usize = 256;

fn own<D: Holder>(world: &mut World<'_, D>, key: Key, id: Id) -> Result<(), Need> {
    let mut cell = world.take(id)?;
    if list_key(D::facts_mut(&mut cell), &key) {
        world.put(id, cell);
    }
    world.bind(key, id);
    Ok(())
}

fn list_key(facts: &mut Facts, key: &Key) -> bool {
    let same_kind = facts.keys.iter().filter(|known| known.kind() == key.kind()).count();
    let is_new = same_kind < KEYS_MAX && !facts.keys.contains(key);
    if is_new {
        facts.keys.push(key.clone());
    }
    is_new
}

/// Folds one customer into another in this commit: keys, carts, orders, journeys and words of consent go over, the stricter
/// consent holds, and the closed cell only says where it went. Keys that the closed cell did not list lead on from there.
pub fn merge_into<D: Holder>(domain: &D, world: &mut World<'_, D>, from: Id, into: Id) -> Result<(), Need> {
    debug_assert_ne!(from, into);
    let mut old = world.take(from)?;
    let mut new = world.take(into)?;
    super::rows::record_merge(world, from, into, &runtime::applier::encode(&*old));
    let before = Snapshot::of(&D::facts(&new).book).and(Snapshot::of(&D::facts(&old).book));
    D::merge_action(&mut old, &mut new);
    let old_facts = std::mem::take(D::facts_mut(&mut old));
    let facts = D::facts_mut(&mut new);
    for key in &old_facts.keys {
        list_key(facts, key);
        world.bind(key.clone(), into);
    }
    let created_at = old_facts.created_at;
    let tags = [facts.tags.clone(), old_facts.tags.clone()];
    join_facts(facts, old_facts);
    count_tags(world, &tags.each_ref(), &facts.tags);
    if facts.absorbed.len() < ABSORBED_MAX {
        facts.absorbed.push(from);
    }
    let closed = D::facts_mut(&mut old);
    closed.created_at = created_at;
    closed.merged_into = Some(into);
    domain.merged(world, from, into, &mut new, &before);
    world.put(from, old);
    world.put(into, new);
    Ok(())
}

/// Everything that was known of one customer, with what is known of the other.
fn join_facts(facts: &mut Facts, old: Facts) {
    facts.created_at = facts.created_at.min(old.created_at);
    facts.last_seen = facts.last_seen.max(old.last_seen);
    facts.pages = facts.pages.saturating_add(old.pages);
    facts.products_viewed = facts.products_viewed.saturating_add(old.products_viewed);
    facts.browse = match (facts.browse.take(), old.browse) {
        (Some(a), Some(b)) if b.last_at > a.last_at => Some(b),
        (a, b) => a.or(b),
    };
    facts.join_wishes(old.wishes, old.unwished);
    facts.events += old.events;
    facts.is_crowd |= old.is_crowd;
    for consent in old.consent {
        match facts.consent.iter_mut().find(|c| c.purpose == consent.purpose && c.channel == consent.channel) {
            Some(known) if known.is_granted && !consent.is_granted => *known = consent,
            Some(_) => {}
            None => facts.consent.push(consent),
        }
    }
    for totals in old.totals {
        match facts.totals.iter_mut().find(|t| t.currency == totals.currency) {
            Some(known) => {
                known.orders = known.orders.saturating_add(totals.orders);
                known.revenue = known.revenue.saturating_add(totals.revenue);
                known.refunded = known.refunded.saturating_add(totals.refunded);
            }
            None => facts.totals.push(totals),
        }
    }
    facts.tags.join(old.tags);
    facts.profile.absorb(old.profile);
    let room = ABSORBED_MAX.saturating_sub(facts.absorbed.len());
    facts.absorbed.extend(old.absorbed.into_iter().take(room));
    for (before, after) in facts.book.merge(old.book) {
        facts.count_order(Some(&before), after.as_ref());
    }
}
