//! A plan played through the door and the loop, step by step: the clock walks on, what happened until then is posted, what is
//! due fires, mails go to the mailbox, and customers answer some of them.

use super::{
    Demo, Kept, Outcome,
    chance::Dice,
    plan::{Act, Happening, Plan, Writer},
    record::{Answer, Waiting},
    words::NOTES,
};
use crate::serve::Server;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use base::{Clock, DAY, HOUR, MINUTE, Time};
use crm::{calls::Input, customers::key_of};
use engage::{
    commands::{self, LinkUsed, WriteNote},
    delivery::{Courier, deliver_due},
};
use runtime::NewEvent;
use serde_json::{Value as Json, json};
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
    time::Duration,
};
use tower::ServiceExt as _;

/// Events posted in one call.
const BATCH_EVENTS: usize = 600;
/// Where the numbers of what customers do about messages begin.
const ANSWERS: usize = 1 << 40;
/// Steps between two words in the record.
const STEPS_SAVED: u32 = 50;
/// How often the loop is asked whether it is done.
const LOOK: Duration = Duration::from_millis(1);
/// After so many looks something hangs.
const LOOKS_MAX: u32 = 120_000;

pub struct Player {
    demo: Arc<Demo>,
    courier: Arc<Courier>,
    door: Router,
    key: String,
    shop_url: String,
    plan: Plan,
    now: Time,
    /// The next happening.
    next: usize,
    dice: Dice,
    /// The carts of each address that was left with an answer in mind.
    answers: HashMap<String, Vec<u32>>,
    /// Messages so far about each of these carts.
    told: HashMap<u32, u8>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    posted: usize,
    steps: u32,
}

impl Player {
    /// At the place where the record says that it stopped, or at the beginning.
    pub fn new(demo: Arc<Demo>, server: Arc<Server>, courier: Arc<Courier>, plan: Plan) -> Result<Player, String> {
        let record = demo.record().clone();
        let now = record.played_to.unwrap_or(record.wish.start);
        let mut answers: HashMap<String, Vec<u32>> = HashMap::new();
        for (n, cart) in plan.carts.iter().enumerate().filter(|(_, cart)| cart.reply.is_some()) {
            answers.entry(plan.people[cart.person as usize].email.clone()).or_default().push(n as u32);
        }
        // What was posted and not written down comes once more, and is known by its message id.
        let next = plan.happenings.partition_point(|happening| happening.at <= now && record.played_to.is_some());
        Ok(Player {
            door: crm::door::router(server.door(Default::default())),
            key: record.key.ok_or("the shop's pages have no key")?,
            shop_url: format!("{}/demo", server.public_url.trim_end_matches('/')),
            now,
            next,
            dice: Dice::new(record.wish.seed ^ now.0 as u64),
            answers,
            told: HashMap::new(),
            waiting: record.waiting.into_iter().map(Reverse).collect(),
            posted: 0,
            steps: 0,
            demo,
            courier,
            plan,
        })
    }

    pub fn now(&self) -> Time {
        self.now
    }

    /// Events posted.
    pub fn posted(&self) -> usize {
        self.posted
    }

    pub fn is_over(&self) -> bool {
        self.now >= self.plan.wish.end
    }

