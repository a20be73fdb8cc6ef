//! How events follow from what a shop said: names, properties and ids are the same for all shops.

use super::{
    Settings,
    event::Event,
    facts::{Cart, Line, Order, Person, Product, Refund, Shipment, Stock, Totals},
    json::Json,
};
use base::{Time, stable_hash};
use rust_decimal::Decimal;

/// Products that the door takes in one event.
const LINES_MAX: usize = 500;
const QUANTITY_MAX: i64 = 1_000_000;

/// Collects the events of a body.
pub struct Out<'a> {
    pub settings: &'a Settings,
    shop: &'static str,
    pub events: Vec<Event>,
}

/// Whom an event is about, by the ids that the door knows.
#[derive(Debug, Clone, Default)]
pub struct Who {
    user_id: Option<String>,
    anonymous_id: Option<String>,
}

impl<'a> Out<'a> {
    pub fn new(shop: &'static str, settings: &'a Settings) -> Out<'a> {
        Out { settings, shop, events: Vec::new() }
    }

    /// The shop's name in message ids: two shops of one kind have two.
    fn source(&self) -> &str {
        self.settings.namespace.as_deref().unwrap_or(self.shop)
    }

    /// An id of the shop's, as Ritorno knows it.
    fn known(&self, id: &str) -> String {
        match &self.settings.namespace {
            Some(namespace) => format!("{namespace}:{id}"),
            None => id.to_owned(),
        }
    }

    fn known_of(&self, id: &Option<String>) -> Json {
        id.as_ref().map(|id| self.known(id)).into()
    }

    /// A guest is known by the cart or order that they filled in, once there is an address to know them by; without one the
    /// object itself leads to its owner, who may be known from the shop's pages.
    fn who(&self, person: &Person, session: Option<&str>) -> Who {
        if let Some(id) = &person.id {
            return Who { user_id: Some(self.known(id)), anonymous_id: None };
        }
        let visitor = person.visitor.as_ref().map(|id| self.known(id));
        let guest = || {
            let is_known = person.email.is_some() || person.phone.is_some();
            session.filter(|_| is_known).map(|session| format!("{}:guest:{session}", self.source()))
        };
        Who { user_id: None, anonymous_id: visitor.or_else(guest) }
    }

    /// What concerns nobody in particular is said by the shop itself.
    fn shop_itself(&self) -> Who {
        Who { user_id: None, anonymous_id: Some(format!("shop:{}", self.source())) }
    }

    fn push(&mut self, name: &str, who: Who, timestamp: Option<Time>, key: &str, properties: Json) {
        let message_id = format!("{}:{key}", self.source());
        self.events.push(Event {
            kind: "track",
            name: Some(name.to_owned()),
            user_id: who.user_id,
            anonymous_id: who.anonymous_id,
            previous_id: None,
            timestamp,
            sent_at: None,
            message_id,
            properties,
            traits: Json::Null,
            context: self.context(None),
        });
    }

    /// As [`Out::push`], with an id that follows from all that is said.
    fn push_state(&mut self, name: &str, who: Who, timestamp: Option<Time>, object: &str, properties: Json) {
        let key = format!("{object}:{}", version(&properties));
        self.push(name, who, timestamp, &key, properties);
    }

    fn context(&self, locale: Option<&String>) -> Json {
        Json::object([("source", self.shop.into()), ("locale", locale.cloned().into())])
    }

    /// An `identify` where there is somebody to tell of and something to say.
    fn identify(&mut self, person: &Person, who: &Who, at: Option<Time>) {
        if who.user_id.is_none() && who.anonymous_id.is_none() {
            return;
        }
        let mut traits = Json::object([
            ("email", person.email.clone().into()),
            ("phone", person.phone.clone().into()),
            ("firstName", person.first_name.clone().into()),
            ("lastName", person.last_name.clone().into()),
            ("language", person.language.clone().into()),
            ("country", person.country.clone().into()),
            ("address", person.address.clone()),
            ("tags", person.tags.clone().map_or(Json::Null, Into::into)),
        ]);
        if !person.consent.is_empty() {
            let channels = person.consent.iter().map(|(channel, granted)| (*channel, Json::Bool(*granted)));
            traits.set("consent", Json::object([("marketing", Json::object(channels))]));
        }
        for (name, value) in &person.more {
            traits.set(name, value.clone());
        }
        if traits.fields().is_empty() {
            return;
        }
        let object = who.user_id.as_ref().or(who.anonymous_id.as_ref()).cloned().unwrap_or_default();
        self.events.push(Event {
            kind: "identify",
            name: None,
            user_id: who.user_id.clone(),
            anonymous_id: who.anonymous_id.clone(),
            previous_id: None,
            timestamp: person.updated_at.or(at),
            sent_at: None,
            message_id: format!("{}:customer:{object}:{}", self.source(), version(&traits)),
            properties: Json::Null,
            traits,
            context: self.context(person.language.as_ref()),
        });
    }

    /// A customer's own body. The error: there is nothing to know them by.
    pub fn person(&mut self, person: &Person) -> Result<(), String> {
        let session = person.email.clone().map(|email| format!("{:016x}", stable_hash(email.as_bytes())));
        let who = self.who(person, session.as_deref());
        if who.user_id.is_none() && who.anonymous_id.is_none() {
            return Err("the customer has neither an id nor an address".to_owned());
        }
        let before = self.events.len();
        self.identify(person, &who, None);
        if self.events.len() == before {
            return Err("the customer has nothing but an id".to_owned());
        }
        Ok(())
    }

    /// Two accounts that the shop made one.
    pub fn merged(&mut self, kept: &str, gone: &str, at: Option<Time>) {
        let (kept, gone) = (self.known(kept), self.known(gone));
        let message_id = format!("{}:customer:{kept}:merged:{gone}", self.source());
        self.events.push(Event {
            kind: "alias",
            name: None,
            user_id: Some(kept),
            anonymous_id: None,
            previous_id: Some(gone),
            timestamp: at,
            sent_at: None,
            message_id,
            properties: Json::Null,
            traits: Json::Null,
            context: self.context(None),
        });
    }

    /// An event on a customer under a name of ours, such as `Erasure Requested`.
    pub fn about_person(
        &mut self,
        name: &str,
        person: &Person,
        at: Option<Time>,
        properties: Json,
    ) -> Result<(), String> {
        let session = person.email.clone().map(|email| format!("{:016x}", stable_hash(email.as_bytes())));
        let who = self.who(person, session.as_deref());
        let Some(id) = who.user_id.clone().or(who.anonymous_id.clone()) else {
            return Err(format!("{name} names no customer"));
        };
        let object = format!("{}:{id}", key_of(name));
        self.push_state(name, who, at, &object, properties);
        Ok(())
    }

    /// An event on the shop or its catalogue under a name of ours.
    pub fn about_shop(&mut self, name: &str, object: &str, at: Option<Time>, properties: Json) {
        let who = self.shop_itself();
        self.push_state(name, who, at, &format!("{}:{object}", key_of(name)), properties);
    }

    /// An event on an order or cart whose customer is not said.
    pub fn about_object(&mut self, name: &str, object: &str, at: Option<Time>, mut properties: Json) {
        for id in ["order_id", "cart_id", "checkout_id"] {
            if let Some(said) = properties.text(id) {
                properties.set(id, self.known(&said).into());
            }
        }
        self.push_state(name, Who::default(), at, &format!("{}:{object}", key_of(name)), properties);
    }

    /// The whole cart, and that its checkout was begun.
    pub fn cart(&mut self, cart: &Cart) -> Result<(), String> {
        let session = cart.id.clone().or_else(|| cart.checkout_id.clone()).ok_or("the cart has no id")?;
        let who = self.who(&cart.person, Some(&session));
        let at = cart.updated_at.or(cart.created_at);
        self.identify(&cart.person, &who, at);
        let mut properties = Json::object([
            ("cart_id", self.known_of(&cart.id)),
            ("checkout_id", self.known_of(&cart.checkout_id)),
            ("products", self.lines(&cart.lines)?),
            ("checkout_url", cart.url.clone().into()),
        ]);
        self.totals(&mut properties, &cart.totals);
        for (name, value) in &cart.more {
            properties.set(name, value.clone());
        }
        if !cart.is_order_waiting {
            self.push_state("Cart Updated", who.clone(), at, &format!("cart:{session}"), properties.clone());
        }
        if cart.is_checkout {
            // What can be told once is told once: the link, and the code that was entered.
            let told = Json::object([("url", cart.url.clone().into()), ("coupon", properties.get("coupon").clone())]);
            let key = format!("checkout:{session}:{}", version(&told));
            properties.set("order_id", self.known_of(&cart.order_id));
            self.push("Checkout Started", who.clone(), cart.checkout_at.or(at), &key, properties);
            if cart.checkout_at.is_some_and(|begun| at.is_some_and(|at| begun < at)) {
                let step = Json::object([
                    ("cart_id", self.known_of(&cart.id)),
                    ("checkout_id", self.known_of(&cart.checkout_id)),
                ]);
                self.push_state("Checkout Step Completed", who, at, &format!("checkout:{session}:step"), step);
            }
        }
        Ok(())
    }

    /// An order with all that happened to it.
    pub fn order(&mut self, order: &Order) -> Result<(), String> {
        let session = order.cart_id.clone().or_else(|| order.checkout_id.clone());
        let session = session.unwrap_or_else(|| format!("order-{}", order.id));
        let mut known = order.person.clone();
        known.email = known.email.or_else(|| order.email.clone());
        let who = self.who(&known, Some(&session));
        self.identify(&known, &who, order.updated_at.or(order.placed_at));
        let mut properties = Json::object([
            ("order_id", self.known(&order.id).into()),
            ("order_number", order.number.clone().into()),
            ("cart_id", self.known_of(&order.cart_id)),
            ("checkout_id", self.known_of(&order.checkout_id)),
            ("products", self.lines(&order.lines)?),
            ("email", order.email.clone().or_else(|| order.person.email.clone()).into()),
            ("payment_method", order.payment_method.clone().into()),
        ]);
        self.totals(&mut properties, &order.totals);
        for (name, value) in &order.more {
            properties.set(name, value.clone());
        }
        // The first word on an order counts. One without products or total leaves the place to a fuller one.
        let is_whole = !order.lines.is_empty() && order.totals.total.is_some();
        let key = format!("order:{}:{}", order.id, if is_whole { "completed" } else { "announced" });
        self.push("Order Completed", who.clone(), order.placed_at.or(order.updated_at), &key, properties);
        self.order_state(order, &who);
        for refund in &order.refunds {
            self.refund_by(refund, who.clone())?;
        }
        for shipment in &order.shipments {
            self.shipment_by(shipment, who.clone())?;
        }
        if order.is_delivered && !order.shipments.iter().any(|shipment| shipment.is_delivered) {
            let properties = Json::object([("order_id", self.known(&order.id).into())]);
            let at = order.delivered_at.or(order.updated_at);
            self.push("Order Delivered", who, at, &format!("order:{}:delivered", order.id), properties);
        }
        Ok(())
    }

    fn order_state(&mut self, order: &Order, who: &Who) {
        let id: Json = self.known(&order.id).into();
        if order.status.is_some() || order.payment_status.is_some() || order.fulfilment_status.is_some() {
            let state = Json::object([
                ("order_id", id.clone()),
                ("status", order.status.clone().into()),
                ("payment_status", order.payment_status.clone().into()),
                ("fulfillment_status", order.fulfilment_status.clone().into()),
                ("currency", order.totals.currency.map(|c| c.to_string()).into()),
                ("total", order.totals.total.into()),
            ]);
            let at = order.updated_at.or(order.placed_at);
            self.push_state("Order Updated", who.clone(), at, &format!("order:{}", order.id), state);
        }
        if order.is_cancelled || order.cancelled_at.is_some() {
            let said = Json::object([("order_id", id), ("reason", order.cancel_reason.clone().into())]);
            let at = order.cancelled_at.or(order.updated_at);
            self.push("Order Cancelled", who.clone(), at, &format!("order:{}:cancelled", order.id), said);
        }
    }

    pub fn refund(&mut self, refund: &Refund) -> Result<(), String> {
        self.refund_by(refund, Who::default())
    }

    fn refund_by(&mut self, refund: &Refund, who: Who) -> Result<(), String> {
        let Some(total) = refund.total else {
            // Without an amount it would be taken for the whole order.
            return Err("the refund has no amount".to_owned());
        };
        let mut properties = Json::object([
            ("order_id", self.known(&refund.order_id).into()),
            ("refund_id", refund.id.clone().into()),
            ("total", total.abs().into()),
            ("currency", refund.currency.map(|c| c.to_string()).into()),
            ("reason", refund.reason.clone().into()),
        ]);
        if !refund.lines.is_empty() {
            properties.set("products", self.lines(&refund.lines)?);
        }
        let key = match &refund.id {
            Some(id) => format!("refund:{id}"),
            None => format!("order:{}:refund:{}", refund.order_id, version(&properties)),
        };
        self.push("Order Refunded", who, refund.at, &key, properties);
        Ok(())
    }

    pub fn shipment(&mut self, shipment: &Shipment) -> Result<(), String> {
        self.shipment_by(shipment, Who::default())
    }

    fn shipment_by(&mut self, shipment: &Shipment, who: Who) -> Result<(), String> {
        let name = match shipment {
            Shipment { is_cancelled: true, .. } => "Order Shipment Cancelled",
            Shipment { is_delivered: true, .. } => "Order Delivered",
            _ => "Order Shipped",
        };
        let mut properties = Json::object([
            ("order_id", self.known(&shipment.order_id).into()),
            ("shipment_id", shipment.id.clone().into()),
            ("status", shipment.status.clone().into()),
            ("carrier", shipment.carrier.clone().into()),
            ("tracking_number", shipment.tracking_number.clone().into()),
            ("tracking_url", shipment.tracking_url.clone().into()),
            ("email", shipment.email.clone().into()),
        ]);
        if !shipment.lines.is_empty() {
            properties.set("products", self.lines(&shipment.lines)?);
        }
        let object = format!("order:{}:shipment:{}", shipment.order_id, shipment.id.as_deref().unwrap_or("-"));
        self.push_state(name, who, shipment.at, &object, properties);
        Ok(())
    }

    /// A product or variant. The error: there is nothing to know it by.
    pub fn product(&mut self, product: &Product) -> Result<(), String> {
        let is_variant = product.variant_id.is_some();
        let object = product.variant_id.as_ref().or(product.id.as_ref()).or(product.sku.as_ref());
        let object = object.ok_or("the product has neither an id nor a sku")?.clone();
        let mut properties = Json::object([
            ("product_id", product.id.clone().or_else(|| product.sku.clone().filter(|_| !is_variant)).into()),
            ("variant_id", product.variant_id.clone().into()),
            ("sku", product.sku.clone().into()),
            ("name", product.name.clone().into()),
            ("url", product.url.clone().into()),
            ("image_url", product.images.first().cloned().into()),
            ("currency", product.currency.or(self.settings.currency).map(|c| c.to_string()).into()),
            ("price", product.price.into()),
            ("compare_at_price", product.compare_at_price.into()),
            ("brand", product.brand.clone().into()),
            ("is_active", product.is_active.into()),
            ("stock_quantity", product.stock.into()),
            ("is_in_stock", product.is_in_stock.into()),
        ]);
        for (name, list) in [("images", &product.images), ("categories", &product.categories), ("tags", &product.tags)]
        {
            if list.len() > usize::from(name == "images") {
                properties.set(name, list.clone().into());
            }
        }
        for (name, value) in &product.more {
            properties.set(name, value.clone());
        }
        let (name, kind) = if is_variant { ("Variant Updated", "variant") } else { ("Product Updated", "product") };
        let who = self.shop_itself();
        self.push_state(name, who, product.updated_at, &format!("{kind}:{object}"), properties);
        Ok(())
    }

    pub fn stock(&mut self, stock: &Stock) -> Result<(), String> {
        let ids = [&stock.item_id, &stock.variant_id, &stock.product_id, &stock.sku];
        let object = ids.into_iter().flatten().next().ok_or("the stock level names no product")?.clone();
        let properties = Json::object([
            ("product_id", stock.product_id.clone().into()),
            ("variant_id", stock.variant_id.clone().into()),
            ("sku", stock.sku.clone().into()),
            ("inventory_item_id", stock.item_id.clone().into()),
            ("location_id", stock.location_id.clone().into()),
            ("quantity", stock.quantity.into()),
            ("delta", stock.delta.into()),
            ("is_in_stock", stock.is_in_stock.into()),
            ("is_removed", stock.is_removed.then_some(true).into()),
        ]);
        let place = stock.location_id.as_deref().unwrap_or("-");
        let who = self.shop_itself();
        self.push_state("Stock Level Changed", who, stock.at, &format!("stock:{object}:{place}"), properties);
        Ok(())
    }

    fn totals(&self, properties: &mut Json, totals: &Totals) {
        let currency = totals.currency.or(self.settings.currency);
        let fields = [
            ("currency", currency.map(|c| c.to_string()).into()),
            ("total", totals.total.into()),
            ("subtotal", totals.subtotal.into()),
            ("discount", totals.discount.into()),
            ("tax", totals.tax.into()),
            ("shipping", totals.shipping.into()),
            ("coupon", totals.coupons.first().cloned().into()),
        ];
        for (name, value) in fields {
            properties.set(name, value);
        }
        if totals.coupons.len() > 1 {
            properties.set("coupons", totals.coupons.clone().into());
        }
    }

    fn lines(&self, lines: &[Line]) -> Result<Json, String> {
        if lines.len() > LINES_MAX {
            return Err(format!("{} products, at most {LINES_MAX} are a cart", lines.len()));
        }
        // An item of which a thin body says no more than its number tells nothing of what is bought.
        let said = lines.iter().filter(|line| {
            [&line.product_id, &line.variant_id, &line.sku, &line.name].into_iter().any(|said| said.is_some())
        });
        said.map(line).collect::<Result<_, _>>().map(Json::List)
    }
}

