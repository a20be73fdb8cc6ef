//! Who sends the slices: takes the products' events that nobody was told of, finds the customers they may concern, and goes
//! through them. The place up to which it came is written when all were told: who dies in between begins again there.

use super::{
    fold::{NewsSlice, ProductNews},
    sql,
};
use crate::commands;
use base::{HOUR, Id, SharedClock, Time};
use crm::{
    calls::Input,
    catalogue::{BACK_IN_STOCK, PRICE_DROPPED, STOCK_LOW},
};
use runtime::{AppendError, Handle};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};
use store::{Db, Row, Value, Write};
use tokio::{sync::watch, time::Instant};

/// Events of products that are told together.
const EVENTS: i64 = 5_000;
/// Customers in one slice, and news.
const SLICE: usize = 200;
const SLICE_NEWS: usize = 500;
/// Rows read at once.
const PAGE: i64 = 2_000;
/// Customers whom one round finds; what concerns more of them is told to the first.
const CUSTOMERS_MAX: usize = 1_000_000;
/// What is older is not told: the past does not fire.
const AGE_MAX: i64 = 6 * HOUR;
/// How often it is looked whether something happened.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// After a round it rests so many times as long as that took, at most for five minutes.
const REST: u32 = 10;
const REST_MAX: Duration = Duration::from_secs(300);
/// Where the loop is busy, and while what customers did reaches the tables.
const PAUSE: Duration = Duration::from_millis(500);
const SWEPT_WITHIN: Duration = Duration::from_secs(20);

/// What tells a workspace's customers of its products.
pub struct News {
    pub db: Db,
    pub clock: SharedClock,
    pub handle: Handle<Input>,
}

/// What is told in one round.
struct Round {
    until: i64,
    news: Vec<ProductNews>,
    /// Which of them a product has.
    of_product: HashMap<String, Vec<usize>>,
}

