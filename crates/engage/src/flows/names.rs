//! Whether the expressions of a flow read what there is: names that nothing gives, parts that a cart does not have, unlike
//! things compared.

use super::starts::table;
use crate::tasks::fields;
use bpmn::{Catch, Definition, Kind, Problem, Severity};
use feel::{Expression, Type};
use std::collections::BTreeMap;

/// What there is to read in every flow. What the shop itself decides (the event, the customer's properties) is open.
fn shop() -> BTreeMap<String, Type> {
    let context = |entries: &[(&str, Type)]| Type::context(entries.iter().cloned());
    let text = |name: &'static str| (name, Type::String);
    let number = |name: &'static str| (name, Type::Number);
    let line = context(&[text("product_id"), text("sku"), text("name"), number("quantity"), number("price")]);
    let cart = context(&[
        text("id"),
        text("shop_id"),
        text("state"),
        number("total"),
        text("currency"),
        text("coupon"),
        number("step"),
        ("lines", Type::list(line)),
    ]);
    let deal = context(&[text("id"), text("stage"), text("pipeline"), ("won", Type::Boolean)]);
    let known = [
        ("cart", cart),
        ("deal", deal),
        ("shop", context(&[text("name"), text("currency")])),
        ("customer", Type::Any),
        ("event", Type::Any),
    ];
    known.map(|(name, of)| (name.to_owned(), of)).into()
}

/// What is wrong with a path such as `cart.totl`: the cart, the deal and the shop have parts of their own alone.
pub(super) fn unknown_part(path: &str) -> Option<String> {
    let (root, rest) = path.split_once('.')?;
    let part = rest.split('.').next().unwrap_or(rest);
    match shop().get(root)? {
        Type::Context(parts) if !parts.contains_key(part) => {
            let known: Vec<&str> = parts.keys().map(String::as_str).collect();
            Some(format!("{root} has no {part}; it has {}", known.join(", ")))
        }
        _ => None,
    }
}

/// The variables that some element writes, whatever they hold.
fn written(definition: &Definition) -> Vec<String> {
    let counters = ["loopCounter", "numberOfInstances", "numberOfCompletedInstances", "numberOfActiveInstances"];
    let mut names: Vec<String> = counters.map(str::to_owned).into();
    for (_, node) in definition.nodes() {
        names.extend(node.inputs.iter().chain(&node.outputs).map(|mapping| mapping.target.clone()));
        if let Some(repeat) = &node.repeat {
            names.extend(repeat.item.iter().chain(&repeat.collection).cloned());
        }
        match &node.kind {
            Kind::Decision(decision) => names.push(decision.result.clone()),
            Kind::Script(script) => names.push(script.result.clone()),
            Kind::Job(kind) if kind == super::jobs::COUPON => names.push(crate::coupons::VARIABLE.to_owned()),
            Kind::UserTask => {
                let fields = node.attribute("fields").and_then(|text| fields::read(text).ok());
                names.extend(fields.into_iter().flatten().map(|field| field.name));
            }
            _ => {}
        }
    }
    names.iter().map(|name| name.split('.').next().unwrap_or_default().to_owned()).collect()
}

/// Whether variables may come from elsewhere: from a caller, a worker, a person, a called flow.
fn is_open(definition: &Definition) -> bool {
    let gives_all = |kind: &Kind| matches!(kind, Kind::Job(_) | Kind::UserTask | Kind::Call(_));
    let is_own = |kind: &str| kind.starts_with("ritorno:");
    definition.manual_start().is_some()
        || definition.nodes().any(|(_, node)| {
            gives_all(&node.kind)
                && node.outputs.is_empty()
                // Our own tasks give nothing back.
                && !matches!(&node.kind, Kind::Job(kind) if is_own(kind))
        })
}

/// What `event` is at the elements that wait for one, by their ids, and whether it may hold more than that.
fn events(definition: &Definition) -> BTreeMap<String, (Type, bool)> {
    let of = |node: &bpmn::Node| match node.catch()? {
        Catch::Message(message) => Some(table::event_type(&message.name)),
        Catch::Timer(_) => table::TRIGGERS
            .iter()
            .find(|trigger| trigger.id == "schedule")
            .map(|trigger| (table::type_of(trigger), false)),
        _ => None,
    };
    definition.nodes().filter_map(|(_, node)| Some((node.id.clone(), of(node)?))).collect()
}

/// An event with the properties that an expression reads and we do not know: the shop may send them.
fn opened(event: &Type, expression: &Expression) -> Type {
    let Type::Context(mut entries) = event.clone() else { return event.clone() };
    if let Some(Type::Context(properties)) = entries.get_mut("properties") {
        for path in expression.names() {
            if let Some(name) = path.strip_prefix("event.properties.") {
                let name = name.split('.').next().unwrap_or_default();
                properties.entry(name.to_owned()).or_insert(Type::Any);
            }
        }
    }
    Type::Context(entries)
}

/// What is wrong: unfit where it cannot be right, a notice where somebody from outside might give the name.
pub(super) fn check(definition: &Definition) -> Vec<Problem> {
    let mut names = shop();
    names.extend(definition.parameters().iter().map(|(name, _)| (name.clone(), Type::Any)));
    names.extend(written(definition).into_iter().map(|name| (name, Type::Any)));
    let is_open = is_open(definition);
    let events = events(definition);
    let mut problems = Vec::new();
    let exit = definition.attribute("exit").and_then(|text| Expression::parse(text.trim().strip_prefix('=')?).ok());
    let exit = exit.iter().map(|exit| (definition.process_id(), exit, false));
    for (id, expression, sees_more) in definition.expressions().into_iter().chain(exit) {
        let mut names = names.clone();
        if let Some((of, is_open)) = events.get(id) {
            names.insert("event".to_owned(), if *is_open { opened(of, expression) } else { of.clone() });
        }
        let mut all = names.clone();
        for path in expression.names() {
            let root = path.split('.').next().unwrap_or_default().to_owned();
            all.entry(root).or_insert(Type::Any);
        }
        let wrong = expression.check(&all).problems;
        let unknown = expression.check(&names).problems.into_iter().filter(|problem| !wrong.contains(problem));
        let unknown: Vec<_> = if sees_more { Vec::new() } else { unknown.collect() };
        let severity = if is_open { Severity::Notice } else { Severity::Unfit };
        let wrong = wrong.iter().map(|problem| ("wrong_expression", Severity::Unfit, problem));
        let unknown = unknown.iter().map(|problem| ("unknown_name", severity, problem));
        for (rule, severity, problem) in wrong.chain(unknown) {
            let name = definition.find_node(id).and_then(|node| definition.node(node).name.clone());
            let message = format!("={}: {problem}", expression.source());
            problems.push(Problem { rule, severity, element: Some(id.to_owned()), name, message, line: None });
        }
    }
    problems
}