fn line(line: &Line) -> Result<Json, String> {
    let own = line.id.as_ref().map(|id| format!("line-{id}"));
    let product_id = [&line.product_id, &line.variant_id, &line.sku, &own, &line.name].into_iter().flatten().next();
    let product_id = product_id.ok_or("a line has neither a product nor a sku")?;
    let said = line.quantity.unwrap_or(Decimal::ONE);
    let of_total = || line.total.and_then(|total| total.checked_div(said).map(|price| price.round_dp(6).normalize()));
    let mut price = line.price.or_else(of_total);
    // What goes back is said with a minus by some; the event's name says it here.
    let mut quantity = said.abs();
    let mut measured = None;
    if !quantity.fract().is_zero() {
        // 1.5 m of cloth is one piece at the price of 1.5 m.
        measured = Some(quantity);
        price = line.total.map(|total| total.abs()).or_else(|| price.and_then(|price| price.checked_mul(quantity)));
        quantity = Decimal::ONE;
    }
    if quantity > Decimal::from(QUANTITY_MAX) {
        return Err(format!("quantity {quantity} of product {product_id} is beyond {QUANTITY_MAX}"));
    }
    let variant = line.variant.clone().or_else(|| line.variant_id.clone()).filter(|_| line.sku.is_none());
    Ok(Json::object([
        ("product_id", product_id.clone().into()),
        ("variant_id", line.variant_id.clone().into()),
        ("sku", line.sku.clone().into()),
        ("name", line.name.clone().into()),
        ("variant", variant.or_else(|| line.variant.clone()).into()),
        ("url", line.url.clone().into()),
        ("image_url", line.image_url.clone().into()),
        ("brand", line.brand.clone().into()),
        ("quantity", quantity.normalize().into()),
        ("measured_quantity", measured.into()),
        ("price", price.into()),
    ]))
}

/// A short text that is the same for the same content.
fn version(content: &Json) -> String {
    format!("{:016x}", stable_hash(content.to_string().as_bytes()))
}

/// `Erasure Requested` as part of an id: `erasure-requested`.
fn key_of(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
