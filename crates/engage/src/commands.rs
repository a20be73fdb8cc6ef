//! Commands: every write of a person or a program, through the log like everything else.

pub use crate::flows::ImportFlow;
use crate::{
    coupons, desk, destinations,
    domain::{AGENTS_MAX, Ritorno},
    flows::{self, Touched, journey::Stage},
    ledger::{About, decide},
    messages::{self, Claim, Outcome, suppression_key},
    refills, tag_writes,
};
use base::{Id, Time};
use bytes::Bytes;
use crm::{
    calls::{Command, Input},
    customers::{address_key, count_tags},
    desk::{Agent, Settings},
};
use insight::attribution::{Touch, TouchKind};
use runtime::{Event, FoldError, Key, NewEvent, Origin, World};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

/// A command of ours, to be put in the log.
pub fn new(name: &'static str, data: &impl Serialize, now: Time) -> NewEvent<Input> {
    let data = serde_json::value::to_raw_value(data).expect("our own commands are JSON");
    NewEvent {
        message_id: Box::default(),
        sent: None,
        occurred: now,
        origin: Origin::Ours,
        source: 0,
        kind: "command",
        name: name.into(),
        payload: Bytes::copy_from_slice(data.get().as_bytes()),
        input: Input::Command(Box::new(Command { name: name.into(), data })),
    }
}

/// Who gave a command.
#[derive(Debug, Default, Deserialize)]
struct By {
    #[serde(default)]
    by: String,
}

/// A command about one customer: what all of them carry.
#[derive(Debug, Serialize, Deserialize)]
pub struct OfCustomer {
    pub customer: Id,
}

