//! Customers, their consents and their rights; the app and the shop itself.

use super::super::{Ignored, Out, Taken, Verdict, facts::Person, json::Json, read};
use super::sales::{fill_from_addresses, time};

type Said<T> = Result<T, String>;

/// A customer as their own record says them.
fn record(json: &Json) -> Said<Person> {
    let address = ["default_address", "defaultAddress", "addresses.0"]
        .into_iter()
        .map(|name| json.at(name))
        .find(|address| !address.fields().is_empty())
        .unwrap_or(&Json::Null);
    let mut person = Person {
        id: json.id("id"),
        email: read::address(json.text_of(&["email", "defaultEmailAddress.emailAddress"])),
        phone: json.text_of(&["phone", "defaultPhoneNumber.phoneNumber"]).or_else(|| address.text("phone")),
        first_name: json.text_of(&["first_name", "firstName"]),
        last_name: json.text_of(&["last_name", "lastName"]),
        language: json.text("locale"),
        country: address.text_of(&["country_code", "countryCodeV2", "country"]),
        address: address_of(address),
        tags: tags(json.get("tags")),
        updated_at: time(json, &["updated_at", "updatedAt"])?,
        more: vec![
            ("created_at", time(json, &["created_at", "createdAt"])?.into()),
            ("company", address.text("company").into()),
            ("account_state", json.text("state").into()),
            ("note", json.text("note").into()),
            ("shop_orders_count", json.amount_of(&["orders_count", "numberOfOrders"])?.into()),
            ("shop_total_spent", json.amount_of(&["total_spent", "amountSpent.amount"])?.into()),
        ],
        ..Person::default()
    };
    let email = ["email_marketing_consent.state", "emailMarketingConsent.marketingState"];
    match json.text_of(&email) {
        Some(state) => person.consent.extend(granted(&state).map(|granted| ("email", granted))),
        None => person.consent.extend(json.flag("accepts_marketing").map(|granted| ("email", granted))),
    }
    let sms = ["sms_marketing_consent.state", "smsMarketingConsent.marketingState"];
    person.consent.extend(json.text_of(&sms).and_then(|state| granted(&state)).map(|granted| ("sms", granted)));
    Ok(person)
}

/// What a consent's state means. Who never said anything (`not_subscribed`) or did not confirm (`pending`) said neither.
fn granted(state: &str) -> Option<bool> {
    match state.to_ascii_lowercase().as_str() {
        "subscribed" => Some(true),
        "unsubscribed" | "redacted" => Some(false),
        _ => None,
    }
}

fn address_of(json: &Json) -> Json {
    let street: Vec<String> = ["address1", "address2"].into_iter().filter_map(|name| json.text(name)).collect();
    let said = Json::object([
        ("street", (!street.is_empty()).then(|| street.join(", ")).into()),
        ("city", json.text("city").into()),
        ("postalCode", json.text("zip").into()),
        ("state", json.text_of(&["province_code", "provinceCode", "province"]).into()),
        ("country", json.text_of(&["country_code", "countryCodeV2", "country"]).into()),
    ]);
    if said.fields().is_empty() { Json::Null } else { said }
}

fn tags(json: &Json) -> Option<Vec<String>> {
    match json {
        Json::Text(text) => {
            Some(text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect())
        }
        Json::List(list) => Some(list.iter().filter_map(Json::as_text).collect()),
        _ => None,
    }
}

/// Who a checkout or order is about. Their own record may say another address than the sale does.
pub(super) fn of_sale(json: &Json) -> Said<Person> {
    let customer = json.get("customer");
    let mut person = if customer.fields().is_empty() { Person::default() } else { record(customer)? };
    person.email = person.email.or_else(|| read::address(json.text_of(&["email", "contact_email"])));
    person.phone = person.phone.or_else(|| json.text_of(&["phone", "sms_marketing_phone"]));
    person.language = person.language.or_else(|| json.text_of(&["customer_locale", "customerLocale"]));
    fill_from_addresses(&mut person, json);
    Ok(person)
}

/// The boxes of the checkout. One that was left empty takes no consent back, and what the customer's own record says, be it that
/// a consent waits to be confirmed, is newer than the box.
pub(super) fn agreed(person: &mut Person, json: &Json) {
    let customer = json.get("customer");
    let boxes = [
        ("email", "buyer_accepts_marketing", ["email_marketing_consent", "accepts_marketing"]),
        ("sms", "buyer_accepts_sms_marketing", ["sms_marketing_consent", ""]),
    ];
    for (channel, name, records) in boxes {
        let is_recorded = records.iter().any(|record| !customer.get(record).is_null());
        if json.flag(name) == Some(true) && !is_recorded {
            person.consent.push((channel, true));
        }
    }
}

