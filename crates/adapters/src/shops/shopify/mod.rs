//! Shopify: webhooks (2026-07 and before), bodies of the REST Admin API, and nodes of its GraphQL Admin API with the same names.
//!
//! Webhooks carry `X-Shopify-Topic` and `X-Shopify-Hmac-Sha256`, the base64 HMAC-SHA256 of the body with the app's secret:
//! <https://shopify.dev/docs/apps/build/webhooks/subscribe/https>. `X-Shopify-Event-Id` is the same when one is sent again.

mod catalogue;
mod client;
mod coupon;
mod people;
mod sales;
mod tags;

pub(super) use client::{page, version_ends};
pub(super) use coupon::make_coupon;
pub(super) use tags::write_tags;

use super::{
    Body, Headers, Ignored, NotSigned, Out, Shop, Taken, Verdict, Words, envelope,
    json::Json,
    not_recognised,
    sign::{self, Encoding},
};

pub static SHOP: Shop = Shop {
    name: "shopify",
    topic_header: Some("x-shopify-topic"),
    delivery_header: Some("x-shopify-event-id"),
    words: Words {
        words: &[
            "checkout",
            "checkouts",
            "abandonedCheckout",
            "abandonedCheckouts",
            "cart",
            "collection",
            "collections",
            "collection_listing",
            "collection_listings",
            "customer",
            "customers",
            "draft_order",
            "draft_orders",
            "draftOrder",
            "draftOrders",
            "fulfillment",
            "fulfillments",
            "fulfillment_event",
            "fulfillment_events",
            "inventory_item",
            "inventory_items",
            "inventory_level",
            "inventory_levels",
            "inventoryItem",
            "inventoryItems",
            "location",
            "locations",
            "order",
            "orders",
            "product",
            "products",
            "product_listing",
            "product_listings",
            "refund",
            "refunds",
            "shop",
            "transaction",
            "transactions",
            "variant",
            "variants",
            "productVariant",
            "productVariants",
            "custom_collection",
            "custom_collections",
            "smart_collection",
            "smart_collections",
            "order_edit",
            "price_rule",
            "price_rules",
            "discount",
            "discount_code",
            "discount_codes",
            "discount_code_creation",
            "gift_card",
            "gift_cards",
            "adjustment",
            "risk",
            "risks",
            "customer_invite",
            "customer_saved_search",
            "customer_saved_searches",
            "draft_order_invoice",
            "fulfillment_service",
            "fulfillment_services",
            "marketing_event",
            "marketing_events",
            "product_publication",
            "product_publications",
            "collection_publication",
            "collection_publications",
        ],
    },
    read,
    verify,
};

fn verify(headers: &Headers<'_>, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    sign::hmac_sha256(headers, "x-shopify-hmac-sha256", "", Encoding::Base64, body, secret.as_bytes())
}

/// What was done to what: `orders/create`, also as `ORDERS_CREATE` or as a word around the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Topic<'a> {
    kind: &'a str,
    action: &'a str,
}

fn read(body: &Body<'_>, out: &mut Out<'_>) -> Result<Verdict, String> {
    let json = body.data;
    if !json.is_null() && !matches!(json, Json::Object(_)) {
        return Err(format!("it is {}, an object was expected", json.kind()));
    }
    // Without a topic nothing tells what an empty body is; with one, its reader says what is missing.
    if json.fields().is_empty() && !json.is_null() && body.topic.is_none() {
        return Err(not_recognised(body));
    }
    let normal = body.topic.map(|topic| topic.to_ascii_lowercase());
    let topic = match &normal {
        Some(topic) => Some(topic_of(topic).ok_or_else(|| not_recognised(body))?),
        None => body.word.and_then(word_kind).map(|kind| Topic { kind, action: "" }),
    };
    let topic = match topic {
        Some(topic) => topic,
        None => Topic { kind: recognised(json).ok_or_else(|| not_recognised(body))?, action: "" },
    };
    if json.has("errors") && json.fields().len() == 1 {
        return Err("the shop answered with errors".to_owned());
    }
    match topic.kind {
        "cart" => sales::cart(json, out).map(|()| Taken),
        "checkout" if topic.action == "delete" || !json.has_any(&["token", "line_items", "lineItems"]) => {
            sales::checkout_deleted(json, out).map(|()| Taken)
        }
        "checkout" => sales::checkout(json, out),
        "order" if topic.action == "delete" => sales::order_deleted(json, out).map(|()| Taken),
        "order" => sales::order(json, out, topic.action).map(|()| Taken),
        "order_edit" => sales::order_edited(json, out).map(|()| Taken),
        "refund" => sales::refund(json, out),
        "fulfillment" => sales::fulfilment(json, out),
        "fulfillment_event" => sales::fulfilment_event(json, out),
        "customer" => people::customer(json, out, topic.action),
        "email_consent" | "sms_consent" => people::consent(json, out).map(|()| Taken),
        "privacy" => people::privacy(json, out, topic.action).map(|()| Taken),
        "product" => catalogue::product(json, out, topic.action).map(|()| Taken),
        "variant" => catalogue::variant(json, out, topic.action).map(|()| Taken),
        "collection" => catalogue::collection(json, out, topic.action).map(|()| Taken),
        "inventory_level" => catalogue::stock_level(json, out, topic.action).map(|()| Taken),
        "inventory_item" => catalogue::stock_item(json, out, topic.action).map(|()| Taken),
        "location" => catalogue::location(json, out, topic.action).map(|()| Taken),
        "app" => people::app(json, out, topic.action),
        "shop" => people::shop(json, out).map(|()| Taken),
        other => Ok(Ignored(format!("{} say nothing that is kept", plural(other)))),
    }
}

