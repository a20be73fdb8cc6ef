//! What a person should know before a template goes live: names that mean nothing, a missing way out.

use super::{Template, environment, with_language};
use minijinja::{ErrorKind, UndefinedBehavior, value::Value};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    pub language: String,
    /// `subject`, `txt` or `html`.
    pub part: String,
    /// What is wrong and what to do, in a sentence.
    pub text: String,
}

/// A merge field's value in the trial rendering of the unsubscribe link; looked for in the output.
const UNSUBSCRIBE: &str = "https://check.invalid/unsubscribe";

/// Every name a template may use, with a value for the trial rendering.
fn full_context(parameters: &[&str]) -> serde_json::Value {
    let line = json!({
        "name": "Name", "sku": "SKU", "quantity": 1, "price_minor": 100, "total_minor": 100,
        "url": "https://check.invalid/p", "image_url": "https://check.invalid/i",
    });
    let flow: serde_json::Map<_, _> = parameters.iter().map(|name| ((*name).to_owned(), json!(1))).collect();
    json!({
        "customer": {
            "first_name": "First", "last_name": "Last", "name": "First Last", "email": "a@check.invalid",
            "language": "it",
        },
        "agent": {"name": "Agent", "email": "b@check.invalid"},
        "cart": {"id": "cart-1", "lines": [line], "total_minor": 100, "currency": "EUR"},
        "shop": {
            "name": "Shop", "url": "https://check.invalid", "currency": "EUR", "language": "it", "time_zone": "UTC",
        },
        "links": {
            "cart": "https://check.invalid/cart", "unsubscribe": UNSUBSCRIBE,
            "customer": "https://check.invalid/customer",
        },
        "coupon": {"code": "CODE", "ends_at": "2026-12-24T10:00:00Z", "percent": 10, "amount": 5},
        "flow": flow,
    })
}

/// What the language itself offers in the place of a name.
const GLOBALS: [&str; 4] = ["range", "dict", "language", "loop"];

impl Template {
    /// Checks every language: names that no message has (with the flow's `parameters` under `flow.`), errors in a trial
    /// rendering, and, for a template written `to_customer`, whether text and HTML show the unsubscribe link.
    pub fn check(&self, parameters: &[&str], to_customer: bool) -> Vec<Problem> {
        let context = full_context(parameters);
        let mut problems = BTreeSet::new();
        for (language, texts) in &self.texts {
            for part in ["subject", "txt", "html"] {
                if part == "html" && texts.html.is_none() {
                    continue;
                }
                let mut add = |text: String| {
                    problems.insert(Problem { language: language.clone(), part: part.to_owned(), text });
                };
                let name = format!("{language}.{part}");
                let template = self.environment.get_template(&name).expect("every part was compiled");
                for unknown in template.undeclared_variables(true) {
                    if !is_known(&context, &unknown) {
                        add(format!("{unknown} is not a merge field"));
                    }
                }
                let with_language = with_language(&context, language);
                if let Err(text) = self.try_strictly(&name, &with_language) {
                    add(text);
                }
                // Rendered as for a reader; that a part fails is said above.
                let output = environment::render(&self.environment, &name, &with_language).unwrap_or_default();
                if to_customer && part != "subject" && !output.contains(UNSUBSCRIBE) {
                    add("does not show links.unsubscribe, which every mail to a customer must".to_owned());
                }
            }
        }
        problems.into_iter().collect()
    }

    /// Renders with everything given, so that a name without a value is a wrong name: this finds fields of cart lines too.
    fn try_strictly(&self, part: &str, context: &Value) -> Result<(), String> {
        let mut strict = (*self.environment).clone();
        strict.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        match environment::render(&strict, part, context) {
            Ok(_) => Ok(()),
            Err(e) if e.kind() == ErrorKind::UndefinedError => {
                let line = e.line().unwrap_or(1);
                Err(format!("line {line} uses a name that is not a merge field"))
            }
            Err(e) => Err(environment::explain(&self.name, part, &e).to_string()),
        }
    }
}

fn is_known(context: &serde_json::Value, name: &str) -> bool {
    if GLOBALS.contains(&name) {
        return true;
    }
    name.split('.').try_fold(context, |value, field| value.get(field)).is_some()
}
