//! The one table of what may begin a flow: the message's name, what its event tells and of which type, and the words for people.
//! An event whose source is not there yet stands in it too: whatever finds it out one day raises it by this name
//! ([`super::raise`]), and the flows that are drawn for it begin.

use super::{BROWSE_LEFT, CART_IDLE, CHECKOUT_LEFT, CUSTOMER_DATE};
use feel::Type;

/// What may begin a flow.
pub struct TriggerOf {
    /// Its name in the API and in the editor.
    pub id: &'static str,
    pub kind: TriggerKind,
    /// The name of the message that the start event waits for; `None`: it is another kind of start event.
    pub event: Option<&'static str>,
    pub it: &'static str,
    pub en: &'static str,
    /// What `event.properties` holds.
    pub properties: &'static [PropertyOf],
    /// Whether the shop may send other properties too.
    pub is_open: bool,
    /// The attributes of the start event that say more.
    pub attributes: &'static [&'static str],
}

/// How a flow is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriggerKind {
    /// By an event of the shop.
    Event,
    /// By an event of Ritorno itself.
    Own,
    /// By quiet for some hours.
    Idle,
    /// By a date of the customer.
    Date,
    /// By the clock, for every customer that the filter takes.
    Schedule,
    /// By a condition that becomes true.
    Condition,
    /// By a signal of another flow.
    Signal,
    /// By a person, a program or a calling flow.
    Asked,
}

/// A property of a trigger's event.
pub struct PropertyOf {
    pub name: &'static str,
    pub of: Kind,
    pub it: &'static str,
    pub en: &'static str,
}

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Number,
    Flag,
    /// An ISO 8601 text, as all times in events: `date and time(event.properties.at)`.
    Time,
    /// A list of lines with `product_id`, `sku`, `name`, `quantity` and `price`.
    Products,
    /// Whatever the sender puts there.
    Open,
}

impl Kind {
    /// As expressions see it.
    pub fn as_type(self) -> Type {
        match self {
            Kind::Text | Kind::Time => Type::String,
            Kind::Number => Type::Number,
            Kind::Flag => Type::Boolean,
            Kind::Products => Type::list(Type::Any),
            Kind::Open => Type::Any,
        }
    }
}

const fn p(name: &'static str, of: Kind, it: &'static str, en: &'static str) -> PropertyOf {
    PropertyOf { name, of, it, en }
}

const CART_ID: PropertyOf = p("cart_id", Kind::Text, "carrello", "cart");
const ORDER_ID: PropertyOf = p("order_id", Kind::Text, "ordine", "order");
const TOTAL: PropertyOf = p("total", Kind::Number, "totale", "total");
const CURRENCY: PropertyOf = p("currency", Kind::Text, "valuta", "currency");
const PRODUCTS: PropertyOf = p("products", Kind::Products, "prodotti", "products");
const PRODUCT_ID: PropertyOf = p("product_id", Kind::Text, "prodotto", "product");
const SKU: PropertyOf = p("sku", Kind::Text, "variante", "variant");
const VARIANT_ID: PropertyOf = p("variant_id", Kind::Text, "numero della variante", "number of the variant");
const VARIANT: PropertyOf = p("variant", Kind::Text, "nome della variante", "name of the variant");
const NAME: PropertyOf = p("name", Kind::Text, "nome", "name");
const PRICE: PropertyOf = p("price", Kind::Number, "prezzo", "price");
const QUANTITY: PropertyOf = p("quantity", Kind::Number, "pezzi", "pieces");
const STEP: PropertyOf = p("step", Kind::Number, "passo della cassa", "step of the checkout");
const SEGMENT: PropertyOf = p("segment", Kind::Text, "segmento", "segment");
const TICKET: PropertyOf = p("ticket_id", Kind::Text, "ticket", "ticket");
const SUBJECT: PropertyOf = p("subject", Kind::Text, "oggetto", "subject");
const CHANNEL: PropertyOf = p("channel", Kind::Text, "canale", "channel");

const fn shop(
    id: &'static str,
    event: &'static str,
    it: &'static str,
    en: &'static str,
    properties: &'static [PropertyOf],
) -> TriggerOf {
    TriggerOf {
        id,
        kind: TriggerKind::Event,
        event: Some(event),
        it,
        en,
        properties,
        is_open: true,
        attributes: &["filter", "reentry"],
    }
}

const fn own(
    id: &'static str,
    event: &'static str,
    it: &'static str,
    en: &'static str,
    properties: &'static [PropertyOf],
) -> TriggerOf {
    TriggerOf { kind: TriggerKind::Own, is_open: false, ..shop(id, event, it, en, properties) }
}