impl News {
    /// Until the process stops.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let begun = Instant::now();
            let pause = match self.tell().await {
                // There may be more. A round goes through all open carts: in a shop whose stock changes all the time, rounds that
                // follow each other at once would do nothing else.
                Ok(true) => (begun.elapsed() * REST).clamp(LOOK_EVERY, REST_MAX),
                Ok(false) => LOOK_EVERY,
                Err(reason) => {
                    tracing::debug!(reason, workspace = self.handle.partition(), "the news of products pause");
                    LOOK_EVERY
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Tells the next events; whether there were any. The error is why it stopped: later it begins again there.
    pub async fn tell(&self) -> Result<bool, String> {
        let partition: Value = self.handle.partition().into();
        let told = self.query(&sql::TOLD, std::slice::from_ref(&partition)).await?;
        let told = told.first().map_or(0, |row| row.int("position"));
        let mut rows = self.query(&sql::PRODUCT_EVENTS_AFTER, &[partition.clone(), told.into(), EVENTS.into()]).await?;
        let Some(last) = rows.last().map(|row| row.int("position")) else { return Ok(false) };
        // What one event raised stays together.
        let is_cut = rows.len() as i64 == EVENTS && rows[0].int("position") != last;
        rows.retain(|row| !is_cut || row.int("position") != last);
        let until = rows.last().map_or(last, |row| row.int("position"));
        let round = round_of(&rows, until, self.clock.now());
        if !round.news.is_empty() {
            self.swept().await;
            let customers = self.customers(&round).await?;
            self.go_through(&round, customers).await?;
        }
        let row = [partition, until.into()];
        self.db.write(vec![Write::one(&sql::TOLD_PUT, row)]).await.map_err(|error| error.to_string())?;
        Ok(true)
    }

    /// What customers did just now may not be in the tables yet.
    async fn swept(&self) {
        let mut waited = Duration::ZERO;
        while self.handle.status().dirty_bytes() > 0 && waited < SWEPT_WITHIN {
            tokio::time::sleep(PAUSE).await;
            waited += PAUSE;
        }
    }

    /// The customers whom something may concern, and the products by which.
    async fn customers(&self, round: &Round) -> Result<BTreeMap<Id, BTreeSet<usize>>, String> {
        let partition: Value = self.handle.partition().into();
        let mut found: BTreeMap<Id, BTreeSet<usize>> = BTreeMap::new();
        for (product, news) in &round.of_product {
            let mut after = Id::ZERO;
            loop {
                let params = [partition.clone(), Value::from(product), after.into(), PAGE.into()];
                let rows = self.query(&sql::WISHES_FOR, &params).await?;
                for row in &rows {
                    found.entry(row.id("customer")).or_default().extend(news);
                }
                match rows.last() {
                    Some(row) if found.len() < CUSTOMERS_MAX => after = row.id("customer"),
                    _ => break,
                }
            }
        }
        for state in ["active", "abandoned"] {
            let mut after = Id::ZERO;
            loop {
                let params = [partition.clone(), Value::Static(state), after.into(), PAGE.into()];
                let rows = self.query(&sql::CARTS_WITH_PRODUCTS, &params).await?;
                for row in &rows {
                    for news in row.text("products").lines().filter_map(|product| round.of_product.get(product)) {
                        found.entry(row.id("customer")).or_default().extend(news);
                    }
                }
                match rows.last() {
                    Some(row) if found.len() < CUSTOMERS_MAX => after = row.id("id"),
                    _ => break,
                }
            }
        }
        Ok(found)
    }

    async fn go_through(&self, round: &Round, customers: BTreeMap<Id, BTreeSet<usize>>) -> Result<(), String> {
        let (mut cells, mut wanted) = (Vec::new(), BTreeSet::new());
        for (id, news) in customers {
            cells.push(id);
            wanted.extend(news);
            if cells.len() >= SLICE || wanted.len() >= SLICE_NEWS {
                self.slice(round, std::mem::take(&mut cells), std::mem::take(&mut wanted)).await?;
            }
        }
        if !cells.is_empty() {
            self.slice(round, cells, wanted).await?;
        }
        Ok(())
    }

    async fn slice(&self, round: &Round, cells: Vec<Id>, wanted: BTreeSet<usize>) -> Result<(), String> {
        let news = wanted.into_iter().map(|nth| round.news[nth].clone()).collect();
        let slice = NewsSlice { until: round.until, news, cells };
        loop {
            match self.handle.command(commands::new("product.news", &slice, self.clock.now())).await {
                Ok(_) => return Ok(()),
                Err(AppendError::Busy { .. }) => tokio::time::sleep(PAUSE).await,
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    async fn query(&self, sql: &'static store::Sql, params: &[Value]) -> Result<Vec<Row>, String> {
        self.db.query(sql, params).await.map_err(|error| error.to_string())
    }
}

/// What of the rows is told. Of the same word on the same variant the last one counts.
fn round_of(rows: &[Row], until: i64, now: Time) -> Round {
    let mut round = Round { until, news: Vec::new(), of_product: HashMap::new() };
    let mut last: HashMap<(String, String, String), usize> = HashMap::new();
    for row in rows.iter().filter(|row| now - row.time("at") <= AGE_MAX) {
        let name = row.text("name");
        if ![BACK_IN_STOCK, PRICE_DROPPED, STOCK_LOW].contains(&name) {
            continue;
        }
        let Ok(mut properties) = serde_json::from_str::<Json>(row.text("properties")) else { continue };
        let Some(product_id) = properties["product_id"].as_str().map(str::to_owned) else { continue };
        for amount in ["price", "price_before"] {
            // Flows compare amounts as numbers.
            if let Some(number) = properties[amount].as_str().and_then(|text| serde_json::from_str::<Json>(text).ok()) {
                properties[amount] = number;
            }
        }
        properties.as_object_mut().into_iter().for_each(|all| all.retain(|_, value| !value.is_null()));
        let variant = properties["variant_id"].as_str().unwrap_or_default().to_owned();
        let news = ProductNews { name: name.to_owned(), product_id: product_id.clone(), properties };
        match last.entry((name.to_owned(), product_id.clone(), variant)) {
            std::collections::hash_map::Entry::Occupied(known) => round.news[*known.get()] = news,
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(round.news.len());
                round.of_product.entry(product_id).or_default().push(round.news.len());
                round.news.push(news);
            }
        }
    }
    round
}
