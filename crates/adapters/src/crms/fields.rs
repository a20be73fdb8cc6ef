//! What is handed over, field by field, and how each is called over there unless a setting says otherwise.

use super::Kind;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Our own id: unique over there.
    Id,
    Text,
    /// Several lines of it.
    LongText,
    Number,
    /// A date and time.
    Moment,
    /// The record that it belongs to.
    Link,
}

/// A field. Its name is object and field: `cart.total`.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: FieldKind,
    /// Empty: not sent by default.
    pub hubspot: &'static str,
    pub salesforce: &'static str,
}

impl Field {
    /// `contact`, `cart`, `order` or `line`.
    pub fn object(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(object, _)| object)
    }

    /// The name within its object.
    pub fn own(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(_, own)| own)
    }

    /// How it is called over there where nothing is said, empty where it is not sent; `None`: it has no name of its own there.
    pub fn default(&self, kind: Kind) -> Option<&'static str> {
        match kind {
            Kind::Hubspot => Some(self.hubspot),
            Kind::Salesforce => Some(self.salesforce),
            Kind::Segment => None,
        }
    }

    pub fn is_id(&self) -> bool {
        self.kind == FieldKind::Id
    }
}

const fn field(
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    hubspot: &'static str,
    salesforce: &'static str,
) -> Field {
    Field { name, label, kind, hubspot, salesforce }
}

use FieldKind::{Id, Link, LongText, Moment, Number, Text};

/// All of them. HubSpot's own names: <https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide>.
pub static FIELDS: [Field; 36] = [
    field("contact.id", "Ritorno id", Id, "ritorno_id", "Ritorno_Id__c"),
    field("contact.email", "E-mail", Text, "email", "Email"),
    field("contact.phone", "Phone", Text, "phone", "Phone"),
    field("contact.first_name", "First name", Text, "firstname", "FirstName"),
    field("contact.last_name", "Last name", Text, "lastname", "LastName"),
    field("contact.orders", "Orders in the shop", Number, "ritorno_orders", "Ritorno_Orders__c"),
    field("contact.spent", "Spent in the shop", Number, "ritorno_spent", "Ritorno_Spent__c"),
    field(
        "contact.last_order_at",
        "Last order in the shop",
        Moment,
        "ritorno_last_order_at",
        "Ritorno_Last_Order_At__c",
    ),
    field("cart.id", "Ritorno id", Id, "ritorno_id", "Ritorno_Id__c"),
    field("cart.name", "Name", Text, "name", "Name"),
    field("cart.shop_id", "Cart in the shop", Text, "shop_cart_id", "Shop_Cart_Id__c"),
    field("cart.state", "State", Text, "state", "State__c"),
    field("cart.total", "Total", Number, "total", "Total__c"),
    field("cart.currency", "Currency", Text, "currency", "Currency__c"),
    field("cart.pieces", "Pieces", Number, "pieces", "Pieces__c"),
    field("cart.products", "Products", LongText, "products", "Products__c"),
    field("cart.checkout_url", "Link to the cart", Text, "checkout_url", "Checkout_Url__c"),
    field("cart.last_activity_at", "Last activity", Moment, "last_activity_at", "Last_Activity_At__c"),
    field("cart.abandoned_at", "Abandoned", Moment, "abandoned_at", "Abandoned_At__c"),
    field("cart.order_id", "Order", Text, "order_number", "Order_Number__c"),
    field("cart.contact", "Contact", Link, "", "Contact__r"),
    field("order.id", "Ritorno id", Id, "ritorno_id", "Ritorno_Id__c"),
    field("order.name", "Name", Text, "dealname", "Name"),
    field("order.total", "Total", Number, "amount", "Amount"),
    // Salesforce has the field only where several currencies are switched on.
    field("order.currency", "Currency", Text, "deal_currency_code", ""),
    field("order.at", "Ordered", Moment, "closedate", "CloseDate"),
    field("order.stage", "Stage", Text, "dealstage", "StageName"),
    field("order.pipeline", "Pipeline", Text, "pipeline", ""),
    field("order.products", "Products", LongText, "description", "Description"),
    field("order.contact", "Contact", Link, "", "Ritorno_Contact__r"),
    field("line.id", "Ritorno id", Id, "ritorno_id", "Ritorno_Id__c"),
    field("line.order", "Order", Link, "", "Opportunity__r"),
    field("line.name", "Name", Text, "name", "Name"),
    field("line.sku", "SKU", Text, "hs_sku", "Sku__c"),
    field("line.quantity", "Pieces", Number, "quantity", "Quantity__c"),
    field("line.price", "Price of one", Number, "price", "Price__c"),
];
