//! Sessions of a real shop, put back on the wire: they become the events that `examples/snowplow-to-segment.py` makes of them,
//! which in turn agree with what Snowplow's own model makes of them.

use super::*;
use base::Time;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

type Row = BTreeMap<String, String>;

const ENTITY: &str = "com_snowplowanalytics_snowplow_ecommerce";
const NUMBERS: [&str; 11] = [
    "price",
    "list_price",
    "quantity",
    "position",
    "total_value",
    "revenue",
    "total_quantity",
    "shipping",
    "tax",
    "discount_amount",
    "step",
];
/// The actions that the script leaves out: a refund without an order, promotions without a name.
const LEFT_OUT: [&str; 3] = ["refund", "promo_view", "promo_click"];

/// A table as the warehouse wrote it: commas, quotes around what has them inside, doubled within.
fn rows(file: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(file).unwrap();
    let (mut lines, mut line, mut cell, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            '\r' if !is_quoted => {}
            c => cell.push(c),
        }
    }
    if !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    let names = lines.remove(0);
    lines.into_iter().map(|line| names.iter().cloned().zip(line).collect()).collect()
}

/// The rows of an entity by their event, each different row once: the warehouse holds some twice.
fn by_event(source: &Path, file: &str) -> BTreeMap<String, Vec<Row>> {
    let mut found: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in rows(&source.join(file)) {
        let rows = found.entry(row["root_id"].clone()).or_default();
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    found
}

/// A row as the tracker sent it: numbers as numbers, what is not said left out.
fn data_of(row: &Row) -> String {
    let skipped = ["root_id", "root_tstamp", "schema_name"];
    let fields = row.iter().filter(|(name, value)| !value.is_empty() && !skipped.contains(&name.as_str()));
    let value = |name: &str, value: &str| match name {
        name if NUMBERS.contains(&name) => Json::Number(value.into()),
        "is_guest" => Json::Bool(value.eq_ignore_ascii_case("true")),
        _ => value.into(),
    };
    Json::Object(fields.map(|(name, text)| (name.clone(), value(name, text))).collect()).to_string()
}

/// The events on the wire, by the names of their actions.
fn tracked(source: &Path) -> Vec<(String, Json)> {
    let names = ["product", "cart", "checkout_step", "transaction", "user", "page"];
    let tables: Vec<(&str, _)> =
        names.into_iter().map(|name| (name, by_event(source, &format!("{ENTITY}_{name}_1.csv")))).collect();
    let actions = by_event(source, &format!("{ENTITY}_action_1.csv"));
    let sessions = by_event(source, "com_snowplowanalytics_snowplow_client_session_1.csv");
    let mut tracked = Vec::new();
    for row in rows(&source.join("snowplow_ecommerce_events.csv")) {
        let id = &row["event_id"];
        let Some(action) = actions.get(id).and_then(|rows| rows.first()) else { continue };
        let mut beside: Vec<String> = Vec::new();
        for (name, table) in &tables {
            beside.extend(table.get(id).into_iter().flatten().map(|row| entity(name, &data_of(row))));
        }
        if let Some(session) = sessions.get(id).and_then(|rows| rows.first()) {
            let schema = "iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-1";
            let data = Json::object([("userId", session["user_id"].as_str().into())]);
            beside.push(format!(r#"{{"schema":"{schema}","data":{data}}}"#));
        }
        let mut fields = Json::object([("e", "ue".into()), ("ue_pr", unstruct(ACTION, &data_of(action)).into())]);
        fields.set("cx", BASE64_URL_SAFE_NO_PAD.encode(contexts(&beside)).into());
        for (field, column) in [
            ("eid", "event_id"),
            ("aid", "app_id"),
            ("uid", "user_id"),
            ("duid", "domain_userid"),
            ("nuid", "network_userid"),
            ("url", "page_url"),
            ("page", "page_title"),
            ("refr", "page_referrer"),
        ] {
            fields.set(field, Some(row[column].clone()).filter(|text| !text.is_empty()).into());
        }
        // The derived time is the one that the pipeline vouches for.
        let at = Time::parse(&row["derived_tstamp"].replacen(' ', "T", 1).replace(" UTC", "Z")).unwrap();
        fields.set("ttm", (at.0 / 1_000).to_string().into());
        tracked.push((action["type"].clone(), fields));
    }
    tracked
}

/// The script's events by their ids; `None` (and a line that says so) without Python.
fn expected(folder: &Path) -> Option<BTreeMap<String, Json>> {
    let script = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/snowplow-to-segment.py"));
    let Ok(output) = Command::new("python3").arg(script).arg(folder).arg("--check").output() else {
        eprintln!("skipped: the sessions of a Snowplow shop (no python3)");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().map(json).map(|event| (event.text("messageId").unwrap(), event)).collect())
}

/// The fields that the script makes, of what we make.
fn comparable(event: &Json) -> Json {
    const PRODUCT: [&str; 8] = ["product_id", "name", "category", "brand", "variant", "price", "quantity", "currency"];
    let of_product = |product: &Json| {
        Json::Object(product.fields().iter().filter(|(name, _)| PRODUCT.contains(&name.as_str())).cloned().collect())
    };
    let mut said = event.get("properties").clone();
    if let Json::Object(fields) = &mut said {
        fields.retain(|(name, _)| {
            !["compare_at_price", "size", "position", "inventory_status", "creative"].contains(&name.as_str())
        });
        for (name, value) in fields.iter_mut() {
            if name == "products" {
                *value = Json::List(value.list().iter().map(of_product).collect());
            }
        }
        let name = event.text("event").unwrap_or_default();
        fields.retain(|(field, _)| field != "list_id" || name == "Product List Viewed");
        fields.retain(|(field, _)| !["cart_id", "credit_order"].contains(&field.as_str()));
        if name == "Checkout Step Viewed" {
            fields.retain(|(field, _)| ["step", "account_type"].contains(&field.as_str()));
        }
        fields.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let mut whole = Json::object([("properties", said)]);
    for name in ["type", "event", "anonymousId", "userId"] {
        whole.set(name, event.text(name).into());
    }
    whole.set("timestamp", Time::parse(&event.text("timestamp").unwrap()).unwrap().into());
    whole
}

#[test]
fn real_sessions_become_what_the_script_makes_of_them() {
    let Some(folder) = testkit::shared_data("snowplow-ecommerce") else { return };
    let Some(expected) = expected(&folder) else { return };
    let tracked = tracked(&folder.join("source"));
    assert!(tracked.len() > 800);
    let mut found = BTreeMap::new();
    for (kind, fields) in &tracked {
        let parsed = parse(std::slice::from_ref(fields), "");
        if !LEFT_OUT.contains(&kind.as_str()) {
            assert_eq!(parsed.refused, [], "{kind}: {fields}");
            found.extend(parsed.events.into_iter().map(|event| (event.message_id.clone(), event)));
        }
    }
    for (id, event) in &expected {
        let ours = found.get(id).unwrap_or_else(|| panic!("{id} is missing: {event}"));
        let ours = json(&ours.to_json());
        if event.text("type").as_deref() == Some("identify") {
            // The script's addresses are at example.com.
            assert_eq!(ours.at("traits.guest"), event.at("traits.guest"), "{id}");
            continue;
        }
        assert_eq!(comparable(&ours).to_string(), comparable(event).to_string(), "{id}");
    }
    // Ours tells of a user with each body, the script once a visitor.
    let more: Vec<&String> =
        found.keys().filter(|id| !expected.contains_key(*id) && !id.ends_with("-identify")).collect();
    assert_eq!(more, Vec::<&String>::new());
}
