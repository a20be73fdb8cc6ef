//! Afterwards: what stands in the database against what was sent and what the mail server took.

use crate::plan::{Call, Customer, Plan, address, message_id, order_total};
use crate::post::Delivery;
use base::{Id, Time};
use crm::carts::CartState;
use engage::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use testkit::store::{Db, Engine, Row};

/// The figures that are told at the end.
#[derive(Debug, Default)]
pub struct Found {
    pub messages: usize,
    pub sent: usize,
    pub in_doubt: usize,
    /// In doubt, and the mail server has it.
    pub doubtful_taken: usize,
    pub failed: usize,
    pub skipped: usize,
    pub notices: usize,
    pub journeys: usize,
    /// Images that stood beside rows of the same content.
    pub images: usize,
}

struct Message {
    id: Id,
    customer: Id,
    cart: Option<Id>,
    flow: String,
    step: String,
    state: String,
    is_to_agent: bool,
    address: Option<String>,
}

/// Everything a test wants to know; complaints are gathered so that one run tells them all.
pub struct Audit<'a> {
    plan: &'a Plan,
    taken: BTreeMap<String, Vec<Delivery>>,
    cells: HashMap<Id, Cell>,
    messages: Vec<Message>,
    complaints: Vec<String>,
    found: Found,
}

/// Reads the database and compares; panics with every difference.
pub async fn audit(db: &Db, plan: &Plan, taken: BTreeMap<String, Vec<Delivery>>) -> Found {
    let mut audit = Audit {
        plan,
        taken,
        cells: HashMap::new(),
        messages: Vec::new(),
        complaints: Vec::new(),
        found: Found::default(),
    };
    audit.log(db).await;
    audit.cells(db).await;
    audit.nothing_waits(db).await;
    audit.messages(db).await;
    audit.facts();
    audit.reminders(db).await;
    audit.tours(db).await;
    audit.counters(db).await;
    audit.cells_and_rows_agree();
    let n = audit.complaints.len();
    assert!(
        n == 0,
        "{n} complaints, the first:\n{}",
        audit.complaints.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
    );
    audit.found
}

async fn rows(db: &Db, text: &str) -> Vec<Row> {
    db.query_text(text, &[]).await.unwrap_or_else(|error| panic!("{text}: {error}"))
}

async fn count(db: &Db, text: &str) -> i64 {
    rows(db, text).await[0].int("n")
}