    /// Walks on, at most to `until`, and returns when everything up to there is done.
    pub async fn step(&mut self, until: Option<Time>) -> Result<(), String> {
        let left = self.plan.wish.end - self.now;
        // The nearer, the finer: the last days are what people look at.
        let stride = match left {
            left if left > 40 * DAY => 7 * HOUR,
            left if left > 3 * DAY => 2 * HOUR,
            _ => 15 * MINUTE,
        };
        let stride = (stride as f64 * (0.7 + 0.6 * self.dice.unit())) as i64;
        let end = self.now.plus(stride).min(self.plan.wish.end);
        let end = until.map_or(end, |until| end.min(until.max(self.now.plus(1))));
        self.demo.clock.walk_to(end);
        self.demo.reached(end);
        let mut happened = self.happened_until(end);
        let (clicks, orders) = self.answered_until(end);
        happened.extend(orders);
        happened.sort_by_key(|(_, happening)| happening.at);
        // The click comes before the order that it led to.
        self.say_all(clicks).await?;
        self.post(&happened).await?;
        self.write_notes(&happened).await?;
        self.settle(end).await?;
        self.now = end;
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_SAVED) {
            self.save()?;
        }
        Ok(())
    }

    /// Writes down how far it is, so that another start goes on from here.
    pub fn save(&self) -> Result<(), String> {
        self.demo.remember(|record| {
            record.played_to = Some(self.now);
            record.waiting = self.waiting.iter().map(|waiting| waiting.0).collect();
        })
    }

    fn happened_until(&mut self, end: Time) -> Vec<(usize, Happening)> {
        let from = self.next;
        while self.plan.happenings.get(self.next).is_some_and(|happening| happening.at <= end) {
            self.next += 1;
        }
        (from..self.next).map(|n| (n, self.plan.happenings[n])).collect()
    }

    /// What customers do about messages until then: clicks, to be said to the loop as our pages say them, and orders.
    fn answered_until(&mut self, end: Time) -> (Vec<NewEvent<Input>>, Vec<(usize, Happening)>) {
        let (mut clicks, mut orders) = (Vec::new(), Vec::new());
        while self.waiting.peek().is_some_and(|waiting| waiting.0.at <= end) {
            let Some(Reverse(Waiting { at, customer, message, cart, what })) = self.waiting.pop() else { break };
            let used = LinkUsed { customer, message };
            match what {
                Answer::Click => clicks.push(commands::new("link.clicked", &used, at)),
                Answer::Unsubscribe => clicks.push(commands::new("link.unsubscribed", &used, at)),
                Answer::Order => {
                    let person = self.plan.carts[cart as usize].person;
                    let acts = [Act::CartViewed { cart }, Act::CheckoutStarted { cart }, Act::Ordered { cart }];
                    for (n, act) in acts.into_iter().enumerate() {
                        let at = at.plus((n as i64 - 2) * 50 * base::SECOND);
                        let number = ANSWERS + 4 * cart as usize + n;
                        orders.push((number, Happening { at, person, device: 1, is_known: true, act }));
                    }
                }
            }
        }
        (clicks, orders)
    }

    /// Posts happenings as a shop's pages and server do.
    async fn post(&mut self, happened: &[(usize, Happening)]) -> Result<(), String> {
        for batch in happened.chunks(BATCH_EVENTS) {
            let writer = Writer { plan: &self.plan, shop_url: &self.shop_url };
            let calls: Vec<Json> = batch.iter().map(|(number, happening)| writer.call(*number, happening)).collect();
            let body = json!({ "writeKey": self.key, "sentAt": self.demo.clock.now(), "batch": calls }).to_string();
            self.post_batch(body).await?;
            self.posted += batch.len();
        }
        Ok(())
    }

    async fn post_batch(&self, body: String) -> Result<(), String> {
        for _ in 0..LOOKS_MAX {
            let request = Request::post("/v1/batch").header("content-type", "application/json");
            let request = request.body(Body::from(body.clone())).map_err(|e| e.to_string())?;
            let Ok(response) = self.door.clone().oneshot(request).await;
            match response.status() {
                StatusCode::OK => return Ok(()),
                // The loop writes its rows first.
                StatusCode::TOO_MANY_REQUESTS => tokio::time::sleep(50 * LOOK).await,
                status => return Err(format!("the door answered {status}")),
            }
        }
        Err("the door has been full for too long".to_owned())
    }

    async fn say_all(&self, commands: Vec<NewEvent<Input>>) -> Result<(), String> {
        for command in commands {
            let said = self.courier.handle.command(command).await;
            // A customer who merged into another meanwhile is found there; one who was forgotten does not click.
            if let Err(error) = said {
                tracing::debug!(%error, "a click of the history led nowhere");
            }
        }
        Ok(())
    }

    /// Agents write down what was said, in the last weeks.
    async fn write_notes(&mut self, happened: &[(usize, Happening)]) -> Result<(), String> {
        let recent = self.plan.wish.end.plus(-45 * DAY);
        for (_, happening) in happened.iter().filter(|(_, happening)| happening.at > recent) {
            let Act::Contacted { .. } = happening.act else { continue };
            let user = format!("cliente-{}", 1_000 + happening.person);
            let Some(customer) = self.courier.handle.find(key_of('u', &user)).await else { continue };
            let text = (*self.dice.pick(NOTES)).to_owned();
            let note = WriteNote { customer, text, by: "agent".to_owned() };
            let command = commands::new("customer.note", &note, happening.at);
            self.courier.handle.command(command).await.map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    /// Waits until everything is applied, no timer is due and every mail is delivered.
    async fn settle(&mut self, now: Time) -> Result<(), String> {
        loop {
            self.wait_for_timers(now).await?;
            let delivered = deliver_due(&self.courier).await.map_err(|e| e.to_string())?;
            for kept in self.demo.mailbox.take_fresh() {
                self.hear(&kept);
            }
            if delivered == 0 {
                return Ok(());
            }
        }
    }

    async fn wait_for_timers(&self, now: Time) -> Result<(), String> {
        let status = self.courier.handle.status();
        for look in 0..LOOKS_MAX {
            let is_behind = status.appended() > status.position();
            if !is_behind && status.next_due().is_none_or(|due| due > now) {
                return Ok(());
            }
            match look {
                0..20 => tokio::task::yield_now().await,
                _ => tokio::time::sleep(LOOK).await,
            }
            if look % 50 == 1 {
                // A question wakes the loop, which sleeps by another clock than ours.
                self.courier.handle.find(key_of('u', "nobody")).await;
            }
        }
        Err(format!("a timer that was due at {now} has not fired"))
    }

    /// A customer has a mail: what will they do about it?
    fn hear(&mut self, kept: &Kept) {
        let (Some(customer), Some(message), Outcome::Sent) = (kept.customer, kept.message, kept.outcome) else {
            return;
        };
        let left = |cart: &&u32| self.plan.carts[**cart as usize].left_at.is_some_and(|at| at <= kept.at);
        let Some(cart) = self.answers.get(&kept.to).and_then(|carts| carts.iter().rfind(left)).copied() else { return };
        let Some(reply) = self.plan.carts[cart as usize].reply else { return };
        let told = self.told.entry(cart).or_default();
        *told += 1;
        if *told != reply.nth {
            return;
        }
        let at = kept.at.plus(reply.click_after);
        let mut will = |at, what| self.waiting.push(Reverse(Waiting { at, customer, message, cart, what }));
        if reply.unsubscribes {
            return will(at, Answer::Unsubscribe);
        }
        will(at, Answer::Click);
        if let Some(order_after) = reply.order_after {
            will(at.plus(order_after), Answer::Order);
        }
    }
}
