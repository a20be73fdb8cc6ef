//! A file of events, and what `ritorno simulate` says of it.

use serde_json::{Value, json};
use std::{
    path::PathBuf,
    process::{Command, Output},
};

pub const TWO_BRANCH: &str = "two-branch-follow-up.bpmn";
pub const THREE_STEP: &str = "three-step-recovery.bpmn";

/// A flow that comes with the project.
pub fn flow(name: &str) -> PathBuf {
    std::path::absolute("../../flows").expect("there is a folder").join(name)
}

/// The instant `hours` after the session began.
pub fn at(hours: f64) -> String {
    base::Time(1_772_442_000_000_000 + (hours * 3_600_000_000.0) as i64).to_string()
}

/// Runs the binary on these lines.
pub fn run(lines: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder for the events");
    let file = folder.path().join("events.ndjson");
    std::fs::write(&file, lines).expect("the events are written");
    Command::new(env!("CARGO_BIN_EXE_ritorno"))
        .arg("simulate")
        .arg(&file)
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("the binary runs")
}

/// Events of a shop, in the order in which they are written down.
#[derive(Default, Clone)]
pub struct Shop {
    lines: Vec<Value>,
    flows: Vec<&'static str>,
    set: Vec<String>,
    until: Option<String>,
}

impl Shop {
    /// With the two-branch flow.
    pub fn two_branch() -> Shop {
        Shop { flows: vec![TWO_BRANCH], ..Shop::default() }
    }

    /// With the three-step flow.
    pub fn three_step() -> Shop {
        Shop { flows: vec![THREE_STEP], ..Shop::default() }
    }

    pub fn with(mut self, flow: &'static str) -> Shop {
        self.flows.push(flow);
        self
    }

    pub fn set(mut self, text: &str) -> Shop {
        self.set.push(text.to_owned());
        self
    }

    pub fn until(mut self, text: &str) -> Shop {
        self.until = Some(text.to_owned());
        self
    }

    /// Any call.
    pub fn call(mut self, hours: f64, mut call: Value) -> Shop {
        call["timestamp"] = json!(at(hours));
        if call.get("messageId").is_none() {
            call["messageId"] = json!(format!("m-{}", self.lines.len()));
        }
        self.lines.push(call);
        self
    }

    /// A customer who said yes to marketing and has an agent.
    pub fn customer(self, hours: f64, user: &str, traits: Value) -> Shop {
        let mut all = json!({
            "email": format!("{user}@example.com"), "firstName": user, "language": "it",
            "agent": { "name": "Marco Bianchi", "email": "marco@example.com" },
            "consent": { "marketing": { "email": true } },
        });
        for (name, value) in traits.as_object().into_iter().flatten() {
            match value {
                Value::Null => drop(all.as_object_mut().expect("an object").remove(name)),
                value => all[name] = value.clone(),
            }
        }
        self.call(hours, json!({ "type": "identify", "userId": user, "traits": all }))
    }

    pub fn track(self, hours: f64, user: &str, event: &str, properties: Value) -> Shop {
        self.call(hours, json!({ "type": "track", "userId": user, "event": event, "properties": properties }))
    }

    pub fn add(self, hours: f64, user: &str, cart: &str, price: &str) -> Shop {
        let price: Value = serde_json::from_str(price).expect("a price is a number");
        let properties = json!({ "cart_id": cart, "product_id": format!("p-{cart}"), "name": "Lampada", "price": price, "quantity": 1, "currency": "EUR" });
        self.track(hours, user, "Product Added", properties)
    }

    pub fn order(self, hours: f64, user: &str, cart: &str, total: f64) -> Shop {
        let properties = json!({ "order_id": format!("o-{cart}"), "cart_id": cart, "total": total, "currency": "EUR" });
        self.track(hours, user, "Order Completed", properties)
    }

    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// What happens, as the JSON object says it.
    pub fn simulate(&self) -> Result {
        let flows: Vec<PathBuf> = self.flows.iter().map(|name| flow(name)).collect();
        let mut arguments = vec!["--json", "--until", self.until.as_deref().unwrap_or("+96h")];
        for flow in &flows {
            arguments.extend(["--flow", flow.to_str().expect("a readable path")]);
        }
        for set in &self.set {
            arguments.extend(["--set", set]);
        }
        let output = run(&self.text(), &arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{errors}");
        let all = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)));
        Result { all }
    }
}

/// The parsed JSON object.
pub struct Result {
    pub all: Value,
}

impl Result {
    pub fn list(&self, name: &str) -> &Vec<Value> {
        self.all[name].as_array().unwrap_or_else(|| panic!("{name} is a list: {}", self.all))
    }

    /// Hours after the session began, by the time an entry says.
    pub fn hours(entry: &Value, field: &str) -> f64 {
        let time: base::Time =
            serde_json::from_value(entry[field].clone()).unwrap_or_else(|e| panic!("{field} of {entry}: {e}"));
        (time.0 - 1_772_442_000_000_000) as f64 / 3_600_000_000.0
    }

    /// Each message: hour, customer, step.
    pub fn messages(&self) -> Vec<(f64, String, String)> {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        self.list("messages").iter().map(|m| (Result::hours(m, "time"), text(m, "customer"), text(m, "step"))).collect()
    }

    /// Each notice: hour, agent.
    pub fn notices(&self) -> Vec<(f64, Option<String>)> {
        self.list("agent_notices")
            .iter()
            .map(|n| (Result::hours(n, "time"), n["agent"].as_str().map(str::to_owned)))
            .collect()
    }

    /// The states of the carts, by name.
    pub fn carts(&self) -> Vec<(String, String)> {
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        self.list("carts").iter().map(|cart| (text(cart, "id"), text(cart, "state"))).collect()
    }

    /// Why messages were skipped or journeys not started, and how journeys ended.
    pub fn reasons(&self) -> Vec<String> {
        let reasons =
            self.list("journeys").iter().flat_map(|journey| journey["reasons"].as_array().into_iter().flatten());
        reasons
            .filter_map(|reason| reason["data"]["reason"].as_str().map(str::to_owned))
            .filter(|reason| reason != "high_value_cart")
            .collect()
    }

    /// Linear, last interaction, agent-closed, of the one currency.
    pub fn revenue(&self) -> (i64, i64, i64) {
        let all = self.list("revenue");
        assert!(all.len() < 2, "{all:?}");
        let of = |name: &str| all.first().and_then(|revenue| revenue[name].as_i64()).unwrap_or(0);
        (of("linear_minor"), of("last_interaction_minor"), of("agent_closed_minor"))
    }
}

/// A message as [`Result::messages`] says it.
pub fn message(hours: f64, customer: &str, step: &str) -> (f64, String, String) {
    (hours, customer.to_owned(), step.to_owned())
}

pub fn notice(hours: f64) -> (f64, Option<String>) {
    (hours, Some("marco@example.com".to_owned()))
}

pub fn cart(id: &str, state: &str) -> (String, String) {
    (id.to_owned(), state.to_owned())
}
