mod orders;
mod pipelines;
mod refilled;
mod shuffled;

use super::*;
use base::{Currency, DAY, HOUR, MINUTE, Time, stable_hash};
use proptest::prelude::*;

/// One thing that happens, before it is recorded.
#[derive(Debug, Clone)]
enum Happening {
    Op(CartOp),
    Order(Order, CartOp),
    Change(&'static str, OrderChange, Time),
    Stage(&'static str, &'static str, Time),
}

fn op(at: i64, cart: &str, kind: OpKind) -> CartOp {
    let tie = stable_hash(format!("{at}{cart}{kind:?}").as_bytes());
    let cart_id = (!cart.is_empty()).then(|| cart.into());
    let mut op = CartOp { at: Time(at), tie, cart_id, checkout_id: None, currency: None, kind, rule: 0, late_hours: 0 };
    if op.items().iter().any(|item| item.price.is_some()) {
        op.currency = Some(Currency::EUR);
    }
    op
}

fn item(product: &str, quantity: Option<i64>, price: Option<i64>) -> OpItem {
    OpItem { product_id: product.into(), quantity, price, ..OpItem::default() }
}

fn add(at: i64, cart: &str, product: &str, quantity: i64) -> CartOp {
    op(at, cart, OpKind::Add(item(product, Some(quantity), Some(1_000))))
}

fn remove(at: i64, cart: &str, product: &str, quantity: Option<i64>) -> CartOp {
    op(at, cart, OpKind::Remove(item(product, quantity, None)))
}

fn order(at: i64, cart: &str, id: &str, products: &[&str]) -> Happening {
    let lines: Vec<Line> = products
        .iter()
        .map(|product| Line { product_id: (*product).into(), quantity: 1, price: Some(1_000), ..Line::default() })
        .collect();
    let mut op = op(at, cart, OpKind::Order(id.into()));
    op.tie = stable_hash(format!("{at}{cart}{id}{products:?}").as_bytes());
    let (at, tie) = (op.at, op.tie);
    let total = total_of(&lines).filter(|_| !lines.is_empty());
    let order = Order {
        id: id.into(),
        at,
        currency: Currency::EUR,
        total,
        refunded: 0,
        cart: None,
        lines,
        cancelled_at: None,
        tie,
        place: Place::Here,
        told: Vec::new(),
    };
    Happening::Order(order, op)
}

fn hear(book: &mut Book, what: Happening) {
    match what {
        Happening::Op(op) => book.record(op, Rules::default()),
        Happening::Order(order, op) => drop(book.record_order(order, Some(op), Rules::default())),
        Happening::Change(order, change, at) => drop(book.change_order(order, change, at)),
        Happening::Stage(cart, stage, at) => {
            let known = book.carts.iter().rev().find(|c| c.shop_id.as_deref() == Some(cart)).map(|c| c.id);
            book.say_stage(known, Some(cart), (PIPELINE, stage), at);
        }
    }
}

fn book_of(happenings: impl IntoIterator<Item = Happening>) -> Book {
    let mut book = Book::default();
    happenings.into_iter().for_each(|what| hear(&mut book, what));
    book
}

fn ops(ops: impl IntoIterator<Item = CartOp>) -> Book {
    book_of(ops.into_iter().map(Happening::Op))
}

/// The facts without what depends on the order of arrival: our ids.
fn facts(book: &Book) -> (Vec<String>, Vec<String>, Vec<String>) {
    let name = |id| book.carts.iter().position(|cart| Some(cart.id) == id);
    let mut carts: Vec<&Cart> = book.carts.iter().collect();
    carts.sort_by_key(|cart| (cart.shop_id.clone(), cart.opened_at, cart.closed_at));
    let carts = carts.into_iter().map(|cart| {
        let mut cart = cart.clone();
        cart.id = base::Id::ZERO;
        cart.late_hours = 0;
        format!("{cart:?}")
    });
    let shop_id = |id| name(id).map(|i| (book.carts[i].shop_id.clone(), book.carts[i].opened_at));
    let orders = book
        .orders
        .iter()
        .map(|order| format!("{:?} {:?}", shop_id(order.cart), Order { cart: None, ..order.clone() }));
    let mut deals: Vec<String> = book
        .deals
        .iter()
        .map(|deal| {
            format!(
                "{:?} {} {:?} {:?} {:?}",
                shop_id(Some(deal.cart)),
                deal.stage,
                deal.created_at,
                deal.won_at,
                deal.moved_at
            )
        })
        .collect();
    deals.sort();
    (carts.collect(), orders.collect(), deals)
}

/// Lets timers fire as the loop would, up to `to`.
fn run_timers(book: &mut Book, to: i64) {
    while let Some(due) = book.due(Rules::default()).filter(|due| due.0 <= to) {
        book.pass(due.max(Time(to)), Rules::default());
    }
}

fn only(book: &Book) -> &Cart {
    assert_eq!(book.carts.len(), 1, "{:?}", book.carts);
    &book.carts[0]
}

fn lines(cart: &Cart) -> Vec<(&str, i64)> {
    cart.lines.iter().filter(|line| line.count() > 0).map(|line| (&*line.product_id, line.count())).collect()
}

// --- lines and totals ---

#[test]
fn additions_and_removals_add_up() {
    let book = ops([add(1, "c", "a", 2), add(2, "c", "b", 1), remove(3, "c", "a", Some(1)), add(4, "c", "a", 3)]);
    assert_eq!(lines(only(&book)), [("a", 4), ("b", 1)]);
    assert_eq!(only(&book).total(), Some(5_000));
    assert_eq!(lines(only(&ops([add(1, "c", "a", 2), remove(2, "c", "a", None)]))), []);
}

#[test]
fn a_removal_before_its_addition_is_taken_off_it() {
    let book = ops([remove(1, "c", "a", Some(1)), add(2, "c", "a", 2)]);
    assert_eq!(lines(only(&book)), [("a", 1)]);
    let hollow = ops([remove(1, "c", "a", Some(1))]);
    assert!(only(&hollow).is_hollow() && !only(&hollow).has_products() && hollow.due(Rules::default()).is_none());
}

#[test]
fn a_removal_that_names_no_variant_takes_from_the_variant_there_is() {
    let red = OpItem { sku: Some("red".into()), ..item("a", Some(2), Some(1_000)) };
    let book = ops([op(5, "c", OpKind::Add(red)), remove(5, "c", "a", Some(1))]);
    assert_eq!(lines(only(&book)), [("a", 1)]);
    assert_eq!(only(&book).total(), Some(1_000));
}

#[test]
fn a_missing_price_makes_the_total_unknown_not_zero() {
    let book = ops([add(1, "c", "a", 2), op(2, "c", OpKind::Add(item("b", None, None)))]);
    assert_eq!(only(&book).total(), None);
    let priced = ops([op(1, "c", OpKind::Add(item("b", None, None))), add(2, "c", "b", 1)]);
    assert_eq!(only(&priced).total(), Some(2_000), "a price said later is the line's price");
}

#[test]
fn two_currencies_leave_no_total_until_the_cart_is_emptied() {
    let yen = Currency::parse("JPY").unwrap();
    let mut in_yen = add(2, "c", "b", 1);
    in_yen.currency = Some(yen);
    let mut book = ops([add(1, "c", "a", 1), in_yen.clone()]);
    assert_eq!(only(&book).total(), None);
    for gone in [remove(3, "c", "a", None), remove(3, "c", "b", None)] {
        book.record(gone, Rules::default());
    }
    in_yen.at = Time(4);
    book.record(in_yen, Rules::default());
    assert_eq!((only(&book).total(), only(&book).currency), (Some(1_000), Some(yen)));
    // A step that says no currency, or a page's default one, mixes nothing.
    let mut step = op(2, "c", OpKind::Step(Some(1)));
    step.currency = Some(yen);
    assert_eq!(only(&ops([add(1, "c", "a", 1), step])).total(), Some(1_000));
}

#[test]
fn what_a_page_shows_fills_only_a_cart_we_know_nothing_of() {
    let shown = |at| op(at, "c", OpKind::Viewed(vec![item("z", Some(9), Some(5))]));
    assert_eq!(lines(only(&ops([shown(1)]))), [("z", 9)]);
    assert_eq!(lines(only(&ops([add(1, "c", "a", 1), shown(2)]))), [("a", 1)]);
    let checkout = OpKind::Checkout { items: vec![item("k", Some(1), Some(7))], order_id: None, url: None };
    assert_eq!(lines(only(&ops([op(1, "", checkout)]))), [("k", 1)]);
}

// --- activity ---

#[test]
fn activity_is_what_the_customer_does_to_the_cart() {
    let check = |kind: OpKind, moves: bool| {
        let mut book = ops([add(0, "c", "a", 1)]);
        book.record(op(HOUR, "c", kind.clone()), Rules::default());
        assert_eq!(only(&book).last_activity_at.0, if moves { HOUR } else { 0 }, "{kind:?}");
    };
    check(OpKind::Add(item("b", None, None)), true);
    check(OpKind::Remove(item("a", None, None)), true);
    check(OpKind::Snapshot(vec![item("a", Some(1), Some(1_000))]), false);
    check(OpKind::Snapshot(vec![item("a", Some(1), Some(900))]), false);
    check(OpKind::Snapshot(vec![item("a", Some(2), Some(1_000))]), true);
    check(OpKind::Snapshot(vec![]), true);
    check(OpKind::Checkout { items: vec![], order_id: None, url: None }, true);
    check(OpKind::Step(Some(1)), true);
    check(OpKind::Step(None), true);
    check(OpKind::Payment, true);
    check(OpKind::Coupon { code: None, is_entered: true }, true);
    check(OpKind::Coupon { code: None, is_entered: false }, true);
    check(OpKind::Viewed(vec![item("a", Some(1), None)]), false);
}

#[test]
fn an_event_at_the_very_instant_comes_before_the_timer() {
    let mut book = ops([add(0, "c", "a", 1), add(DAY, "c", "b", 1)]);
    assert_eq!((only(&book).state, only(&book).abandoned_at), (CartState::Active, None));
    run_timers(&mut book, 2 * DAY);
    assert_eq!(only(&book).abandoned_at, Some(Time(2 * DAY)));
}

// --- late words ---

#[test]
fn late_activity_undoes_an_abandonment_and_its_deal() {
    let mut book = ops([add(0, "c", "a", 1)]);
    run_timers(&mut book, 25 * HOUR);
    assert_eq!((only(&book).state, book.deals.len()), (CartState::Abandoned, 1));
    let (cart, deal) = (only(&book).id, book.deals[0].id);
    book.record(op(23 * HOUR, "c", OpKind::Step(Some(1))), Rules::default());
    assert_eq!((only(&book).state, only(&book).abandoned_at, only(&book).id), (CartState::Active, None, cart));
    assert!(book.deals.is_empty() && book.gone == [deal]);
    run_timers(&mut book, 48 * HOUR);
    assert_eq!(only(&book).abandoned_at, Some(Time(47 * HOUR)));
    assert_eq!(book.deals.len(), 1);
}

#[test]
fn a_deal_that_a_person_moved_stays() {
    let mut book = ops([add(0, "c", "a", 1)]);
    run_timers(&mut book, 25 * HOUR);
    book.say_stage(Some(only(&book).id), None, ("B2B", "Trattativa"), Time(26 * HOUR));
    book.record(op(23 * HOUR, "c", OpKind::Step(Some(1))), Rules::default());
    assert_eq!((book.deals.len(), &*book.deals[0].pipeline, &*book.deals[0].stage), (1, "B2B", "Trattativa"));
    hear(&mut book, order(30 * HOUR, "c", "o", &["a"]));
    assert_eq!((&*book.deals[0].stage, book.deals[0].won_at), (STAGE_WON, Some(Time(30 * HOUR))));
    assert_eq!(&*book.deals[0].pipeline, "B2B", "it is won where it is");
}

#[test]
fn newer_rules_do_not_rewrite_what_was() {
    let short = Rules { idle: HOUR, ..Rules::default() };
    let mut book = ops([add(0, "c", "a", 1)]);
    hear(&mut book, order(20 * HOUR, "c", "o", &["a"]));
    book.record(add(21 * HOUR, "d", "b", 1), short);
    // This one is late and makes the book fold again.
    book.record(add(10 * HOUR, "c", "b", 1), short);
    assert_eq!(
        book.carts.iter().find(|cart| cart.shop_id.as_deref() == Some("c")).unwrap().state,
        CartState::Converted
    );
    let mut timed = ops([add(0, "c", "a", 1)]);
    run_timers(&mut timed, 25 * HOUR);
    timed.record(add(26 * HOUR, "d", "b", 1), short);
    timed.record(remove(25 * HOUR, "d", "x", Some(1)), short);
    assert_eq!(
        timed.carts.iter().find(|cart| cart.shop_id.as_deref() == Some("c")).unwrap().abandoned_at,
        Some(Time(DAY))
    );
}

#[test]
fn a_cart_that_a_late_event_may_still_change_is_not_forgotten() {
    let mut book = Book::default();
    for i in 0..60 {
        let (at, cart) = (i * HOUR, format!("c{i}"));
        book.record(add(at, &cart, "a", 1), Rules::default());
        hear(&mut book, order(at + MINUTE, &cart, &format!("o{i}"), &["a"]));
    }
    assert_eq!((book.carts.len(), book.orders.len(), book.let_go.len()), (60, 60, 0));
    // A word that comes an hour and fifty carts late still finds its place.
    book.record(add(10 * HOUR + 30, "c10", "b", 1), Rules::default());
    assert_eq!(
        lines(book.carts.iter().find(|cart| cart.shop_id.as_deref() == Some("c10")).unwrap()),
        [("a", 1), ("b", 1)]
    );
    for i in 60..400 {
        let (at, cart) = (i * HOUR, format!("c{i}"));
        book.record(add(at, &cart, "a", 1), Rules::default());
        hear(&mut book, order(at + MINUTE, &cart, &format!("o{i}"), &["a"]));
    }
    assert_eq!(book.carts.len() + book.let_go.len(), 400, "each cart is there or was handed over");
    assert!(book.carts.len() <= OPS_MAX / 2 + 17, "{}", book.carts.len());
    assert_eq!(book.record_order_known("o3"), Heard::Known, "an order let go is still known");
}

impl Book {
    fn record_order_known(&mut self, id: &str) -> Heard {
        let Happening::Order(order, op) = order(999 * DAY, "", id, &["a"]) else { unreachable!() };
        self.record_order(order, Some(op), Rules::default())
    }
}

#[test]
fn a_customer_with_a_million_operations_stays_small() {
    let mut book = Book::default();
    for i in 0..100_000i64 {
        book.record(add(i, "c", &format!("p{}", i % 40), 1), Rules::default());
    }
    assert!(book.weight() < 40 << 10, "{}", book.weight());
    assert_eq!(only(&book).lines.iter().map(Line::count).sum::<i64>(), 100_000);
}

#[test]
fn heavy_operations_are_made_final_sooner() {
    let mut book = Book::default();
    for i in 0..200i64 {
        let mut long = item(&format!("p{}", i % 5), Some(1), Some(1));
        long.url = Some("u".repeat(490).into());
        book.record(op(i, "c", OpKind::Add(long)), Rules::default());
    }
    assert!(book.weight() < 32 << 10, "{}", book.weight());
    assert_eq!(only(&book).lines.iter().map(Line::count).sum::<i64>(), 200);
}

#[test]
fn recorded_sessions_of_real_clients_tie_and_come_out_right() {
    // Added two, removed one, checkout without a cart id, ordered: all within one millisecond, in every order of arrival.
    let checkout =
        OpKind::Checkout { items: vec![item("p1", Some(2), Some(1_899))], order_id: Some("o-5".into()), url: None };
    let sku = |mut item: OpItem| {
        item.sku = Some("HAT-1".into());
        item
    };
    let happenings = [
        Happening::Op(op(23, "c-77", OpKind::Add(sku(item("p1", Some(2), Some(1_899)))))),
        Happening::Op(op(23, "c-77", OpKind::Viewed(vec![sku(item("p1", Some(2), Some(1_899)))]))),
        Happening::Op(op(23, "", checkout)),
        Happening::Op(remove(23, "c-77", "p1", Some(1))),
        order(23, "", "o-5", &["p1"]),
    ];
    let mut orders = Vec::new();
    permutations(&mut (0..happenings.len()).collect(), 0, &mut orders);
    assert_eq!(orders.len(), 120);
    for order in orders {
        let book = book_of(order.iter().map(|i| happenings[*i].clone()));
        let cart = only(&book);
        assert_eq!(
            (cart.shop_id.as_deref(), cart.state, lines(cart)),
            (Some("c-77"), CartState::Converted, vec![("p1", 1)]),
            "{order:?}"
        );
        assert_eq!((cart.total(), book.orders.len(), book.deals.len()), (Some(1_899), 1, 0));
    }
}

fn permutations(rest: &mut Vec<usize>, from: usize, all: &mut Vec<Vec<usize>>) {
    if from == rest.len() {
        all.push(rest.clone());
    }
    for i in from..rest.len() {
        rest.swap(from, i);
        permutations(rest, from + 1, all);
        rest.swap(from, i);
    }
}

// --- merges ---

#[test]
fn two_customers_who_are_one_have_one_unnamed_cart() {
    let mut known = ops([add(HOUR, "", "a", 1)]);
    known.merge(ops([add(2 * HOUR, "", "b", 1), add(3 * HOUR, "c", "c", 1)]));
    assert_eq!(known.carts.len(), 2);
    let unnamed = known.carts.iter().find(|cart| cart.shop_id.is_none()).unwrap();
    assert_eq!(lines(unnamed), [("a", 1), ("b", 1)]);
    assert_eq!(known.gone.len(), 1);
}

#[test]
fn an_open_cart_meets_the_later_order_of_the_one_it_joins() {
    let mut known = book_of([order(30 * HOUR, "", "o", &["a"])]);
    let mut anonymous = ops([add(HOUR, "c", "a", 1)]);
    run_timers(&mut anonymous, 26 * HOUR);
    let id = only(&anonymous).id;
    known.merge(anonymous);
    assert_eq!((only(&known).state, only(&known).id), (CartState::Recovered, id));
    assert_eq!(&*known.deals[0].stage, STAGE_WON);
}

#[test]
fn a_link_is_kept_and_is_no_activity() {
    let cart = || op(0, "c", OpKind::Snapshot(vec![item("p", Some(1), Some(100))]));
    let book = book_of([Happening::Op(cart()), Happening::Op(op(5 * MINUTE, "c", OpKind::Link("https://x".into())))]);
    assert_eq!(book.carts[0].checkout_url.as_deref(), Some("https://x"));
    assert_eq!(book.carts[0].last_activity_at, Time(0));
    let nothing = book_of([Happening::Op(op(0, "c", OpKind::Link("https://x".into())))]);
    assert!(nothing.carts.is_empty(), "a link alone is no cart");
}

#[test]
fn a_late_word_of_an_ordered_checkout_opens_no_cart_and_changes_no_other() {
    let checkout = |at: i64| {
        let items = vec![item("p", Some(1), Some(1_000))];
        let kind = OpKind::Checkout { items, order_id: Some("o".into()), url: None };
        Happening::Op(CartOp { checkout_id: Some("k".into()), ..op(at, "", kind) })
    };
    let Happening::Order(bought, closing) = order(2, "", "o", &["p"]) else { unreachable!("an order is an order") };
    let bought = || Happening::Order(bought.clone(), CartOp { checkout_id: Some("k".into()), ..closing.clone() });
    let book = book_of([checkout(1), bought(), checkout(3)]);
    assert_eq!(book.carts.len(), 1, "{:?}", book.carts);
    assert_eq!(book.carts[0].state, CartState::Converted);
    let book = book_of([checkout(1), bought(), Happening::Op(add(3, "", "q", 1)), checkout(4)]);
    assert_eq!(book.carts.len(), 2);
    assert_eq!((book.carts[1].lines.len(), &book.carts[1].expected_order), (1, &None));
}
