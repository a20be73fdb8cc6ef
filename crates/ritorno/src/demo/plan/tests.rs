use super::*;
use crate::demo::season::zone;
use base::HOUR;
use jiff::civil::Weekday;
use std::collections::{BTreeMap, HashMap, HashSet};

fn wish(seed: u64, customers: u32) -> Wish {
    let end = Time::parse("2026-11-22T10:00:00Z").unwrap();
    Wish { seed, start: end.plus(-548 * DAY), end, customers }
}

fn count(plan: &Plan, of: impl Fn(&Act) -> bool) -> usize {
    plan.happenings.iter().filter(|happening| of(&happening.act)).count()
}

#[test]
fn the_same_seed_gives_the_same_history() {
    assert_eq!(Plan::make(wish(1, 60)), Plan::make(wish(1, 60)));
    assert_ne!(Plan::make(wish(1, 60)), Plan::make(wish(2, 60)));
}

#[test]
fn a_history_is_as_large_as_it_was_wished() {
    let plan = Plan::make(wish(20_250, 5_000));
    let named: HashSet<&str> = plan.people.iter().filter(|p| p.is_named).map(|p| p.email.as_str()).collect();
    // Each has an address of their own; nine more stand at the end of the history.
    assert_eq!(named.len(), 5_009);
    let check = |what: &str, n: usize, from: usize, to: usize| assert!((from..=to).contains(&n), "{what}: {n}");
    check("happenings", plan.happenings.len(), 90_000, 160_000);
    check("carts", plan.carts.len(), 7_000, 13_000);
    check("orders", count(&plan, |act| matches!(act, Act::Ordered { .. })), 2_500, 5_000);
    check("agents' calls", count(&plan, |act| matches!(act, Act::Contacted { .. })), 40, 400);
    check("refunds", count(&plan, |act| matches!(act, Act::Refunded { .. })), 50, 300);
    let left = plan.carts.iter().filter(|cart| cart.left_at.is_some()).count() * 100 / plan.carts.len();
    check("percent of carts left", left, 60, 80);
    assert!(plan.happenings.is_sorted_by_key(|happening| happening.at));
    assert!(plan.happenings.iter().all(|happening| happening.at <= plan.wish.end));
    assert!(plan.carts.iter().all(|cart| !cart.lines.is_empty() && cart.total() > 0));
    let mut orders: HashMap<u32, u32> = HashMap::new();
    for happening in plan.happenings.iter().filter(|happening| matches!(happening.act, Act::Ordered { .. })) {
        *orders.entry(happening.person).or_default() += 1;
    }
    let again = orders.values().filter(|n| **n > 1).count() * 100 / orders.len();
    check("percent who bought again", again, 20, 60);
}

#[test]
fn it_is_busy_when_such_a_shop_is() {
    let plan = Plan::make(wish(20_250, 5_000));
    let (mut months, mut week, mut hours, mut days) =
        (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new(), [0usize; 24], BTreeMap::<_, usize>::new());
    for happening in plan.happenings.iter().filter(|happening| happening.act == Act::Page) {
        let at = happening.at.timestamp().to_zoned(zone());
        *months.entry((at.year(), at.month())).or_default() += 1;
        *week.entry(at.weekday().to_monday_zero_offset()).or_default() += 1;
        *days.entry(at.date()).or_default() += 1;
        hours[at.hour() as usize] += 1;
    }
    assert!(months[&(2026, 7)] > months[&(2026, 8)] * 5 / 4, "everybody is away in August: {months:?}");
    assert!(months[&(2025, 12)] > months[&(2026, 2)] * 5 / 4, "presents: {months:?}");
    assert!(
        week[&Weekday::Sunday.to_monday_zero_offset()] > week[&Weekday::Friday.to_monday_zero_offset()],
        "{week:?}"
    );
    assert!(hours[21] > 8 * hours[4], "{hours:?}");
    let of = |from: (i16, i8, i8), n: i64| -> usize {
        let from = jiff::civil::date(from.0, from.1, from.2);
        days.iter()
            .filter(|(day, _)| (from..from.saturating_add(jiff::Span::new().days(n))).contains(*day))
            .map(|(_, n)| n)
            .sum()
    };
    assert!(of((2025, 11, 24), 7) * 2 > of((2025, 11, 10), 7) * 3, "the week of Black Friday");
}

#[test]
fn an_order_comes_after_what_is_in_it_and_nobody_orders_twice() {
    let plan = Plan::make(wish(7, 400));
    let mut added: HashMap<u32, Time> = HashMap::new();
    let mut ordered = HashSet::new();
    for happening in &plan.happenings {
        match happening.act {
            Act::Add { cart, .. } => drop(added.entry(cart).or_insert(happening.at)),
            Act::Ordered { cart } => {
                assert!(added[&cart] < happening.at && ordered.insert(cart), "cart {cart}");
                assert!(happening.is_known);
            }
            Act::Contacted { cart, .. } => assert!(happening.at >= added[&cart].plus(24 * HOUR)),
            _ => {}
        }
    }
    let answered = plan.carts.iter().enumerate().filter(|(_, cart)| cart.reply.is_some());
    assert!(answered.clone().count() > 20);
    assert!(answered.into_iter().all(|(n, _)| !ordered.contains(&(n as u32))), "who answers a mail orders after it");
}

#[test]
fn what_happened_becomes_calls_that_the_door_reads_but_for_the_broken_ones() {
    let plan = Plan::make(wish(3, 40));
    let writer = Writer { plan: &plan, shop_url: "http://127.0.0.1:1/demo" };
    let mut broken = 0;
    for (n, happening) in plan.happenings.iter().enumerate() {
        let text = writer.call(n, happening).to_string();
        let read = crm::calls::read_call(&text, None);
        let is_read = matches!(read, Ok((_, Ok(_))));
        match happening.act {
            Act::Broken(_) => {
                broken += 1;
                assert!(!is_read, "{text}");
            }
            _ => assert!(is_read, "{text}: {read:?}"),
        }
    }
    assert_eq!(broken, 5);
}