/// A click on one of our links, or a word given on one of our pages.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkUsed {
    pub customer: Id,
    pub message: Id,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetConsent {
    pub customer: Id,
    pub purpose: String,
    pub channel: String,
    pub is_granted: bool,
    pub source: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetAgent {
    pub customer: Id,
    pub agent: Option<Id>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MoveDeal {
    pub customer: Id,
    pub cart: Id,
    /// The pipeline's id; one that the stage's word is read in.
    pub pipeline: String,
    pub stage: String,
}

/// What a person or a program changes of a customer's tags.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeTags {
    pub customer: Id,
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContactMade {
    pub customer: Id,
    pub cart: Option<Id>,
    pub agent: Option<String>,
    pub outcome: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResolveMessage {
    pub customer: Id,
    pub message: Id,
    /// Send it again; else leave it.
    pub again: bool,
}

/// What a person corrects by hand: what is not said stays, an empty text takes the value away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetTraits {
    pub customer: Id,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub language: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteNote {
    pub customer: Id,
    pub text: String,
    /// Who wrote it: `person:ID`, `key:ID`.
    pub by: String,
}

/// An agent has seen a notice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadNotice {
    pub notice: Id,
}

/// In a change of settings: the tag of those that the person had before them.
pub const SETTINGS_SEEN: &str = "seen";
/// What the fold says where they are others by now.
pub const SETTINGS_CHANGED: &str = "somebody else has changed the settings meanwhile: look at them again";

/// Tells settings apart: it is another one as soon as any of them is.
pub fn settings_tag(settings: &Settings) -> String {
    format!("{:016x}", base::stable_hash(json!(settings).to_string().as_bytes()))
}

/// What a command's fold will look up.
pub fn touches(command: &Command, keys: &mut Vec<Key>, cells: &mut Vec<Id>) {
    match &*command.name {
        // A slice is loaded at once: one by one it would ask for more cells than an event may.
        "cells.touch" => cells
            .extend(serde_json::from_str::<TouchCells>(command.data.get()).map(|said| said.cells).unwrap_or_default()),
        "flow.slice" => {
            if let Ok(slice) = serde_json::from_str::<flows::starts::Slice>(command.data.get()) {
                slice.touches(cells);
            }
        }
        "product.news" => {
            let slice = serde_json::from_str::<crate::product_news::NewsSlice>(command.data.get());
            cells.extend(slice.map(|slice| slice.cells).unwrap_or_default());
        }
        "cart.refilled" => {
            let said = serde_json::from_str::<refills::Outcome>(command.data.get()).ok();
            keys.extend(said.and_then(|said| refills::touches(&said)));
        }
        "flow.enable" | "flow.disable" => cells.push(crate::cell::SCHEDULE_CELL),
        "customer.set" => {
            let said = serde_json::from_str::<SetTraits>(command.data.get()).ok();
            keys.extend(said.and_then(|said| said.email).map(|address| address_key(&address)));
        }
        _ => {}
    }
    if let Ok(said) = serde_json::from_str::<OfCustomer>(command.data.get()) {
        cells.push(said.customer);
    }
}

fn read<T: DeserializeOwned>(command: &Command) -> Result<T, FoldError> {
    serde_json::from_str(command.data.get()).map_err(|e| FoldError::Refused(format!("{}: {e}", command.name)))
}

/// Applies a command; an error is the refusal that its caller reads.
pub fn fold(
    domain: &Ritorno,
    event: &Event<Input>,
    command: &Command,
    world: &mut World<'_, Ritorno>,
) -> Result<(), FoldError> {
    match &*command.name {
        "message.claim" => {
            let said: Claim = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                messages::claim(stage, world, &said).map_err(FoldError::from)
            })
        }
        "message.outcome" => {
            let said: Outcome = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                messages::settle(stage, world, &said);
                Ok(())
            })
        }
        "message.resolve" => {
            let said: ResolveMessage = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                messages::resolve(stage, world, said.message, said.again).map_err(FoldError::Refused)
            })
        }
        "handover.claim" => {
            let said: destinations::Claim = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                destinations::claim(stage, world, &said);
                Ok(())
            })
        }
        "handover.outcome" => {
            let said: destinations::Outcome = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                destinations::settle(stage, world, &said);
                Ok(())
            })
        }
        "coupon.claim" => {
            let said: coupons::Claim = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                coupons::claim(stage, world, &said);
                Ok(())
            })
        }
        "coupon.outcome" => {
            let said: coupons::Outcome = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                coupons::settle(stage, world, &said);
                Ok(())
            })
        }
        "tags.claim" => {
            let said: tag_writes::Claim = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                tag_writes::claim(stage, world, &said);
                Ok(())
            })
        }
        "tags.outcome" => {
            let said: tag_writes::Outcome = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                tag_writes::settle(stage, world, &said);
                Ok(())
            })
        }
        "tags.shops" => {
            tag_writes::set_shops(world, read(command)?);
            Ok(())
        }
        "cart.refill" => {
            let said: refills::Claim = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                refills::claim(stage, world, &said);
                Ok(())
            })
        }
        "cart.refilled" => {
            let said: refills::Outcome = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                refills::done(stage, world, &said);
                Ok(())
            })?;
            refills::own(domain, world, &said)
        }
        "link.clicked" => clicked(domain, world, &read(command)?),
        "link.unsubscribed" => unsubscribed(domain, world, &read(command)?),
        "consent.set" => {
            let said: SetConsent = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                let now = world.now();
                stage.cell.facts.say_consent(&said.purpose, &said.channel, said.is_granted, now, &said.source);
                if said.is_granted && said.purpose == "marketing" && said.channel == "email" {
                    // A new yes lifts an old unsubscription of the same address.
                    if let Some(address) = stage.cell.facts.profile.email.as_deref() {
                        world.unbind(suppression_key(address));
                    }
                }
                Ok(())
            })
        }
        "customer.agent" => {
            let said: SetAgent = read(command)?;
            if let Some(agent) = said.agent.filter(|agent| world.shared().agent(*agent).is_none()) {
                return Err(FoldError::Refused(format!("agent {agent} is not one of this workspace's agents")));
            }
            with_cell(domain, world, said.customer, Touched::CUSTOMER, |stage, _| {
                stage.cell.facts.profile.agent = said.agent;
                Ok(())
            })
        }
        "deal.move" => {
            let said: MoveDeal = read(command)?;
            with_cell(domain, world, said.customer, Touched::TRADE, |stage, world| {
                if stage.cell.facts.book.cart(said.cart).is_none() {
                    return Err(FoldError::Refused(format!("cart {} has no deal", said.cart)));
                }
                let shared = stage.shared;
                let (pipeline, to) = shared
                    .pipelines
                    .resolve(Some(&said.pipeline), &said.stage)
                    .ok_or_else(|| FoldError::Refused(format!("there is no pipeline {:?}", said.pipeline)))?;
                stage.cell.facts.book.say_stage(Some(said.cart), None, (pipeline, to), world.now());
                let about = About { customer: stage.customer, cart: Some(said.cart), ..About::default() };
                desk::pipelines::decide_move(world, shared, &about, pipeline, to);
                let data = json!({ "stage": to, "pipeline": pipeline });
                flows::starts::raise(stage, world, "Deal Stage Changed", Some(said.cart), data);
                Ok(())
            })
        }
        "agent.contacted" => {
            let said: ContactMade = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                let cart = said.cart.or_else(|| stage.cell.facts.book.open_carts().last().map(|cart| cart.id));
                let agent = said.agent.as_deref().map(Into::into);
                touch(stage, world.now(), TouchKind::Contact, cart, None, agent);
                let about = About { customer: stage.customer, cart, ..About::default() };
                let data = json!({ "agent": said.agent, "outcome": said.outcome });
                decide(world, &about, "agent_contacted", data.clone());
                flows::starts::raise(stage, world, "Agent Contacted", cart, data);
                Ok(())
            })
        }
        "customer.set" => {
            let said: SetTraits = read(command)?;
            set_traits(domain, world, &said)
        }
        "customer.tags" => {
            let (said, by): (ChangeTags, By) = (read(command)?, read(command)?);
            with_cell(domain, world, said.customer, Touched::CUSTOMER, |stage, world| {
                let tags = &mut stage.cell.facts.tags;
                let before = tags.clone();
                said.remove.iter().for_each(|name| tags.take(name));
                for name in &said.add {
                    tags.give(name, world.now(), &by.by).map_err(FoldError::Refused)?;
                }
                count_tags(world, &[&before], tags);
                tag_writes::queue(stage, world, &before);
                Ok(())
            })
        }
        "pipeline.put" => desk::pipelines::put(world, &read(command)?, &read::<By>(command)?.by),
        "pipeline.remove" => desk::pipelines::remove(world, &read(command)?, &read::<By>(command)?.by),
        "customer.note" => {
            let said: WriteNote = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                let about = About { customer: stage.customer, ..About::default() };
                decide(world, &about, "note", json!({ "text": said.text, "by": said.by }));
                Ok(())
            })
        }
        "notice.read" => {
            let said: ReadNotice = read(command)?;
            let row = [world.partition().into(), said.notice.into(), world.now().into()];
            world.insert(&messages::sql::NOTICE_READ, row);
            Ok(())
        }
        name if flows::steer::NAMES.contains(&name) => {
            let (said, by): (flows::steer::SteerJourney, By) = (read(command)?, read(command)?);
            with_cell(domain, world, said.customer, Touched::ALL, |stage, world| {
                flows::steer::fold(stage, world, name, &by.by, said).map_err(FoldError::Refused)
            })
        }
        "settings.set" => {
            let settings = settings_of(command)?;
            settings.check().map_err(FoldError::Refused)?;
            world.shared_mut().settings = settings;
            Ok(())
        }
        "settings.change" => {
            let mut said = said(command)?;
            let seen = said.remove(SETTINGS_SEEN);
            if seen.is_some_and(|seen| seen.as_str() != Some(&*settings_tag(&world.shared().settings))) {
                return Err(FoldError::Refused(SETTINGS_CHANGED.to_owned()));
            }
            let settings = world.shared().settings.with(&said).map_err(FoldError::Refused)?;
            settings.check().map_err(FoldError::Refused)?;
            if let Some(agent) = settings.default_agent.filter(|agent| world.shared().agent(*agent).is_none()) {
                return Err(FoldError::Refused(format!("default_agent {agent} is not an agent: make one first")));
            }
            world.reply(json!(settings));
            world.shared_mut().settings = settings;
            Ok(())
        }
        "agent.put" => put_agent(world, read(command)?),
        "hold.start" => {
            let now = world.now();
            if world.shared().hold.is_some() {
                return Ok(());
            }
            world.shared_mut().hold = Some(now);
            decide(
                world,
                &About::default(),
                "hold_started",
                json!({ "why": serde_json::from_str::<serde_json::Value>(command.data.get()).unwrap_or_default() }),
            );
            Ok(())
        }
        "hold.release" => {
            release(world);
            Ok(())
        }
        "flow.import" | "flow.enable" | "flow.disable" => flows::commands::fold(domain, command, world),
        "flow.start" => {
            let said: flows::starts::AskedStart = read(command)?;
            with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
                flows::starts::start_asked(stage, world, &said).map_err(FoldError::Refused)
            })
        }
        "flow.slice" => flows::starts::fold_slice(domain, world, &read(command)?).map_err(FoldError::from),
        "product.news" => crate::product_news::fold_slice(domain, world, &read(command)?).map_err(FoldError::from),
        "cells.touch" => touch_cells(domain, world, &read(command)?),
        other => Err(FoldError::Refused(format!("there is no command {other:?} at position {}", event.position))),
    }
}

