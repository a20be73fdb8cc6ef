//! What the last days must hold, so that every list has something to say: an unclear message, carts for agents, a flow that
//! cannot go on, events that nobody understands, carts that are open right now.

use super::{Act, Cart, Happening, Line, Person, Plan};
use crate::demo::words::{HOST_SILENT, HOSTS};
use base::{HOUR, MINUTE, SECOND};

/// Who it is, what they left, how long before the end.
struct Left {
    name: (&'static str, &'static str),
    host: &'static str,
    group: Option<&'static str>,
    /// Product ids and quantities.
    lines: &'static [(&'static str, u16)],
    before: i64,
}

const LEFT: &[Left] = &[
    Left { name: ("Renata", "Colle"), host: HOST_SILENT, group: None, lines: &[("cengia", 1)], before: 26 * HOUR },
    Left {
        name: ("Oskar", "Thaler"),
        host: HOSTS[0],
        group: Some("rifugio"),
        lines: &[("nottola", 12), ("lucciola", 8)],
        before: 25 * HOUR + 20 * MINUTE,
    },
    Left {
        name: ("Piera", "Locatelli"),
        host: HOSTS[1],
        group: Some("scuola"),
        lines: &[("abete", 6)],
        before: 27 * HOUR + 5 * MINUTE,
    },
    Left {
        name: ("Dario", "Vescovi"),
        host: HOSTS[2],
        group: Some("guida"),
        lines: &[("cengia", 7), ("stambecco", 7)],
        before: 29 * HOUR + 40 * MINUTE,
    },
    // Buys much and belongs to no group: the diagram of "Ordini per i rifugi" forgot that this happens.
    Left {
        name: ("Ermanno", "Pozzi"),
        host: HOSTS[3],
        group: None,
        lines: &[("campobase", 3), ("traversata", 4)],
        before: 34 * HOUR,
    },
    Left {
        name: ("Nives", "Marchi"),
        host: HOSTS[0],
        group: None,
        lines: &[("alba", 1), ("merino", 2)],
        before: 12 * MINUTE,
    },
    Left { name: ("Giordano", "Bassi"), host: HOSTS[1], group: None, lines: &[("larice", 1)], before: 47 * MINUTE },
    Left {
        name: ("Clara", "Dalpiaz"),
        host: HOSTS[2],
        group: None,
        lines: &[("rododendro", 1), ("nevaio", 2)],
        before: 2 * HOUR + 9 * MINUTE,
    },
    Left { name: ("Mattia", "Ongaro"), host: HOSTS[3], group: None, lines: &[("bora", 1)], before: 6 * HOUR },
];

/// When the events come that nobody understands, before the end.
const BROKEN: [i64; 5] = [31 * HOUR, 19 * HOUR, 8 * HOUR, 3 * HOUR + 11 * MINUTE, 38 * MINUTE];

pub(super) fn plant(plan: &mut Plan) {
    for left in LEFT {
        plant_cart(plan, left);
    }
    for (n, before) in BROKEN.into_iter().enumerate() {
        let at = plan.wish.end.plus(-before);
        plan.happenings.push(Happening { at, person: 0, device: 0, is_known: true, act: Act::Broken(n as u8) });
    }
}

fn plant_cart(plan: &mut Plan, left: &Left) {
    let (person, cart) = (plan.people.len() as u32, plan.carts.len() as u32);
    let (first_name, last_name) = left.name;
    plan.people.push(Person {
        is_named: true,
        first_name,
        last_name,
        email: format!("{}.{}@{}", first_name.to_lowercase(), last_name.to_lowercase(), left.host),
        city: "Belluno",
        language: "it",
        consent: Some(true),
        agent: (cart % 4) as u8,
        group: left.group,
        taste: 0,
    });
    let line = |(id, quantity): &(&str, u16)| {
        let product =
            super::PRODUCTS.iter().position(|product| product.id == *id).expect("planted carts hold our products");
        Line { product: product as u16, quantity: *quantity, size: 2 }
    };
    let lines: Vec<Line> = left.lines.iter().map(line).collect();
    let end = plan.wish.end.plus(-left.before);
    let mut acts = vec![Act::Page];
    acts.extend(lines.iter().map(|line| Act::View { product: line.product }));
    acts.extend((0..lines.len()).map(|n| Act::Add { cart, line: n as u8 }));
    acts.push(Act::Identify);
    if left.group.is_some() {
        acts.push(Act::Agent);
    }
    acts.push(Act::CheckoutStarted { cart });
    let identified = acts.iter().position(|act| *act == Act::Identify).unwrap_or(0);
    let steps = acts.len();
    for (n, act) in acts.into_iter().enumerate() {
        let at = end.plus((n as i64 - steps as i64 + 1) * 37 * SECOND);
        plan.happenings.push(Happening { at, person, device: 0, is_known: n >= identified, act });
    }
    plan.carts.push(Cart { person, lines, left_at: Some(end), reply: None });
}
