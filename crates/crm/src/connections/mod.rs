//! Connections: a source joined to a shop. Its webhooks come in at an address of their own, its API is read back (a *backfill* of
//! what was before, a *reconciliation* of what may have been missed), and what was not understood is kept until it can be.
//!
//! Everything goes in through the one door, as events that the shop's parser makes. Start reading at [`Connection`], then
//! [`hooks`] (in), [`Puller`] (asking) and [`api`] (people).

pub mod api;
mod carts;
mod coupons;
mod hooks;
mod jobs;
mod jobs_api;
mod model;
mod pull;
mod reader;
mod reconcile;
mod refusal;
mod rejected;
mod ring;
mod rows;
mod schedule;
pub mod sql;
mod tags;
#[cfg(test)]
mod tests;
mod trial;
mod views;

pub use carts::{CartWay, cart_way};
pub use coupons::{Coupon, Discount, take_coupon};
pub use hooks::router as hook_router;
pub use jobs::{Job, JobState, NewJob, Purpose, find_job, list_jobs, start_job, steer_job};
pub use model::{Connection, ConnectionState, Secret};
pub use pull::Puller;
pub use reader::Reader;
pub use refusal::WriteRefusal;
pub use ring::Ring;
pub use rows::{Created, NewConnection, create_connection, find_connection, list_connections};
pub use tags::{TagChange, TagShop, ToldTags, note_refused_tags, tag_shops, write_tags};
pub use views::{ConnectionView, ShopKind};

use crate::{
    desk::DeskState,
    door::{Door, Loops},
};
use adapters::web::Web;
use axum::extract::FromRef;
use std::sync::Arc;
use tokio::sync::{Notify, Semaphore};

/// What every part of the connections is given. Cheap to clone.
#[derive(Clone)]
pub struct Connections {
    pub desk: DeskState,
    pub loops: Loops,
    pub ring: Ring,
    /// Which addresses the shops' APIs may have.
    pub web: Web,
    /// Woken when there is a job to do.
    pub work: Arc<Notify>,
    /// Bodies of webhooks that are held at once, for all shops.
    bodies: Arc<Semaphore>,
}

/// Of the largest size they would fill 640 MB; most are a thousandth of that.
const BODIES_MAX: usize = 128;

impl Connections {
    pub fn new(desk: DeskState, loops: Loops, web: Web) -> Connections {
        let ring = Ring::new(desk.db.clone());
        Connections { desk, loops, ring, web, work: Arc::default(), bodies: Arc::new(Semaphore::new(BODIES_MAX)) }
    }

    /// Those of a door.
    pub fn of_door(door: &Door, web: Web) -> Connections {
        Connections::new(door.desk.clone(), door.loops.clone(), web)
    }

    /// The address that a shop's webhooks go to.
    pub fn webhook_url(&self, connection: &Connection) -> String {
        format!("{}/hooks/{}/{}", self.desk.public_url, connection.shop, connection.token)
    }
}

impl FromRef<Connections> for DeskState {
    fn from_ref(state: &Connections) -> DeskState {
        state.desk.clone()
    }
}