/// What is said; who said it stands beside it.
fn said(command: &Command) -> Result<serde_json::Map<String, serde_json::Value>, FoldError> {
    let mut said: serde_json::Map<String, serde_json::Value> = read(command)?;
    said.remove("by");
    Ok(said)
}

fn settings_of(command: &Command) -> Result<Settings, FoldError> {
    serde_json::from_value(said(command)?.into()).map_err(|e| FoldError::Refused(format!("{}: {e}", command.name)))
}

/// A new address becomes a key of the customer, unless it is somebody else's; the old one still leads to them.
fn set_traits(domain: &Ritorno, world: &mut World<'_, Ritorno>, said: &SetTraits) -> Result<(), FoldError> {
    let id = world.living(domain, said.customer)?;
    let address =
        said.email.as_deref().filter(|address| !address.is_empty()).map(|address| (address, address_key(address)));
    if let Some((address, key)) = &address
        && let Some(other) = world.find(key)?
        && world.living(domain, other)? != id
    {
        return Err(FoldError::Refused(format!("the address {address} is another customer's, {other}")));
    }
    with_cell(domain, world, id, Touched::CUSTOMER, |stage, world| {
        let facts = &mut stage.cell.facts;
        if let Some((_, key)) = address {
            if !facts.keys.contains(&key) {
                facts.keys.push(key.clone());
            }
            world.bind(key, stage.customer);
        }
        let set = |to: &mut Option<Box<str>>, from: &Option<String>| {
            if let Some(text) = from {
                *to = Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
            }
        };
        let profile = &mut facts.profile;
        set(&mut profile.email, &said.email);
        set(&mut profile.phone, &said.phone);
        set(&mut profile.first_name, &said.first_name);
        set(&mut profile.last_name, &said.last_name);
        set(&mut profile.language, &said.language);
        if said.first_name.is_some() || said.last_name.is_some() {
            // The two parts are the newer word; a whole name said earlier would hide them.
            profile.name = None;
        }
        Ok(())
    })
}

