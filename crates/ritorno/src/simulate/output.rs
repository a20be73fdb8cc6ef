//! What a simulation says: messages, notices, journeys, carts, deals, revenue.

use base::{Id, Time};
use engage::{cell::Cell, messages::Grant, shared::Shared, templates::Template};
use insight::attribution::{Earned, share};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap};
use store::Value;

/// Everything that happened.
#[derive(Default)]
pub struct Report {
    pub messages: Vec<Message>,
    pub notices: Vec<Notice>,
    pub journeys: Vec<Journey>,
    pub carts: Vec<Cart>,
    pub deals: Vec<Deal>,
    pub revenue: BTreeMap<String, Revenue>,
    /// Events whose fold was refused, for standard error.
    pub refused: Vec<(Time, String)>,
    names: HashMap<Id, Names>,
    by_journey: HashMap<Id, usize>,
}

/// How a customer and their carts are called.
#[derive(Default)]
struct Names {
    customer: String,
    carts: HashMap<Id, String>,
}

#[derive(Serialize)]
pub struct Message {
    pub time: Time,
    pub customer: String,
    pub cart: Option<String>,
    pub flow: String,
    pub step: String,
    pub channel: &'static str,
    pub template: String,
    pub to: String,
    pub from: String,
    pub reply_to: Option<String>,
    pub subject: String,
    #[serde(skip)]
    who: (Id, Option<Id>),
}

#[derive(Serialize)]
pub struct Notice {
    pub time: Time,
    pub agent: Option<String>,
    pub customer: String,
    pub cart: Option<String>,
    pub reason: String,
    #[serde(skip)]
    who: (Id, Option<Id>),
}

#[derive(Serialize)]
pub struct Journey {
    pub flow: String,
    pub customer: String,
    pub cart: Option<String>,
    pub started_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub path: Vec<Json>,
    pub reasons: Vec<Json>,
    #[serde(skip)]
    who: (Id, Option<Id>),
}

#[derive(Serialize)]
pub struct Cart {
    pub id: String,
    pub customer: String,
    pub state: &'static str,
    pub total_minor: Option<i64>,
    pub currency: Option<String>,
    pub abandoned_at: Option<Time>,
    pub recovered_at: Option<Time>,
    pub order: Option<String>,
}

#[derive(Serialize)]
pub struct Deal {
    pub id: Id,
    pub cart: String,
    pub customer: String,
    pub pipeline: &'static str,
    pub stage: String,
    pub created_at: Time,
    pub won_at: Option<Time>,
}

#[derive(Default, Serialize)]
pub struct Revenue {
    pub currency: String,
    pub linear_minor: i64,
    pub last_interaction_minor: i64,
    pub agent_closed_minor: i64,
    pub orders: Vec<Json>,
}

impl Report {
    /// A message that the loop granted.
    pub fn sent(&mut self, time: Time, grant: &Grant, template: &Template) -> Result<(), String> {
        let mut context = grant.context.clone();
        context["links"] =
            json!({ "cart": "https://ritorno.example/c/…", "unsubscribe": "https://ritorno.example/u/…" });
        let rendered =
            template.render(&grant.language, &context).map_err(|e| format!("template {}: {e}", grant.template))?;
        let cart = grant.context["cart"]["id"].as_str().and_then(|id| id.parse().ok());
        self.messages.push(Message {
            time,
            customer: String::new(),
            cart: None,
            flow: grant.flow.clone(),
            step: grant.step.clone(),
            channel: "email",
            template: grant.template.clone(),
            to: grant.to.clone(),
            from: grant.from.clone(),
            reply_to: grant.reply_to.clone(),
            subject: rendered.subject,
            who: (grant.customer, cart),
        });
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
            who: (id("customer").unwrap_or_default(), id("cart")),
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
        let id = |value: &Value| match value {
            Value::Id(id) => Some(*id),
            _ => None,
        };
        let data: Json = serde_json::from_str(data).unwrap_or_default();
        let at = Time(*at);
        let refused_start = *code == "not_started";
        let Some(journey) = id(journey).or_else(|| refused_start.then(Id::default)) else { return };
        let i = match self.by_journey.get(&journey).filter(|_| !refused_start) {
            Some(i) => *i,
            None => {
                self.journeys.push(Journey {
                    flow: flow.clone(),
                    customer: String::new(),
                    cart: None,
                    started_at: None,
                    ended_at: None,
                    path: Vec::new(),
                    reasons: Vec::new(),
                    who: (*customer, id(cart)),
                });
                self.by_journey.insert(journey, self.journeys.len() - 1);
                self.journeys.len() - 1
            }
        };
        let journey = &mut self.journeys[i];
        match *code {
            "journey_started" => journey.started_at = Some(at),
            "journey_ended" => {
                journey.ended_at = Some(at);
                journey.reasons.push(json!({ "time": at, "code": code, "data": data }));
            }
            "journey_moved" => journey.path.extend(data["path"].as_array().cloned().unwrap_or_default()),
            code => journey.reasons.push(json!({ "time": at, "code": code, "data": data })),
        }
    }