impl Audit<'_> {
    fn complain(&mut self, what: String) {
        self.complaints.push(what);
    }

    fn expect_eq<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: T, expected: T) {
        if found != expected {
            self.complain(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }

    /// Every acknowledged call is in the log once, and nothing else came from outside.
    async fn log(&mut self, db: &Db) {
        let mut seen: HashMap<String, usize> = HashMap::new();
        for row in rows(db, "SELECT message_id FROM event WHERE origin = 0").await {
            *seen.entry(row.text("message_id").to_owned()).or_default() += 1;
        }
        let plan = self.plan;
        for call in plan.first.iter().chain(&plan.rest) {
            let id = message_id(call);
            let n = seen.remove(&id).unwrap_or(0);
            self.expect_eq(&format!("event {id} in the log"), n, 1);
        }
        self.expect_eq("events that nobody sent", seen.len(), 0);
        let refused = rows(db, "SELECT kind, name, reason FROM refused").await;
        for row in refused {
            self.complain(format!("quarantined: {} {} {}", row.text("kind"), row.text("name"), row.text("reason")));
        }
    }

    /// Reads every cell's row, and its newest image where one was left: they must say the same.
    async fn cells(&mut self, db: &Db) {
        for row in rows(db, "SELECT id, data FROM cell").await {
            let id = row.id("id");
            if !id.is_zero() {
                self.cells.insert(id, runtime::applier::decode(&runtime::applier::cell_of(row.blob("data"))));
            }
        }
        let mut newest: HashMap<Id, Cell> = HashMap::new();
        for row in rows(db, "SELECT cell, data FROM image ORDER BY seq").await {
            let id = row.id("cell");
            if row.blob("data").is_empty() {
                // The row is newer than the images before.
                newest.remove(&id);
            } else if !id.is_zero() && id != Id([0xff; 16]) {
                newest.insert(id, runtime::applier::decode(&runtime::applier::cell_of(row.blob("data"))));
            }
        }
        self.found.images = newest.len();
        for (id, image) in newest {
            let row = self.cells.get(&id).cloned().unwrap_or_default();
            if unlisted(image) != unlisted(row) {
                self.complain(format!("cell {id}: its row is not its newest image"));
            }
        }
    }

    async fn nothing_waits(&mut self, db: &Db) {
        let waiting = count(db, "SELECT count(*) AS n FROM effect").await;
        self.expect_eq("effects left in the outbox", waiting, 0);
        let behind =
            count(db, "SELECT (SELECT count(*) FROM behind) + (SELECT count(*) FROM behind_effects) AS n").await;
        self.expect_eq("commits of which something was left behind", behind, 0);
        let open = count(db, "SELECT count(*) AS n FROM journey WHERE state <> 'ended'").await;
        self.expect_eq("journeys that did not end", open, 0);
        let running = self.cells.values().map(|cell| cell.action.journeys.len()).sum::<usize>();
        self.expect_eq("journeys left in cells", running, 0);
        self.found.journeys = count(db, "SELECT count(*) AS n FROM journey").await as usize;
        self.found.notices = count(db, "SELECT count(*) AS n FROM notice").await as usize;
    }

    /// Each row against what the mail server took.
    async fn messages(&mut self, db: &Db) {
        for row in rows(db, "SELECT id, customer, cart, flow, step, state, recipient, address FROM message").await {
            self.messages.push(Message {
                id: row.id("id"),
                customer: row.id("customer"),
                cart: row.opt_id("cart"),
                flow: row.text("flow").to_owned(),
                step: row.text("step").to_owned(),
                state: row.text("state").to_owned(),
                is_to_agent: row.text("recipient") == "agent",
                address: row.opt_text("address").map(str::to_owned),
            });
        }
        let mut by_id: HashMap<String, (usize, Vec<String>)> = HashMap::new();
        let taken = std::mem::take(&mut self.taken);
        for (message_id, deliveries) in &taken {
            let id = message_id.split('@').next().unwrap_or_default().to_owned();
            let entry = by_id.entry(id).or_default();
            entry.0 += deliveries.len();
            entry.1.extend(deliveries.iter().map(|delivery| delivery.to.clone()));
        }
        let mut causes = BTreeSet::new();
        let messages = std::mem::take(&mut self.messages);
        for message in &messages {
            let (n, to) = by_id.remove(&message.id.to_string()).unwrap_or_default();
            let said = format!("message {} ({} {} to {:?})", message.id, message.flow, message.step, message.address);
            if to.iter().any(|to| Some(to) != message.address.as_ref()) {
                self.complain(format!("{said} went to {to:?}"));
            }
            if !causes.insert((
                message.customer,
                message.cart,
                message.flow.clone(),
                message.step.clone(),
                message.is_to_agent,
            )) {
                self.complain(format!("{said} has a twin for the same customer, cart, flow and step"));
            }
            self.judge(message, n, &said);
        }
        self.expect_eq("messages at the mail server that no row knows", by_id.len(), 0);
        self.found.messages = messages.len();
        (self.messages, self.taken) = (messages, taken);
    }

    fn judge(&mut self, message: &Message, n: usize, said: &str) {
        let is_right = match (message.state.as_str(), message.is_to_agent) {
            ("sent", false) => n == 1,
            // Service mail goes at least once, always under the same Message-ID.
            ("sent", true) => n >= 1,
            ("in_doubt", false) => n <= 1,
            ("in_doubt", true) => true,
            ("skipped" | "failed", false) => n == 0,
            ("skipped" | "failed", true) => true,
            _ => false,
        };
        if !is_right {
            self.complain(format!("{said} is {} and the mail server took it {n} times", message.state));
        }
        let found = &mut self.found;
        match message.state.as_str() {
            "sent" => found.sent += 1,
            "in_doubt" => {
                found.in_doubt += 1;
                found.doubtful_taken += usize::from(n > 0);
            }
            "failed" => found.failed += 1,
            _ => found.skipped += 1,
        }
    }

    fn cell_of(&self, customer: usize) -> Option<(Id, &Cell)> {
        let user = format!("u{customer}");
        self.cells.iter().find(|(_, cell)| cell.facts.key('u') == Some(&user)).map(|(id, cell)| (*id, cell))
    }

    /// Each customer's calls counted once; cart and order as sent.
    fn facts(&mut self) {
        let mut by_user: HashMap<String, Vec<Id>> = HashMap::new();
        for (id, cell) in self.cells.iter().filter(|(_, cell)| cell.facts.merged_into.is_none()) {
            by_user.entry(cell.facts.key('u').unwrap_or("nobody").to_owned()).or_default().push(*id);
        }
        let plan = self.plan;
        for (k, who) in plan.customers.iter().enumerate() {
            let ids = by_user.remove(&format!("u{k}")).unwrap_or_default();
            self.expect_eq(&format!("customers with user id u{k}"), ids.len(), 1);
            if let Some(id) = ids.first() {
                let cell = self.cells[id].clone();
                self.one_customer(k, who, &cell);
            }
        }
        self.expect_eq("customers that nobody sent", by_user.len(), 0);
    }

    fn one_customer(&mut self, k: usize, who: &Customer, cell: &Cell) {
        let said =
            |what: &str| format!("customer {k}{}: {what}", if who.is_stranger { " (stranger first)" } else { "" });
        let facts = &cell.facts;
        self.expect_eq(&said("events"), facts.events, who.calls);
        let email = facts.profile.email.as_deref().map(str::to_owned);
        self.expect_eq(&said("address"), email, Some(address(k, who.is_refused)));
        let mut cart: BTreeMap<usize, i64> = BTreeMap::new();
        for line in facts.book.carts.iter().flat_map(|cart| &cart.lines) {
            let product = line.product_id.trim_start_matches('p').parse().unwrap_or(usize::MAX);
            *cart.entry(product).or_default() += line.quantity;
        }
        cart.retain(|_, n| *n != 0);
        let mut expected = who.cart.clone();
        expected.retain(|_, n| *n != 0);
        self.expect_eq(&said("cart"), cart, expected);
        self.expect_eq(&said("carts"), facts.book.carts.len(), 1);
        let orders: Vec<(String, Option<i64>)> =
            facts.book.orders.iter().map(|order| (order.id.to_string(), order.total)).collect();
        let expected = who.buys.then(|| (format!("order-{k}"), Some(order_total(k) * 100)));
        self.expect_eq(&said("orders"), orders, expected.into_iter().collect());
        let state = facts.book.carts.first().map(|cart| cart.state);
        let is_right = match state {
            Some(CartState::Recovered | CartState::Converted) => who.buys,
            Some(CartState::Abandoned) => !who.buys,
            _ => false,
        };
        if !is_right {
            self.complain(said(&format!("the cart is {state:?}")));
        }
    }

    /// Whoever left a cart behind got every message of both flows, or it is in doubt, or the mail server refused it.
    async fn reminders(&mut self, db: &Db) {
        let expected: BTreeSet<(&str, &str)> = [
            ("two_branch_follow_up", "send_email"),
            ("three_step_recovery", "send_help"),
            ("three_step_recovery", "send_products"),
            ("three_step_recovery", "send_last"),
        ]
        .into();
        let mut by_customer: HashMap<Id, Vec<&Message>> = HashMap::new();
        for message in self.messages.iter().filter(|message| !message.is_to_agent) {
            by_customer.entry(message.customer).or_default().push(message);
        }
        let mut complaints = Vec::new();
        for (k, who) in self.plan.customers.iter().enumerate() {
            if who.buys || who.is_stranger {
                continue;
            }
            let Some((id, _)) = self.cell_of(k) else { continue };
            let none = Vec::new();
            let messages = by_customer.get(&id).unwrap_or(&none);
            let there: BTreeSet<(&str, &str)> = messages.iter().map(|m| (m.flow.as_str(), m.step.as_str())).collect();
            if there != expected {
                let text =
                    format!("SELECT at, flow, code, data FROM decision WHERE customer = x'{id}' ORDER BY position, n")
                        .replace('-', "");
                let why: Vec<String> = match db.engine() {
                    Engine::Sqlite => rows(db, &text).await,
                    Engine::Postgres => rows(db, &text.replace("x'", "'\\x")).await,
                }
                .iter()
                .map(|row| {
                    format!("{} {} {} {}", Time(row.int("at")), row.text("flow"), row.text("code"), row.text("data"))
                })
                .collect();
                complaints.push(format!("customer {k}: has {there:?} of the messages\n  {}", why.join("\n  ")));
            }
            for message in messages {
                let is_right = match message.state.as_str() {
                    "failed" => who.is_refused,
                    "sent" | "in_doubt" => true,
                    _ => false,
                };
                if !is_right {
                    complaints.push(format!("customer {k}: message {} is {}", message.step, message.state));
                }
            }
        }
        self.complaints.extend(complaints);
    }

    /// Everybody went through the whole of the engine's flow once, and ended as without a crash.
    async fn tours(&mut self, db: &Db) {
        let people = self.plan.customers.len();
        for flow in ["tour", "tour_inner"] {
            let text = format!("SELECT count(*) AS n FROM journey WHERE flow = '{flow}' AND state = 'ended'");
            let ended = count(db, &text).await;
            self.expect_eq(&format!("ended journeys of {flow}"), ended, people as i64);
        }
        let notes = rows(db, "SELECT data, count(*) AS n FROM decision WHERE code = 'note' GROUP BY data").await;
        let told: Vec<(String, i64)> = notes.iter().map(|row| (row.text("data").to_owned(), row.int("n"))).collect();
        let note = r#"{"by":"flow:tour","text":"tour 14 7 3 4"}"#.to_owned();
        self.expect_eq("what the tours ended with", told, vec![(note, people as i64)]);
        let living = self.cells.values().filter(|cell| cell.facts.merged_into.is_none());
        let toured = living.filter(|cell| cell.facts.tags.names().eq(["toured"])).count();
        self.expect_eq("customers with the tour's tag", toured, people);
    }

    /// The roll-ups against a recount.
    async fn counters(&mut self, db: &Db) {
        let mut sums: HashMap<String, i64> = HashMap::new();
        for row in rows(db, "SELECT metric, n FROM rollup").await {
            *sums.entry(row.text("metric").to_owned()).or_default() += row.int("n");
        }
        let carts = || {
            self.cells.values().filter(|cell| cell.facts.merged_into.is_none()).flat_map(|cell| &cell.facts.book.carts)
        };
        let in_state = |state: CartState| carts().filter(|cart| cart.state == state).count() as i64;
        let to_customers =
            |state: &str| self.messages.iter().filter(|m| m.state == state && !m.is_to_agent).count() as i64;
        let expected = [
            ("carts_abandoned", carts().filter(|cart| cart.abandoned_at.is_some()).count() as i64),
            ("carts_recovered", in_state(CartState::Recovered)),
            ("carts_converted", in_state(CartState::Converted)),
            ("journeys_started", self.found.journeys as i64),
            ("messages_sent", to_customers("sent")),
        ];
        for (metric, n) in expected {
            self.expect_eq(&format!("roll-up {metric}"), sums.get(metric).copied().unwrap_or(0), n);
        }
        let orders = count(db, "SELECT count(*) AS n FROM shop_order").await;
        self.expect_eq("order rows", orders, self.plan.customers.iter().filter(|who| who.buys).count() as i64);
        for (code, metric) in [
            ("message_sent", None),
            ("message_in_doubt", Some("messages_in_doubt")),
            ("journey_", Some("journeys_started")),
        ] {
            let decided = rows(db, "SELECT code, count(*) AS n FROM decision GROUP BY code").await;
            let begun = ["journey_started", "journey_triggered", "journey_called"];
            let is_meant = |row: &&Row| {
                let found = row.text("code");
                found == code || code == "journey_" && begun.contains(&found)
            };
            let n: i64 = decided.iter().filter(is_meant).map(|row| row.int("n")).sum();
            match metric {
                Some(metric) => self.expect_eq(
                    &format!("roll-up {metric} against the ledger"),
                    sums.get(metric).copied().unwrap_or(0),
                    n,
                ),
                None => {
                    let sent = self.found.sent as i64;
                    self.expect_eq("the ledger's sent messages", n, sent);
                }
            }
        }
    }

    /// A message says the same in its cell and in its row.
    fn cells_and_rows_agree(&mut self) {
        let states: HashMap<Id, &str> =
            self.messages.iter().map(|message| (message.id, message.state.as_str())).collect();
        let mut complaints = Vec::new();
        for message in self.cells.values().flat_map(|cell| &cell.action.messages) {
            let row = states.get(&message.id).copied().unwrap_or("not there");
            if row != message.state.as_str() {
                complaints.push(format!(
                    "message {} is {} in its cell and {row} in its row",
                    message.id,
                    message.state.as_str()
                ));
            }
        }
        self.complaints.extend(complaints);
    }
}

/// Without the memory of what was last listed, which a sweep changes.
fn unlisted(mut cell: Cell) -> Cell {
    cell.facts.listed.clear();
    cell.facts.book.gone.clear();
    cell.action.listed.clear();
    cell
}

/// The calls are distinct; a plan that were not would prove nothing.
pub fn is_sound(calls: &[Call]) -> bool {
    let ids: BTreeSet<String> = calls.iter().map(message_id).collect();
    ids.len() == calls.len()
}