/// Does something with a customer's cell, wherever a join has taken it.
fn with_cell(
    domain: &Ritorno,
    world: &mut World<'_, Ritorno>,
    customer: Id,
    touched: Touched,
    act: impl FnOnce(&mut Stage<'_>, &mut World<'_, Ritorno>) -> Result<(), FoldError>,
) -> Result<(), FoldError> {
    let id = world.living(domain, customer)?;
    let mut cell = world.take(id)?;
    // Who was ever heard of has at least one key.
    if cell.facts.created_at == Time(0) && cell.facts.keys.is_empty() {
        return Err(FoldError::Refused(format!("customer {customer} does not exist")));
    }
    let shared = world.shared().clone();
    world.stamp(id);
    let mut stage = Stage { domain, customer: id, cell: &mut cell, shared: &shared };
    let seen = flows::starts::see(&stage, world, touched);
    act(&mut stage, world)?;
    flows::journey::recheck(&mut stage, world, touched);
    flows::starts::start_by_condition(&mut stage, world, &seen, touched, None, 0);
    world.put(id, cell);
    Ok(())
}

fn touch(
    stage: &mut Stage<'_>,
    at: Time,
    kind: TouchKind,
    cart: Option<Id>,
    message: Option<Id>,
    agent: Option<Box<str>>,
) {
    let known = message.and_then(|id| stage.cell.action.messages.iter().find(|m| m.id == id));
    let (flow, step) = known.map_or_else(Default::default, |m| (m.flow.clone(), m.step.clone()));
    stage.cell.action.touches.push(Touch { at, kind, cart, message, flow, step, agent });
    stage.cell.trim();
}