fn plural(kind: &str) -> String {
    match kind {
        "draft_order" => "draft orders: they count when they become orders, and as such".to_owned(),
        "transaction" => "payments of their own: the order and its refunds tell the amounts, and as such".to_owned(),
        "discount" => "discounts and price rules".to_owned(),
        "scopes" => "scopes".to_owned(),
        "customer_saved_search" => "saved searches and segments of customers".to_owned(),
        other => format!("{}s", other.replace('_', " ")),
    }
}

fn topic_of(topic: &str) -> Option<Topic<'_>> {
    // `orders_create` is the GraphQL name of `orders/create`; some resources have underscores of their own.
    let (resource, action) = match topic.rsplit_once('/') {
        Some(parts) => parts,
        None if topic.contains('.') => topic.rsplit_once('.')?,
        None => match topic.rsplit_once('_') {
            Some((
                resource,
                action @ ("create" | "update" | "delete" | "paid" | "cancelled" | "fulfilled" | "edited" | "redact"
                | "uninstalled" | "connect" | "disconnect" | "enable" | "disable" | "merge"),
            )) => (resource, action),
            _ => return word_kind(topic).map(|kind| Topic { kind, action: "" }),
        },
    };
    let kind = match (resource, action) {
        ("customers", "redact" | "data_request") | ("shop", "redact") => {
            let action = match (resource, action) {
                ("shop", _) => "shop",
                (_, action) => action,
            };
            return Some(Topic { kind: "privacy", action });
        }
        ("orders", "edited") => "order_edit",
        ("orders", "risk_assessment_changed" | "shopify_protect_eligibility_changed") => "risk",
        ("customers_marketing_consent", _) => "sms_consent",
        ("customers_email_marketing_consent", _) => "email_consent",
        ("customer", _) => "customer",
        ("order_transactions" | "tender_transactions", _) => "transaction",
        ("customer_groups" | "segments", _) => "customer_saved_search",
        ("discounts", _) => "discount",
        ("app" | "app_subscriptions", _) => "app",
        (
            "subscription_contracts"
            | "subscription_billing_attempts"
            | "subscription_billing_cycles"
            | "themes"
            | "bulk_operations"
            | "disputes"
            | "domains"
            | "locales"
            | "markets"
            | "metaobjects"
            | "profiles"
            | "returns"
            | "reverse_deliveries"
            | "reverse_fulfillment_orders"
            | "selling_plan_groups"
            | "companies"
            | "company_contacts"
            | "company_locations"
            | "fulfillment_orders"
            | "fulfillment_holds"
            | "scheduled_product_listings"
            | "product_feeds"
            | "product_listings"
            | "collection_listings"
            | "product_publications"
            | "collection_publications"
            | "tax_services"
            | "tax_summaries"
            | "tax_partners"
            | "audit_events"
            | "customer_account_settings"
            | "customer_payment_methods"
            | "payment_schedules"
            | "payment_terms"
            | "inventory_shipments"
            | "inventory_transfers"
            | "channels"
            | "delivery_promise_settings",
            _,
        ) => envelope::singular(resource),
        (resource, _) => word_kind(resource)?,
    };
    Some(Topic { kind, action })
}

/// The kind of object that a word around it, or a topic's first part, names.
fn word_kind(word: &str) -> Option<&'static str> {
    Some(match envelope::singular(word) {
        "cart" => "cart",
        "checkout" | "abandonedCheckout" => "checkout",
        "order" => "order",
        "order_edit" => "order_edit",
        "refund" => "refund",
        "fulfillment" => "fulfillment",
        "fulfillment_event" => "fulfillment_event",
        "customer" => "customer",
        "product" | "product_listing" => "product",
        "variant" | "productVariant" => "variant",
        "collection" | "custom_collection" | "smart_collection" | "collection_listing" => "collection",
        "inventory_level" => "inventory_level",
        "inventory_item" | "inventoryItem" => "inventory_item",
        "location" => "location",
        "shop" => "shop",
        "draft_order" | "draftOrder" | "draft_order_invoice" => "draft_order",
        "transaction" => "transaction",
        "price_rule" | "discount" | "discount_code" | "discount_code_creation" => "discount",
        "gift_card" | "adjustment" => "gift_card",
        "risk" => "risk",
        "customer_invite" => "customer_invite",
        "customer_saved_search" => "customer_saved_search",
        "fulfillment_service" => "fulfillment_service",
        "marketing_event" => "marketing_event",
        "product_publication" => "product_publication",
        "collection_publication" => "collection_publication",
        _ => return None,
    })
}

