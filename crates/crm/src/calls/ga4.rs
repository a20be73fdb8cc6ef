//! The shop events that Google Analytics 4 names otherwise: taken in as Segment's, so that nobody behind the door knows two
//! words for one thing. Their properties (`items`, `transaction_id`, …) are read in [`super::props`] whatever the event is called.
//!
//! The names: <https://developers.google.com/analytics/devguides/collection/ga4/reference/events>.

/// Segment's name for a GA4 event; any other name stays as it is.
pub(super) fn segment_name(name: &str) -> &str {
    match name {
        "view_item" => "Product Viewed",
        "add_to_cart" => "Product Added",
        "remove_from_cart" => "Product Removed",
        "view_cart" => "Cart Viewed",
        "begin_checkout" => "Checkout Started",
        "add_shipping_info" => "Checkout Step Completed",
        "add_payment_info" => "Payment Info Entered",
        "purchase" => "Order Completed",
        "refund" => "Order Refunded",
        other => other,
    }
}
