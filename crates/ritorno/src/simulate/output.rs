//! What a simulation says: messages, notices, journeys, carts, deals, revenue.
//!
//! Only what is printed is kept; paths and reasons as the text that they will be.

mod tables;

use base::{Id, Time};
use crm::carts::CartState;
use engage::{cell::Cell, ledger::words::reason_why, messages::Grant, shared::Shared, templates::Template};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Value;

/// Everything that happened.
#[derive(Default)]
pub struct Report {
    messages: Vec<Message>,
    notices: Vec<Notice>,
    journeys: Vec<Journey>,
    carts: Vec<Cart>,
    deals: Vec<Deal>,
    /// What each order earned, by its id; the last word counts.
    credits: BTreeMap<String, Credit>,
    names: HashMap<Id, Names>,
    by_journey: HashMap<Id, usize>,
    /// Texts that stand in many entries.
    words: HashSet<&'static str>,
}

/// How a customer and their carts are called.
#[derive(Default)]
struct Names {
    customer: String,
    carts: Vec<(Id, String)>,
    merged_into: Option<Id>,
}

/// Whom an entry is about: filled in when the names are known.
#[derive(Default, Clone, Copy)]
struct Who {
    customer: Id,
    cart: Option<Id>,
}

#[derive(Serialize)]
struct Message {
    time: Time,
    customer: String,
    cart: Option<String>,
    flow: &'static str,
    step: &'static str,
    channel: &'static str,
    template: &'static str,
    to: String,
    from: String,
    reply_to: Option<String>,
    subject: String,
    #[serde(skip)]
    who: Who,
}

#[derive(Serialize)]
struct Notice {
    time: Time,
    agent: Option<String>,
    customer: String,
    cart: Option<String>,
    reason: String,
    #[serde(skip)]
    who: Who,
}

#[derive(Serialize)]
struct Journey {
    flow: &'static str,
    customer: String,
    cart: Option<String>,
    started_at: Option<Time>,
    ended_at: Option<Time>,
    #[serde(serialize_with = "as_list")]
    path: String,
    #[serde(serialize_with = "as_list")]
    reasons: String,
    #[serde(skip)]
    who: Who,
}

#[derive(Serialize)]
struct Cart {
    id: String,
    customer: String,
    state: &'static str,
    total_minor: Option<i64>,
    currency: Option<String>,
    abandoned_at: Option<Time>,
    recovered_at: Option<Time>,
    order: Option<String>,
    #[serde(skip)]
    who: Who,
}

#[derive(Serialize)]
struct Deal {
    id: Id,
    cart: String,
    customer: String,
    pipeline: String,
    stage: String,
    created_at: Time,
    won_at: Option<Time>,
    #[serde(skip)]
    who: Who,
}

/// What one order earned.
struct Credit {
    currency: String,
    minor: i64,
    linear: i64,
    last: i64,
    agent: i64,
    who: Who,
}

/// One currency's revenue.
#[derive(Default, Serialize)]
struct Revenue {
    currency: String,
    linear_minor: i64,
    last_interaction_minor: i64,
    agent_closed_minor: i64,
    orders: Vec<Json>,
}

/// The inside of a JSON list, kept as text.
fn as_list<S: Serializer>(items: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = serde_json::value::RawValue::from_string(format!("[{items}]"));
    raw.map_err(serde::ser::Error::custom)?.serialize(serializer)
}

fn append(list: &mut String, item: &Json) {
    if !list.is_empty() {
        list.push(',');
    }
    list.push_str(&item.to_string());
}

