//! The cart at its shop again, where the shop has no link of its own that brings it back.

use super::{Opened, Public, go_to, page};
use crate::{
    commands,
    refills::{Answer, Claim, Ended, LeftOut, Outcome},
};
use adapters::shops::client::{WantedCart, WantedLine};
use axum::response::Response;
use base::Id;
use crm::{
    calls::Input,
    carts::Cart,
    catalogue::variant_of,
    connections::{CartWay, cart_way},
};
use runtime::Handle;
use std::time::Duration;

/// Somebody who opens the link while it is under way for somebody else waits so often, and so long each time.
const LOOKS: usize = 25;
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Leads to the cart at the shop; where that cannot be, lists it. Only a click has a cart made.
pub(super) async fn bring_back(public: &Public, opened: &Opened, cart: &Cart, is_click: bool) -> Response {
    let (words, settings) = (opened.words(), &opened.shared.settings);
    let way = match cart_way(&public.shops, opened.target.partition, cart.shop_id.as_deref()).await {
        Ok(way) => way,
        Err(error) => {
            tracing::warn!(%error, "the shop of a cart cannot be read now");
            None
        }
    };
    let Some(way) = way.filter(|_| cart.has_products()) else {
        return page::cart(&words, settings, cart);
    };
    let wanted = wanted(&opened.handle, cart, way.catalogue()).await;
    let was = way.own_id(cart.shop_id.as_deref().unwrap_or_default());
    if !way.link.needs_cart() {
        return go_to(way.link.fill(was, &wanted, None));
    }
    if !is_click {
        return page::cart(&words, settings, cart);
    }
    // Who clicks twice has the first request broken off: it is carried on, and the second one finds what it made.
    let visit = Visit {
        public: public.clone(),
        handle: opened.handle.clone(),
        customer: opened.target.customer,
        cart: cart.clone(),
        way,
        wanted,
    };
    match tokio::spawn(async move { visit.cart().await }).await.ok().flatten() {
        Some((address, left_out)) if left_out.is_empty() => go_to(address),
        Some((address, left_out)) => page::in_part(&words, &left_out, &address),
        None => page::not_now(&words, settings, cart),
    }
}

/// The cart's lines. A shop's API knows them by their variants, which its pages often do not say: the catalogue does.
async fn wanted(handle: &Handle<Input>, cart: &Cart, catalogue: &str) -> WantedCart {
    let mut lines = Vec::new();
    for line in cart.lines.iter().filter(|line| line.quantity > 0) {
        let variant_id = match line.variant_id.as_deref() {
            Some(id) => Some(id.to_owned()),
            None => variant_of(handle, catalogue, line.sku.as_deref(), Some(&line.product_id)).await,
        };
        lines.push(WantedLine { product_id: line.product_id.to_string(), variant_id, quantity: line.quantity });
    }
    WantedCart { lines, coupon: cart.coupon.as_deref().map(str::to_owned) }
}

/// Somebody who wants the cart back.
struct Visit {
    public: Public,
    handle: Handle<Input>,
    customer: Id,
    cart: Cart,
    way: CartWay,
    wanted: WantedCart,
}

impl Visit {
    /// Where the new cart is, and what is not in it: the one that was made before, or one that is made now.
    async fn cart(&self) -> Option<(String, Vec<LeftOut>)> {
        let claim = Claim { customer: self.customer, cart: self.cart.id };
        for _ in 0..LOOKS {
            let command = commands::new("cart.refill", &claim, self.public.clock.now());
            let reply = self.handle.command(command).await.ok()?;
            match serde_json::from_value(reply.get("answer")?.clone()).ok()? {
                Answer::There { address, left_out } => return Some((address, left_out)),
                Answer::Gone => return None,
                Answer::UnderWay => tokio::time::sleep(LOOK_EVERY).await,
                Answer::Go => return self.make().await,
            }
        }
        None
    }

    async fn make(&self) -> Option<(String, Vec<LeftOut>)> {
        let (way, cart, shops) = (&self.way, &self.cart, &self.public.shops);
        let was = way.own_id(cart.shop_id.as_deref().unwrap_or_default());
        let (ended, found) = match way.make(shops, &self.wanted).await {
            Ok(made) => {
                let address = way.link.fill(was, &self.wanted, Some(&made));
                let left_out = left_out(cart, &made.added);
                let id = way.our_id(&made.id);
                (Ended::Made { id, address: address.clone(), left_out: left_out.clone() }, Some((address, left_out)))
            }
            Err(reason) => {
                tracing::warn!(shop = way.name(), reason, "a cart was not filled again");
                (Ended::Failed { reason }, None)
            }
        };
        let outcome = Outcome { customer: self.customer, cart: cart.id, shop: way.name().to_owned(), ended };
        let command = commands::new("cart.refilled", &outcome, self.public.clock.now());
        if let Err(error) = self.handle.command(command).await {
            tracing::warn!(%error, "the loop did not hear of a cart that was filled again: its order may stand for itself");
        }
        found
    }
}

fn left_out(cart: &Cart, added: &[i64]) -> Vec<LeftOut> {
    let lines = cart.lines.iter().filter(|line| line.quantity > 0).zip(added);
    let lacks = lines.filter(|(line, added)| **added < line.quantity);
    let left = lacks.map(|(line, added)| LeftOut {
        name: line.name.clone().unwrap_or_else(|| line.product_id.clone()),
        added: *added,
        wanted: line.quantity,
    });
    left.collect()
}