const fn other(
    id: &'static str,
    kind: TriggerKind,
    it: &'static str,
    en: &'static str,
    attributes: &'static [&'static str],
) -> TriggerOf {
    TriggerOf { id, kind, event: None, it, en, properties: &[], is_open: false, attributes }
}

const fn idle(
    id: &'static str,
    event: &'static str,
    it: &'static str,
    en: &'static str,
    properties: &'static [PropertyOf],
) -> TriggerOf {
    TriggerOf {
        kind: TriggerKind::Idle,
        attributes: &["idleHours", "filter", "reentry"],
        ..own(id, event, it, en, properties)
    }
}

/// All of them, in the order in which people look for them.
pub const TRIGGERS: &[TriggerOf] = &[
    idle(
        "cart_idle",
        CART_IDLE,
        "un carrello resta fermo",
        "a cart stands idle",
        &[
            CART_ID,
            STEP,
            p("idle_at", Kind::Time, "da quando era fermo abbastanza", "since when it was idle for long enough"),
        ],
    ),
    idle(
        "checkout_left",
        CHECKOUT_LEFT,
        "il cliente lascia la cassa senza ordinare",
        "the customer leaves the checkout without an order",
        &[
            CART_ID,
            STEP,
            p("idle_at", Kind::Time, "da quando era fermo abbastanza", "since when it was idle for long enough"),
        ],
    ),
    idle(
        "browse_left",
        BROWSE_LEFT,
        "il cliente guarda prodotti e se ne va senza metterli nel carrello",
        "the customer looks at products and goes, with none in a cart",
        &[
            PRODUCT_ID,
            p("views", Kind::Number, "prodotti guardati", "views"),
            p("since", Kind::Time, "dalla prima occhiata", "since the first look"),
        ],
    ),
    shop(
        "order_completed",
        "Order Completed",
        "il cliente ordina",
        "the customer orders",
        &[ORDER_ID, CART_ID, TOTAL, CURRENCY, PRODUCTS],
    ),
    shop(
        "order_delivered",
        "Order Delivered",
        "un ordine è consegnato",
        "an order is delivered",
        &[ORDER_ID, p("carrier", Kind::Text, "corriere", "carrier"), p("delivered_at", Kind::Time, "quando", "when")],
    ),
    shop(
        "order_refunded",
        "Order Refunded",
        "un ordine è rimborsato",
        "an order is refunded",
        &[ORDER_ID, TOTAL, CURRENCY, PRODUCTS],
    ),
    shop(
        "order_cancelled",
        "Order Cancelled",
        "un ordine è annullato",
        "an order is cancelled",
        &[ORDER_ID, TOTAL, CURRENCY],
    ),
    shop(
        "product_viewed",
        "Product Viewed",
        "il cliente guarda un prodotto",
        "the customer looks at a product",
        &[PRODUCT_ID, SKU, NAME, PRICE, CURRENCY],
    ),
    shop(
        "product_added",
        "Product Added",
        "il cliente mette qualcosa nel carrello",
        "the customer puts something in a cart",
        &[CART_ID, PRODUCT_ID, SKU, NAME, PRICE, QUANTITY, CURRENCY],
    ),
    shop(
        "checkout_started",
        "Checkout Started",
        "il cliente va alla cassa",
        "the customer goes to the checkout",
        &[CART_ID, ORDER_ID, p("checkout_id", Kind::Text, "cassa", "checkout"), CURRENCY, PRODUCTS],
    ),
    shop(
        "review_submitted",
        "Review Submitted",
        "il cliente scrive una recensione",
        "the customer writes a review",
        &[PRODUCT_ID, p("rating", Kind::Number, "voto", "rating")],
    ),
    shop(
        "store_visited",
        "Store Visited",
        "il cliente entra in negozio",
        "the customer visits a store",
        &[p("store_id", Kind::Text, "negozio", "store")],
    ),
    shop(
        "agent_contacted",
        "Agent Contacted",
        "un agente parla con il cliente",
        "an agent speaks with the customer",
        &[CART_ID, p("agent", Kind::Text, "agente", "agent"), p("outcome", Kind::Text, "esito", "outcome")],
    ),
    shop(
        "deal_stage_changed",
        "Deal Stage Changed",
        "un affare cambia stadio",
        "a deal changes its stage",
        &[CART_ID, p("stage", Kind::Text, "stadio", "stage"), p("pipeline", Kind::Text, "pipeline", "pipeline")],
    ),
    own(
        "segment_entered",
        "Segment Entered",
        "il cliente entra in un segmento",
        "the customer comes into a segment",
        &[SEGMENT, NAME],
    ),
    own(
        "segment_left",
        "Segment Left",
        "il cliente esce da un segmento",
        "the customer leaves a segment",
        &[SEGMENT, NAME],
    ),
    TriggerOf {
        kind: TriggerKind::Date,
        attributes: &["property", "repeat", "daysBefore", "daysAfter", "at", "filter", "reentry"],
        ..own(
            "customer_date",
            CUSTOMER_DATE,
            "una data del cliente, come il compleanno o un rinnovo",
            "a date of the customer, such as a birthday or a renewal",
            &[
                p("property", Kind::Text, "proprietà", "property"),
                p("date", Kind::Text, "data", "date"),
                p("years", Kind::Number, "anni compiuti", "years"),
            ],
        )
    },
    own(
        "back_in_stock",
        "Back In Stock",
        "un prodotto atteso torna disponibile",
        "a product that the customer waits for is back",
        &[
            PRODUCT_ID,
            VARIANT_ID,
            VARIANT,
            SKU,
            NAME,
            p("stock", Kind::Number, "pezzi disponibili", "pieces there"),
            p("location", Kind::Text, "luogo", "location"),
            CART_ID,
        ],
    ),
    own(
        "stock_low",
        "Stock Low",
        "un prodotto che interessa sta finendo",
        "a product of interest is running out",
        &[
            PRODUCT_ID,
            VARIANT_ID,
            VARIANT,
            SKU,
            NAME,
            p("stock", Kind::Number, "pezzi disponibili", "pieces there"),
            p("location", Kind::Text, "luogo", "location"),
            CART_ID,
        ],
    ),
    own(
        "price_dropped",
        "Price Dropped",
        "un prodotto che interessa costa meno",
        "a product of interest costs less",
        &[
            PRODUCT_ID,
            VARIANT_ID,
            VARIANT,
            SKU,
            NAME,
            PRICE,
            p("price_before", Kind::Number, "prezzo di prima", "price before"),
            CURRENCY,
            CART_ID,
        ],
    ),
    own(
        "form_submitted",
        "Form Submitted",
        "il cliente invia un modulo",
        "the customer sends a form",
        &[
            p("form", Kind::Text, "modulo", "form"),
            p("fields", Kind::Open, "campi", "fields"),
            p("page_url", Kind::Text, "pagina", "page"),
        ],
    ),
    own(
        "ticket_opened",
        "Ticket Opened",
        "il cliente apre un ticket",
        "the customer opens a ticket",
        &[TICKET, SUBJECT, CHANNEL],
    ),
    own(
        "ticket_closed",
        "Ticket Closed",
        "un ticket è chiuso",
        "a ticket is closed",
        &[TICKET, SUBJECT, CHANNEL, p("rating", Kind::Number, "voto", "rating")],
    ),
    TriggerOf {
        properties: &[p("due_at", Kind::Time, "l'ora prevista", "the time it was due")],
        ..other(
            "schedule",
            TriggerKind::Schedule,
            "a un'ora stabilita, per i clienti che il filtro accetta",
            "at a set time, for the customers that the filter takes",
            &["filter", "reentry", "at", "calendar"],
        )
    },
    other(
        "condition",
        TriggerKind::Condition,
        "una condizione diventa vera per il cliente",
        "a condition becomes true for the customer",
        &["reentry"],
    ),
    other(
        "signal",
        TriggerKind::Signal,
        "un altro flusso manda un segnale",
        "another flow sends a signal",
        &["filter", "reentry"],
    ),
    other(
        "asked",
        TriggerKind::Asked,
        "una persona o un programma lo avvia, o un altro flusso lo chiama",
        "a person or a program begins it, or another flow calls it",
        &["reentry"],
    ),
];