impl Report {
    /// Keeps one copy of a text that stands in many entries. There are as many as flows have steps.
    fn word(&mut self, text: &str) -> &'static str {
        if let Some(known) = self.words.get(text) {
            return known;
        }
        let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
        self.words.insert(kept);
        kept
    }

    /// A message that the loop granted.
    pub fn sent(&mut self, time: Time, grant: &Grant, template: &Template) -> Result<(), String> {
        let mut context = grant.context.clone();
        context["links"] =
            json!({ "cart": "https://ritorno.example/c/…", "unsubscribe": "https://ritorno.example/u/…" });
        let subject = template.render_subject(&grant.language, &context).map_err(|e| e.to_string())?;
        let cart = grant.context["cart"]["id"].as_str().and_then(|id| id.parse().ok());
        let message = Message {
            time,
            customer: String::new(),
            cart: None,
            flow: self.word(&grant.flow),
            step: self.word(&grant.step),
            channel: "email",
            template: self.word(&grant.template),
            to: grant.to.clone(),
            from: grant.from.clone(),
            reply_to: grant.reply_to.clone(),
            subject,
            who: Who { customer: grant.customer, cart },
        };
        self.messages.push(message);
        Ok(())
    }

    pub fn announced(&mut self, time: Time, what: &Json) {
        if what["kind"] != "agent_notice" {
            return;
        }
        let id = |name: &str| what[name].as_str().and_then(|id| id.parse::<Id>().ok());
        self.notices.push(Notice {
            time,
            agent: what["agent"].as_str().map(str::to_owned),
            customer: String::new(),
            cart: None,
            reason: what["reason"].as_str().unwrap_or_default().to_owned(),
            who: Who { customer: id("customer").unwrap_or_default(), cart: id("cart") },
        });
    }

    /// A line of the ledger, by the columns of its table.
    pub fn decided(&mut self, row: &[Value]) {
        let [
            _,
            _,
            _,
            _,
            Value::Id(customer),
            cart,
            journey,
            Value::Text(flow),
            Value::Int(at),
            Value::Static(code),
            Value::Text(data),
        ] = row
        else {
            return;
        };
        let who = Who { customer: *customer, cart: id_of(cart) };
        if code.starts_with("order_") {
            return self.credited(&parsed(data), who);
        }
        let is_refused = *code == "not_started";
        let Some(journey) = id_of(journey).or(is_refused.then_some(Id::ZERO)) else { return };
        let i = match self.by_journey.get(&journey).filter(|_| !is_refused) {
            Some(i) => *i,
            None => {
                let flow = self.word(flow);
                let (path, reasons) = Default::default();
                self.journeys.push(Journey {
                    flow,
                    customer: String::new(),
                    cart: None,
                    started_at: None,
                    ended_at: None,
                    path,
                    reasons,
                    who,
                });
                let i = self.journeys.len() - 1;
                if !is_refused {
                    self.by_journey.insert(journey, i);
                }
                i
            }
        };
        let (at, journey_id, journey) = (Time(*at), journey, &mut self.journeys[i]);
        let data = parsed(data);
        if let Some(path) = data["path"].as_array() {
            // The first word on a journey names its version, whatever began it.
            if !data["version"].is_null() {
                journey.started_at = Some(at);
            }
            path.iter().for_each(|step| append(&mut journey.path, step));
        } else {
            let mut reason = json!({ "time": at, "code": code, "data": data });
            if let Some(why) = data["reason"].as_str().and_then(reason_why) {
                reason["why"] = json!(why.it);
            }
            append(&mut journey.reasons, &reason);
        }
        if *code == "journey_ended" {
            journey.ended_at = Some(at);
            journey.path.shrink_to_fit();
            journey.reasons.shrink_to_fit();
            self.by_journey.remove(&journey_id);
        }
    }

    fn credited(&mut self, data: &Json, who: Who) {
        let number = |name: &str| data[name].as_i64().unwrap_or(0);
        let credit = Credit {
            currency: data["currency"].as_str().unwrap_or_default().to_owned(),
            minor: number("minor"),
            linear: number("linear_minor"),
            last: number("last_interaction_minor"),
            agent: number("agent_closed_minor"),
            who,
        };
        let order = data["order"].as_str().unwrap_or_default().to_owned();
        if credit.currency.is_empty() || data["is_recovered"] == false {
            self.credits.remove(&order);
        } else {
            self.credits.insert(order, credit);
        }
    }

    /// A closed cart that its customer's cell let go, by the columns of its row.
    pub fn cart_let_go(&mut self, row: &[Value]) {
        let [
            _,
            Value::Id(customer),
            Value::Id(id),
            shop_id,
            Value::Static(state),
            total,
            currency,
            _,
            _,
            _,
            abandoned_at,
            closed_at,
            order,
            _,
            _,
        ] = row
        else {
            return;
        };
        let name = text_of(shop_id).unwrap_or_else(|| id.to_string());
        self.names.entry(*customer).or_default().carts.push((*id, name.clone()));
        self.carts.push(Cart {
            id: name,
            customer: String::new(),
            state,
            total_minor: int_of(total),
            currency: text_of(currency),
            abandoned_at: int_of(abandoned_at).map(Time),
            recovered_at: int_of(closed_at).map(Time).filter(|_| *state == CartState::Recovered.as_str()),
            order: text_of(order),
            who: Who { customer: *customer, cart: Some(*id) },
        });
    }

    /// The deal of such a cart.
    pub fn deal_let_go(&mut self, row: &[Value]) {
        let [
            _,
            Value::Id(id),
            Value::Id(customer),
            Value::Id(cart),
            Value::Text(pipeline),
            Value::Text(stage),
            _,
            _,
            Value::Int(created_at),
            won_at,
            _,
        ] = row
        else {
            return;
        };
        self.deals.push(Deal {
            id: *id,
            cart: String::new(),
            customer: String::new(),
            pipeline: pipeline.clone(),
            stage: stage.clone(),
            created_at: Time(*created_at),
            won_at: int_of(won_at).map(Time),
            who: Who { customer: *customer, cart: Some(*cart) },
        });
    }

    /// Reads one customer's end state.
    pub fn take_stock(&mut self, id: Id, cell: &Cell, shared: &Shared) {
        let facts = &cell.facts;
        let names = self.names.entry(id).or_default();
        names.merged_into = facts.merged_into;
        if facts.merged_into.is_some() {
            // What was said about the closed customer is told under the living one's name.
            return;
        }
        facts.label().clone_into(&mut names.customer);
        for cart in facts.book.carts.iter().filter(|cart| !cart.is_hollow()) {
            let name = cart.shop_id.as_deref().map_or_else(|| cart.id.to_string(), str::to_owned);
            names.carts.push((cart.id, name.clone()));
            self.carts.push(Cart {
                id: name,
                customer: String::new(),
                state: cart.state.as_str(),
                total_minor: cart.total(),
                currency: Some(cart.currency.unwrap_or(shared.settings.currency).to_string()),
                abandoned_at: cart.abandoned_at,
                recovered_at: cart.closed_at.filter(|_| cart.state == CartState::Recovered),
                order: cart.order_id.as_deref().map(str::to_owned),
                who: Who { customer: id, cart: Some(cart.id) },
            });
        }
        for deal in &facts.book.deals {
            self.deals.push(Deal {
                id: deal.id,
                cart: String::new(),
                customer: String::new(),
                pipeline: deal.pipeline.to_string(),
                stage: deal.stage.to_string(),
                created_at: deal.created_at,
                won_at: deal.won_at,
                who: Who { customer: id, cart: Some(deal.cart) },
            });
        }
    }

    /// Fills in names and sorts: the same input prints the same text.
    pub fn finish(&mut self, shared: &Shared) {
        let names = std::mem::take(&mut self.names);
        let name = |who: Who| -> (String, Option<String>) {
            let (mut customer, mut called) = (String::new(), None);
            let mut next = Some(who.customer);
            while let Some(known) = next.and_then(|id| names.get(&id)) {
                customer.clone_from(&known.customer);
                called = called
                    .or_else(|| known.carts.iter().find(|(id, _)| Some(*id) == who.cart).map(|(_, name)| name.clone()));
                next = known.merged_into;
            }
            (customer, called.or(who.cart.map(|cart| cart.to_string())))
        };
        for message in &mut self.messages {
            (message.customer, message.cart) = name(message.who);
        }
        for notice in &mut self.notices {
            (notice.customer, notice.cart) = name(notice.who);
        }
        for journey in &mut self.journeys {
            (journey.customer, journey.cart) = name(journey.who);
        }
        for cart in &mut self.carts {
            cart.customer = name(cart.who).0;
            cart.currency.get_or_insert_with(|| shared.settings.currency.to_string());
        }
        for deal in &mut self.deals {
            let (customer, cart) = name(deal.who);
            (deal.customer, deal.cart) = (customer, cart.unwrap_or_default());
        }
        self.carts.sort_by(|a, b| (&a.customer, &a.id, a.who.cart).cmp(&(&b.customer, &b.id, b.who.cart)));
        self.deals.sort_by(|a, b| (a.created_at, &a.customer, &a.cart).cmp(&(b.created_at, &b.customer, &b.cart)));
        self.names = names;
    }

    /// What was earned, one entry a currency.
    fn revenue(&self) -> Vec<Revenue> {
        let mut all: BTreeMap<&str, Revenue> = BTreeMap::new();
        let carts: HashMap<Option<Id>, &Cart> = self.carts.iter().map(|cart| (cart.who.cart, cart)).collect();
        for (order, credit) in &self.credits {
            let revenue = all.entry(&credit.currency).or_default();
            revenue.currency.clone_from(&credit.currency);
            revenue.linear_minor += credit.linear;
            revenue.last_interaction_minor += credit.last;
            revenue.agent_closed_minor += credit.agent;
            let cart = carts.get(&credit.who.cart);
            revenue.orders.push(json!({
                "order": order, "customer": cart.map(|cart| &cart.customer), "cart": cart.map(|cart| &cart.id),
                "total_minor": credit.minor, "linear_minor": credit.linear, "last_interaction_minor": credit.last,
                "agent_closed_minor": credit.agent,
            }));
        }
        all.into_values().collect()
    }

    /// Writes the one JSON object, list by list.
    pub fn write_json(&self, to: &mut impl std::io::Write) -> std::io::Result<()> {
        fn list<T: Serialize>(
            to: &mut impl std::io::Write,
            name: &str,
            items: impl IntoIterator<Item = T>,
            is_first: bool,
        ) -> std::io::Result<()> {
            write!(to, "{}\"{name}\":[", if is_first { "{" } else { "," })?;
            for (i, item) in items.into_iter().enumerate() {
                to.write_all(if i == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(&mut *to, &item)?;
            }
            write!(to, "]")
        }
        list(to, "messages", &self.messages, true)?;
        list(to, "agent_notices", &self.notices, false)?;
        list(to, "journeys", &self.journeys, false)?;
        list(to, "carts", &self.carts, false)?;
        list(to, "deals", &self.deals, false)?;
        list(to, "revenue", self.revenue(), false)?;
        writeln!(to, "}}")
    }
}

fn parsed(data: &str) -> Json {
    engage::ledger::path::read(data)
}

fn id_of(value: &Value) -> Option<Id> {
    match value {
        Value::Id(id) => Some(*id),
        _ => None,
    }
}

fn int_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(*n),
        _ => None,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Static(text) => Some((*text).to_owned()),
        _ => None,
    }
}