/// The kind of an object by what it says; `None`: nothing tells.
fn recognised(json: &Json) -> Option<&'static str> {
    if let Some(kind) = global_kind(json) {
        return Some(kind);
    }
    let all = |names: &[&str]| json.has_all(names);
    let any = |names: &[&str]| json.has_any(names);
    Some(match () {
        () if any(&["orders_to_redact", "orders_requested", "data_request"]) => "privacy",
        () if all(&["shop_id", "shop_domain"]) && json.fields().len() == 2 => "privacy",
        () if any(&["order_edit"]) => "order_edit",
        () if any(&["admin_graphql_api_customer_kept_id"]) => "customer",
        () if all(&["customerId", "occurredAt"]) => "customer",
        () if any(&["email_marketing_consent"]) && any(&["customer_id", "email_address"]) => "email_consent",
        () if any(&["sms_marketing_consent"]) && json.fields().len() < 6 => "sms_consent",
        () if any(&["redeem_code"]) => "discount",
        () if any(&["refund_line_items", "refundLineItems"]) => "refund",
        () if all(&["fulfillment_id", "status"]) => "fulfillment_event",
        () if any(&["abandoned_checkout_url", "abandonedCheckoutUrl"]) => "checkout",
        () if any(&["financial_status", "displayFinancialStatus", "order_number", "order_status_url"]) => "order",
        () if any(&["invoice_sent_at", "invoice_url", "invoiceUrl"]) => "draft_order",
        () if all(&["cart_token", "total_price"]) && !any(&["processed_at"]) => "checkout",
        () if all(&["order_id", "line_items"]) && any(&["tracking_company", "tracking_number", "shipment_status"]) => {
            "fulfillment"
        }
        () if all(&["order_id", "kind", "amount"]) => "transaction",
        () if all(&["token", "line_items"]) => "cart",
        () if all(&["line_items"]) && any(&["total_price", "current_total_price"]) => "order",
        () if all(&["inventory_item_id", "location_id"]) => "inventory_level",
        () if any(&["harmonized_system_code", "country_harmonized_system_codes"]) => "inventory_item",
        () if all(&["sku", "tracked"]) => "inventory_item",
        () if any(&["product_type", "productType"]) => "product",
        () if all(&["title", "variants"]) => "product",
        () if any(&["inventory_policy", "inventoryPolicy"]) => "variant",
        () if any(&["collection_id", "sort_order", "sortOrder"]) && any(&["handle"]) => "collection",
        () if any(&["plan_name", "myshopify_domain", "shop_owner", "money_format"]) => "shop",
        () if all(&["previous", "current", "shop_id"]) => "scopes",
        () if any(&[
            "multipass_identifier",
            "tax_exemptions",
            "verified_email",
            "accepts_marketing",
            "orders_count",
        ]) =>
        {
            "customer"
        }
        () if all(&["email", "first_name", "last_name"]) => "customer",
        () if all(&["id", "name", "query"]) => "customer_saved_search",
        () if any(&["value_type", "discount_type", "usage_count"]) => "discount",
        () if all(&["title", "status"]) && any(&["admin_graphql_api_id"]) => "discount",
        () if any(&["initial_value", "gift_card_id"]) => "gift_card",
        () if all(&["address1", "country"]) && any(&["legacy", "localized_country_name", "deleted_at"]) => "location",
        () if all(&["event_type", "started_at"]) => "marketing_event",
        () if any(&["billing_policy", "delivery_policy"]) => "subscription_contract",
        () if any(&["risk_level", "eligibility"]) => "risk",
        () if all(&["publication_id", "published"]) => "product_publication",
        () if all(&["segment_id", "customer_id"]) => "customer",
        _ => return None,
    })
}

/// The kind that a global id (`gid://shopify/Order/1`) names.
fn global_kind(json: &Json) -> Option<&'static str> {
    let global = ["admin_graphql_api_id", "id"].into_iter().find_map(|name| match json.get(name) {
        Json::Text(text) => text.strip_prefix("gid://shopify/"),
        _ => None,
    })?;
    Some(match global.split('/').next()? {
        "Order" => "order",
        "AbandonedCheckout" | "Checkout" => "checkout",
        "Cart" => "cart",
        "Refund" => "refund",
        "Fulfillment" => "fulfillment",
        "Customer" => "customer",
        "Product" => "product",
        "ProductVariant" => "variant",
        "Collection" => "collection",
        "InventoryLevel" => "inventory_level",
        "InventoryItem" => "inventory_item",
        "Location" => "location",
        "Shop" => "shop",
        "DraftOrder" => "draft_order",
        "OrderTransaction" => "transaction",
        "SubscriptionContract" => "subscription_contract",
        kind if kind.starts_with("Discount") || kind == "PriceRule" => "discount",
        _ => return None,
    })
}