    /// Reads one customer's end state.
    pub fn take_stock(&mut self, id: Id, cell: &Cell, shared: &Shared) {
        let facts = &cell.facts;
        let customer = facts.label().to_owned();
        let names = self.names.entry(id).or_default();
        names.customer.clone_from(&customer);
        if let Some(into) = facts.merged_into {
            // What was said about the closed customer is told under the living one's name.
            names.customer = format!("\0{into}");
            return;
        }
        for cart in &facts.book.carts {
            let name = cart.shop_id.as_deref().map_or_else(|| cart.id.to_string(), str::to_owned);
            names.carts.insert(cart.id, name.clone());
            self.carts.push(Cart {
                id: name,
                customer: customer.clone(),
                state: cart.state.as_str(),
                total_minor: cart.total(),
                currency: cart.currency.map(|c| c.to_string()),
                abandoned_at: cart.abandoned_at,
                recovered_at: cart.closed_at.filter(|_| cart.state == crm::carts::CartState::Recovered),
                order: cart.order_id.as_deref().map(str::to_owned),
            });
        }
        for deal in &facts.book.deals {
            self.deals.push(Deal {
                id: deal.id,
                cart: names.carts.get(&deal.cart).cloned().unwrap_or_else(|| deal.cart.to_string()),
                customer: customer.clone(),
                pipeline: crm::carts::PIPELINE,
                stage: deal.stage.to_string(),
                created_at: deal.created_at,
                won_at: deal.won_at,
            });
        }
        self.count_revenue(cell, &customer);
        let _ = shared;
    }

    fn count_revenue(&mut self, cell: &Cell, customer: &str) {
        for order in &cell.facts.book.orders {
            let cart = order.cart.and_then(|id| cell.facts.book.cart(id));
            let Some((cart, abandoned_at, minor)) = cart.and_then(|c| Some((c, c.abandoned_at?, order.total?))) else {
                continue;
            };
            if cart.state != crm::carts::CartState::Recovered || cart.order_id.as_ref() != Some(&order.id) {
                continue;
            }
            let revenue = self.revenue.entry(order.currency.to_string()).or_default();
            revenue.currency = order.currency.to_string();
            let (linear, last, agent) = match share(&cell.action.touches, cart.id, abandoned_at, order.at, minor) {
                Earned::Nobody => (0, 0, 0),
                Earned::Agent { .. } => (0, 0, minor),
                Earned::Touches(_) => (minor, minor, 0),
            };
            revenue.linear_minor += linear;
            revenue.last_interaction_minor += last;
            revenue.agent_closed_minor += agent;
            revenue.orders.push(json!({
                "order": order.id, "customer": customer, "cart": cart.shop_id.as_deref().map_or_else(|| cart.id.to_string(), str::to_owned),
                "total_minor": minor, "linear_minor": linear, "last_interaction_minor": last, "agent_closed_minor": agent,
            }));
        }
    }

    /// Fills in names and sorts: the same input prints the same text.
    pub fn finish(&mut self) {
        let names = std::mem::take(&mut self.names);
        let find = |mut customer: Id| {
            while let Some(into) =
                names.get(&customer).and_then(|n| n.customer.strip_prefix('\0')).and_then(|id| id.parse().ok())
            {
                customer = into;
            }
            names.get(&customer)
        };
        let name = |who: (Id, Option<Id>)| {
            let known = find(who.0);
            let cart =
                who.1.map(|cart| known.and_then(|n| n.carts.get(&cart).cloned()).unwrap_or_else(|| cart.to_string()));
            (known.map(|n| n.customer.clone()).unwrap_or_default(), cart)
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
        self.carts.sort_by(|a, b| (&a.customer, &a.id).cmp(&(&b.customer, &b.id)));
        self.deals.sort_by(|a, b| (a.created_at, &a.cart).cmp(&(b.created_at, &b.cart)));
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
        list(to, "revenue", self.revenue.values(), false)?;
        writeln!(to, "}}")
    }

    /// The same for a person.
    pub fn write_tables(&self, to: &mut impl std::io::Write) -> std::io::Result<()> {
        writeln!(to, "Messages ({})", self.messages.len())?;
        for m in &self.messages {
            writeln!(to, "  {}  {:<24} {:<16} {} -> {}  {}", m.time, m.flow, m.step, m.from, m.to, m.subject)?;
        }
        writeln!(to, "\nAgent notices ({})", self.notices.len())?;
        for n in &self.notices {
            writeln!(
                to,
                "  {}  {}  {} cart {} ({})",
                n.time,
                n.agent.as_deref().unwrap_or("no agent"),
                n.customer,
                n.cart.as_deref().unwrap_or("-"),
                n.reason
            )?;
        }
        writeln!(to, "\nJourneys ({})", self.journeys.len())?;
        for j in &self.journeys {
            let path: Vec<&str> = j.path.iter().filter_map(|p| p["at"].as_str()).collect();
            writeln!(
                to,
                "  {:<24} {} cart {}  {}",
                j.flow,
                j.customer,
                j.cart.as_deref().unwrap_or("-"),
                path.join(" > ")
            )?;
        }
        writeln!(to, "\nCarts ({})", self.carts.len())?;
        for c in &self.carts {
            let total = c.total_minor.map_or("unknown".to_owned(), |minor| minor.to_string());
            writeln!(
                to,
                "  {:<24} {:<16} {:<10} {} {} (minor units)",
                c.customer,
                c.id,
                c.state,
                total,
                c.currency.as_deref().unwrap_or("")
            )?;
        }
        writeln!(to, "\nDeals ({})", self.deals.len())?;
        for d in &self.deals {
            writeln!(to, "  {:<24} {:<16} {}", d.customer, d.cart, d.stage)?;
        }
        writeln!(to, "\nRevenue")?;
        for r in self.revenue.values() {
            writeln!(
                to,
                "  {}  linear {}  last interaction {}  closed by agents {}  (minor units, {} orders)",
                r.currency,
                r.linear_minor,
                r.last_interaction_minor,
                r.agent_closed_minor,
                r.orders.len()
            )?;
        }
        Ok(())
    }
}