/// The trigger by the name of its event.
pub fn of_event(name: &str) -> Option<&'static TriggerOf> {
    TRIGGERS.iter().find(|trigger| trigger.event == Some(name))
}

/// What `event` is for an expression that sees an event of this name; an unknown one may hold anything. The second: whether
/// it may hold more than that.
pub fn event_type(name: &str) -> (Type, bool) {
    match of_event(name) {
        Some(trigger) => (type_of(trigger), trigger.is_open),
        None => (Type::Any, true),
    }
}

/// The type of a trigger's event.
pub fn type_of(trigger: &TriggerOf) -> Type {
    let properties = trigger.properties.iter().map(|property| (property.name, property.of.as_type()));
    Type::context([("name", Type::String), ("properties", Type::context(properties))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_trigger_has_a_name_of_its_own_and_words_in_both_languages() {
        let mut ids: Vec<&str> = TRIGGERS.iter().map(|trigger| trigger.id).collect();
        ids.extend(TRIGGERS.iter().filter_map(|trigger| trigger.event));
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
        for trigger in TRIGGERS {
            assert!(!trigger.it.is_empty() && !trigger.en.is_empty(), "{}", trigger.id);
            assert!(trigger.properties.iter().all(|property| !property.it.is_empty() && !property.en.is_empty()));
        }
    }
}
