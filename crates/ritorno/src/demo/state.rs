//! How far a visitor of the shop has come with the guide, read from what Ritorno knows.

use super::Demo;
use crate::serve::Server;
use base::{Clock, Id, Time};
use crm::{
    carts::{Cart, CartState},
    customers::key_of,
};
use engage::{cell::Cell, cell::MessageState};
use insight::attribution::TouchKind;
use serde::Serialize;

/// The steps of the guide, as they are in truth.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Steps {
    /// There is something in the cart.
    pub added: bool,
    /// Ritorno knows whom to write to.
    pub known: bool,
    /// The cart counts as left behind.
    pub left: bool,
    /// The mail in the mailbox, once there is one.
    pub mail: Option<u64>,
    pub mail_read: bool,
    pub clicked: bool,
    /// Ordered after it was left behind.
    pub recovered: bool,
    /// Ordered before a day had passed.
    pub converted: bool,
    /// Cents of the order.
    pub total: Option<i64>,
    /// Why no mail is coming, in one word.
    pub no_mail: Option<&'static str>,
    pub customer: Option<Id>,
}

/// Everything that the guide asks for.
#[derive(Debug, Serialize)]
pub struct State {
    pub is_ready: bool,
    /// Of the history, from 0 to 1.
    pub progress: f64,
    /// Where the demonstration's clock stands.
    pub now: Time,
    /// Whole hours that it is ahead of the real one.
    pub hours_ahead: i64,
    pub steps: Steps,
}

impl Demo {
    /// What the guide shows to the visitor with this cart.
    pub async fn state(&self, server: &Server, cart: Option<&str>) -> State {
        let (progress, now) = self.progress();
        let is_ready = self.record().is_ready;
        let steps = match cart.filter(|_| is_ready) {
            Some(cart) => self.steps(server, cart).await,
            None => Steps::default(),
        };
        State { is_ready, progress, now, hours_ahead: self.clock.ahead() / base::HOUR, steps }
    }

    async fn steps(&self, server: &Server, named: &str) -> Steps {
        let Some((customer, cell)) = self.cell_of(server, named).await else { return Steps::default() };
        let is_it = |cart: &&Cart| cart.shop_id.as_deref() == Some(named);
        let Some(cart) = cell.facts.book.carts.iter().rfind(is_it) else { return Steps::default() };
        let messages: Vec<Id> = cell
            .action
            .messages
            .iter()
            .filter(|message| message.cart == Some(cart.id))
            .map(|message| message.id)
            .collect();
        let kept = self.mailbox.of_messages(&messages);
        let is_click = |touch: &insight::attribution::Touch| {
            touch.kind == TouchKind::Click && touch.message.is_some_and(|message| messages.contains(&message))
        };
        let skipped =
            |message: &engage::cell::Message| message.cart == Some(cart.id) && message.state == MessageState::Skipped;
        let ordered = matches!(cart.state, CartState::Recovered | CartState::Converted);
        Steps {
            added: ordered || cart.has_products(),
            known: cell.facts.profile.email.is_some(),
            left: cart.abandoned_at.is_some(),
            mail: kept.as_ref().map(|kept| kept.id),
            mail_read: kept.as_ref().is_some_and(|kept| kept.is_read),
            clicked: cell.action.touches.iter().any(is_click),
            recovered: cart.state == CartState::Recovered,
            converted: cart.state == CartState::Converted,
            total: if ordered { cart.total() } else { None },
            no_mail: if kept.is_none() && cell.action.messages.iter().any(skipped) { Some("skipped") } else { None },
            customer: Some(customer),
        }
    }

    /// The customer who has the cart, wherever a join has taken them.
    async fn cell_of(&self, server: &Server, cart: &str) -> Option<(Id, Cell)> {
        let workspace = crm::desk::list_workspaces(&server.db).await.ok()?.first()?.id;
        let handle = server.runtime.workspace(workspace);
        let mut id = handle.find(key_of('c', cart)).await?;
        for _ in 0..8 {
            let cell: Cell = runtime::applier::decode(&handle.cell(id).await?);
            match cell.facts.merged_into {
                Some(next) => id = next,
                None => return Some((id, cell)),
            }
        }
        None
    }

    /// The time of the demonstration.
    pub fn now(&self) -> Time {
        self.clock.now()
    }
}