pub(super) fn customer(json: &Json, out: &mut Out<'_>, action: &str) -> Said<Verdict> {
    if json.has("admin_graphql_api_customer_kept_id") {
        return merged(json, out);
    }
    if json.has_all(&["customerId", "tags"]) {
        let person = Person { id: json.id("customerId"), ..Person::default() };
        let name = match action {
            "tags_added" => "Customer Tags Added",
            "tags_removed" => "Customer Tags Removed",
            _ => return Ok(Ignored("whether the tags were added or removed is said by the topic alone".to_owned())),
        };
        let said = Json::object([("tags", json.get("tags").clone())]);
        return out.about_person(name, &person, time(json, &["occurredAt"])?, said).map(|()| Taken);
    }
    if json.has_any(&["numberOfOrders", "segment_id"]) && !json.has("id") {
        return Ok(Ignored("the shop's own sums and segments are not kept: they follow from the orders".to_owned()));
    }
    let person = record(json)?;
    if action == "delete" || (json.has("tax_exemptions") && !json.has_any(&["email", "first_name", "created_at"])) {
        return out.about_person("Customer Deleted", &person, None, Json::object([])).map(|()| Taken);
    }
    out.person(&person).map(|()| Taken)
}

fn merged(json: &Json, out: &mut Out<'_>) -> Said<Verdict> {
    if json.text("status").is_some_and(|status| status != "completed") {
        return Ok(Ignored("two customers were not merged: the shop could not".to_owned()));
    }
    let kept = json.id("admin_graphql_api_customer_kept_id").ok_or("the merge names no customer that is kept")?;
    let gone = json.id("admin_graphql_api_customer_deleted_id").ok_or("the merge names no customer that is gone")?;
    out.merged(&kept, &gone, None);
    Ok(Taken)
}

pub(super) fn consent(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let (channel, said) = match json.get("email_marketing_consent") {
        said @ Json::Object(_) => ("email", said),
        _ => ("sms", json.get("sms_marketing_consent")),
    };
    let mut person = Person {
        id: json.id_of(&["customer_id", "id"]),
        email: read::address(json.text("email_address")),
        phone: json.text("phone"),
        updated_at: time(said, &["consent_updated_at"])?,
        ..Person::default()
    };
    let state = said.text("state");
    person.consent.extend(state.as_deref().and_then(granted).map(|granted| (channel, granted)));
    // How it was given is the proof.
    let proof = Json::object([
        ("channel", channel.into()),
        ("state", state.into()),
        ("opt_in_level", said.text("opt_in_level").into()),
        ("collected_from", said.text("consent_collected_from").into()),
    ]);
    out.about_person("Marketing Consent Changed", &person, person.updated_at, proof)?;
    // Without a clear word and an address there is nothing to identify with.
    if !person.consent.is_empty() || person.email.is_some() || person.phone.is_some() {
        out.person(&person)?;
    }
    Ok(())
}

/// The webhooks that the law and Shopify require an app to answer.
pub(super) fn privacy(json: &Json, out: &mut Out<'_>, action: &str) -> Said<()> {
    let customer = json.get("customer");
    let shop = json.text("shop_domain");
    let of_topic = match action {
        "" if json.has("orders_to_redact") => "redact",
        "" if json.has_any(&["orders_requested", "data_request"]) => "data_request",
        "" => "shop",
        action => action,
    };
    if of_topic == "shop" {
        let id = json.id("shop_id").ok_or("the request to erase a shop has no shop_id")?;
        let said = Json::object([("shop_id", id.clone().into()), ("shop_domain", shop.into())]);
        out.about_shop("Shop Erasure Requested", &id, None, said);
        return Ok(());
    }
    let person = Person {
        id: customer.id("id"),
        email: read::address(customer.text("email")),
        phone: customer.text("phone"),
        ..Person::default()
    };
    let (name, orders) = match of_topic {
        "redact" => ("Erasure Requested", "orders_to_redact"),
        _ => ("Data Requested", "orders_requested"),
    };
    let said = Json::object([
        ("email", person.email.clone().into()),
        ("phone", person.phone.clone().into()),
        ("order_ids", json.get(orders).clone()),
        ("request_id", json.at("data_request.id").as_id().into()),
        ("shop_id", json.id("shop_id").into()),
        ("shop_domain", shop.into()),
    ]);
    out.about_person(name, &person, None, said)
}

pub(super) fn app(json: &Json, out: &mut Out<'_>, action: &str) -> Said<Verdict> {
    if action != "uninstalled" {
        return Ok(Ignored("changed scopes and subscriptions of the app are not kept".to_owned()));
    }
    let id = json.id("id").ok_or("the shop that removed the app has no id")?;
    let domain = json.text_of(&["myshopify_domain", "domain"]);
    out.about_shop(
        "App Uninstalled",
        &id,
        None,
        Json::object([("shop_id", id.clone().into()), ("shop_domain", domain.into())]),
    );
    Ok(Taken)
}

pub(super) fn shop(json: &Json, out: &mut Out<'_>) -> Said<()> {
    let id = json.id_of(&["id", "myshopify_domain", "domain"]).ok_or("the shop has no id")?;
    let said = Json::object([
        ("shop_id", json.id("id").into()),
        ("shop_domain", json.text_of(&["myshopify_domain", "domain"]).into()),
        ("name", json.text("name").into()),
        ("email", json.text("email").into()),
        ("currency", json.currency("currency")?.map(|c| c.to_string()).into()),
        ("time_zone", json.text("iana_timezone").into()),
        ("language", json.text("primary_locale").into()),
        ("country", json.text_of(&["country_code", "country"]).into()),
    ]);
    out.about_shop("Shop Updated", &id, time(json, &["updated_at"])?, said);
    Ok(())
}