/// A click. Clicks on one message with nothing else in between (a reload, a second device, a mail scanner before the person)
/// are one touch, so that nobody's share of an order grows by clicking; a message's clicks are counted once.
fn clicked(domain: &Ritorno, world: &mut World<'_, Ritorno>, said: &LinkUsed) -> Result<(), FoldError> {
    with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
        let is_click = |touch: &Touch| touch.kind == TouchKind::Click && touch.message == Some(said.message);
        let known = stage.cell.action.messages.iter().find(|m| m.id == said.message);
        let (cart, flow, step) =
            known.map_or_else(Default::default, |m| (m.cart, m.flow.to_string(), m.step.to_string()));
        let touches = &stage.cell.action.touches;
        let mut about_cart = touches.iter().rev().filter(|touch| touch.cart.is_none() || touch.cart == cart);
        if about_cart.next().is_some_and(is_click) {
            return Ok(());
        }
        let is_first = !touches.iter().any(is_click);
        let about = About { customer: stage.customer, cart, journey: None, flow: flow.clone() };
        touch(stage, world.now(), TouchKind::Click, cart, Some(said.message), None);
        if is_first {
            flows::count(stage, world, "links_clicked", &flow, &step, "", 1, 0);
        }
        decide(world, &about, "link_clicked", json!({ "message": said.message }));
        Ok(())
    })
}

/// An unsubscription stops every marketing mail to the address, whoever else has it. Said again it changes nothing.
fn unsubscribed(domain: &Ritorno, world: &mut World<'_, Ritorno>, said: &LinkUsed) -> Result<(), FoldError> {
    with_cell(domain, world, said.customer, Touched::NOTHING, |stage, world| {
        let now = world.now();
        let key = stage.cell.facts.profile.email.as_deref().map(suppression_key);
        let is_suppressed = match &key {
            Some(key) => world.find(key)?.is_some(),
            None => true,
        };
        let has_refused = stage.cell.facts.consent("marketing", "email").is_some_and(|consent| !consent.is_granted);
        if is_suppressed && has_refused {
            return Ok(());
        }
        stage.cell.facts.say_consent("marketing", "email", false, now, "unsubscribe");
        if let Some(key) = key {
            world.bind(key, stage.customer);
        }
        let about = About { customer: stage.customer, ..About::default() };
        decide(world, &about, "unsubscribed", json!({ "message": said.message }));
        Ok(())
    })
}

fn put_agent(world: &mut World<'_, Ritorno>, mut agent: Agent) -> Result<(), FoldError> {
    if !crm::desk::is_address(&agent.email) {
        return Err(FoldError::Refused(format!("{:?} is not an e-mail address", agent.email)));
    }
    if agent.id.is_zero() {
        agent.id = world.new_id();
    }
    let agents = &mut world.shared_mut().agents;
    if agents.iter().any(|known| known.id != agent.id && known.email.eq_ignore_ascii_case(&agent.email)) {
        return Err(FoldError::Refused(format!("another agent has the address {}", agent.email)));
    }
    match agents.iter().position(|known| known.id == agent.id) {
        Some(i) => agents[i] = agent.clone(),
        None if agents.len() < AGENTS_MAX => agents.push(agent.clone()),
        None => return Err(FoldError::Refused(format!("a workspace has at most {AGENTS_MAX} agents"))),
    }
    world.reply(json!(agent));
    Ok(())
}

/// Ends the hold: what was kept back is still in the outbox, and the gates are asked again before anything goes.
fn release(world: &mut World<'_, Ritorno>) {
    if world.shared().hold.is_some() {
        world.shared_mut().hold = None;
        decide(world, &About::default(), "hold_released", json!({}));
    }
    world.reply(json!({ "left": 0 }));
}

/// A slice of customers to be looked at again, because a flow with a shorter wait was switched on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TouchCells {
    pub cells: Vec<Id>,
}

fn touch_cells(_domain: &Ritorno, world: &mut World<'_, Ritorno>, said: &TouchCells) -> Result<(), FoldError> {
    for id in &said.cells {
        let cell = world.take(*id)?;
        world.put(*id, cell);
    }
    Ok(())
}
