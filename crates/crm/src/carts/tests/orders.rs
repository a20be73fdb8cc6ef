//! Orders: which cart they close, and what several words on one order come to.

use super::*;

#[test]
fn an_order_closes_its_cart_by_id_checkout_announcement_or_product() {
    let check = |setup: Vec<CartOp>,
                 order_cart: &str,
                 checkout: Option<&str>,
                 id: &str,
                 products: &[&str],
                 closed: Option<&str>| {
        let mut book = ops(setup);
        let Happening::Order(order, mut op) = order(100, order_cart, id, products) else { unreachable!() };
        op.checkout_id = checkout.map(Into::into);
        book.record_order(order, Some(op), Rules::default());
        let found = book
            .carts
            .iter()
            .find(|cart| cart.order_id.as_deref() == Some(id))
            .and_then(|cart| cart.shop_id.as_deref());
        assert_eq!(found, closed, "{:?}", book.carts);
        assert_eq!(book.order(id).unwrap().cart.is_some(), closed.is_some());
    };
    let two = || vec![add(1, "c1", "a", 1), add(2, "c2", "a", 1), add(2, "c2", "b", 1)];
    check(two(), "c1", None, "o", &["b"], Some("c1"));
    check(two(), "", None, "o", &["a"], Some("c2"));
    check(two(), "", None, "o", &["x"], None);
    check(two(), "", None, "o", &[], None);
    let with = |kind: OpKind, checkout: Option<&str>| {
        let mut all = two();
        let mut last = op(3, "c1", kind);
        last.checkout_id = checkout.map(Into::into);
        all.push(last);
        all
    };
    check(with(OpKind::Step(Some(1)), Some("k")), "", Some("k"), "o", &["b"], Some("c1"));
    let announces = OpKind::Checkout { items: vec![], order_id: Some("o".into()), url: None };
    check(with(announces, None), "", None, "o", &["b"], Some("c1"));
    // An order that names a cart which we do not know closes no other by chance.
    check(two(), "c9", None, "o", &["a"], Some("c9"));
}

#[test]
fn an_order_heard_before_its_cart_finds_it_when_the_cart_is_heard_of() {
    let mut book = book_of([order(5 * HOUR, "c", "o", &["a"])]);
    assert_eq!(lines(only(&book)), [("a", 1)], "a cart known by its order alone holds what was ordered");
    book.record(add(HOUR, "c", "a", 2), Rules::default());
    assert_eq!((only(&book).state, lines(only(&book))), (CartState::Converted, vec![("a", 2)]));
    let mut unnamed = book_of([order(5 * HOUR, "", "o", &["a"])]);
    assert!(unnamed.carts.is_empty());
    unnamed.record(add(HOUR, "c", "a", 2), Rules::default());
    assert_eq!(only(&unnamed).order_id.as_deref(), Some("o"));
    assert_eq!(unnamed.order("o").unwrap().cart, Some(only(&unnamed).id));
}

#[test]
fn after_an_order_only_something_put_in_begins_a_new_cart_and_only_strictly_later() {
    let check = |late: CartOp, carts: usize| {
        let book =
            book_of([Happening::Op(add(1, "c", "a", 1)), order(10, "c", "o", &["a"]), Happening::Op(late.clone())]);
        assert_eq!(book.carts.len(), carts, "{late:?}");
    };
    check(add(10, "c", "b", 1), 1);
    check(add(11, "c", "b", 1), 2);
    check(op(11, "c", OpKind::Viewed(vec![item("a", Some(1), None)])), 1);
    check(op(11, "c", OpKind::Checkout { items: vec![item("a", Some(1), None)], order_id: None, url: None }), 1);
    check(op(11, "c", OpKind::Snapshot(vec![])), 1);
    check(op(11, "c", OpKind::Snapshot(vec![item("a", Some(1), None)])), 1);
    check(op(11, "c", OpKind::Snapshot(vec![item("b", Some(1), None)])), 2);
    check(remove(11, "c", "a", Some(1)), 1);
    check(op(11, "c", OpKind::Step(Some(1))), 1);
}

#[test]
fn an_order_after_abandonment_recovers_and_before_it_converts() {
    let check = |hours: i64, timer: bool, state: CartState| {
        let mut book = ops([add(0, "c", "a", 1)]);
        if timer {
            run_timers(&mut book, hours * HOUR - 1);
        }
        hear(&mut book, order(hours * HOUR, "c", "o", &["a"]));
        assert_eq!(only(&book).state, state, "{hours} h, timer {timer}");
        let stage = book.deals.first().map(|deal| (&*deal.stage, deal.won_at));
        let expected = (state == CartState::Recovered).then_some((STAGE_WON, Some(Time(hours * HOUR))));
        assert_eq!(stage, expected);
    };
    for timer in [false, true] {
        check(23, timer, CartState::Converted);
        check(24, timer, CartState::Converted);
        check(25, timer, CartState::Recovered);
    }
    // Back after the abandonment, and then an order: it was recovered all the same.
    let mut back = ops([add(0, "c", "a", 1), add(30 * HOUR, "c", "b", 1)]);
    hear(&mut back, order(31 * HOUR, "c", "o", &["a"]));
    assert_eq!((only(&back).state, only(&back).abandoned_at), (CartState::Recovered, Some(Time(DAY))));
}

#[test]
fn an_order_under_two_message_ids_is_one_order_at_its_first_time() {
    let mut book = ops([add(0, "c", "a", 1)]);
    let Happening::Order(late, late_op) = order(30 * HOUR, "c", "o", &["a"]) else { unreachable!() };
    let Happening::Order(early, early_op) = order(20 * HOUR, "c", "o", &["a"]) else { unreachable!() };
    assert_eq!(book.record_order(late.clone(), Some(late_op.clone()), Rules::default()), Heard::New);
    assert_eq!(book.record_order(late.clone(), Some(late_op), Rules::default()), Heard::Known);
    assert_eq!(only(&book).state, CartState::Recovered);
    assert_eq!(book.record_order(early, Some(early_op), Rules::default()), Heard::New);
    assert_eq!((book.orders.len(), only(&book).state), (1, CartState::Converted));
    assert!(book.deals.is_empty());
}

#[test]
fn the_first_word_on_an_order_counts_and_the_others_say_what_it_leaves_open() {
    let poor = |at: i64| {
        let Happening::Order(order, op) = order(at, "", "o", &[]) else { unreachable!() };
        Happening::Order(order, op)
    };
    let rich = |at: i64, cart: &str, product: &str| order(at, cart, "o", &[product]);
    let carts = || [Happening::Op(add(1, "c1", "a", 1)), Happening::Op(add(2, "c2", "b", 1))];
    let check = |words: &[Happening], closed: &str, total: i64, at: i64| {
        let mut orders = Vec::new();
        permutations(&mut (0..words.len()).collect(), 0, &mut orders);
        for places in orders {
            let book = book_of(carts().into_iter().chain(places.iter().map(|i| words[*i].clone())));
            let ordered: Vec<_> =
                book.carts.iter().filter(|c| !c.is_open()).map(|c| c.shop_id.as_deref().unwrap_or("")).collect();
            let known = book.order("o").unwrap();
            assert_eq!((ordered, known.total, known.at), (vec![closed], Some(total), Time(at)), "{places:?} {words:?}");
            assert_eq!(book.orders.len(), 1);
        }
    };
    check(&[poor(10), rich(20, "c1", "a")], "c1", 1_000, 10);
    check(&[rich(10, "c1", "a"), poor(20)], "c1", 1_000, 10);
    check(&[poor(10), rich(20, "c1", "a"), rich(30, "c2", "b")], "c1", 1_000, 10);
    check(&[poor(10), poor(15), rich(20, "c2", "a"), rich(30, "c1", "b")], "c2", 1_000, 10);
    check(&[rich(10, "", "b"), rich(20, "c1", "a")], "c1", 1_000, 10);
}

#[test]
fn refunds_stay_within_the_order_and_may_come_before_it() {
    let check = |changes: &[OrderChange], refunded: i64| {
        for before in [false, true] {
            let mut all: Vec<Happening> =
                changes.iter().map(|change| Happening::Change("o", *change, Time(9))).collect();
            all.insert(if before { all.len() } else { 0 }, order(5, "", "o", &["a", "b"]));
            assert_eq!(book_of(all).order("o").unwrap().refunded, refunded, "{changes:?} before: {before}");
        }
    };
    check(&[OrderChange::Refunded(Some(300))], 300);
    check(&[OrderChange::Refunded(Some(300)), OrderChange::Refunded(None)], 2_000);
    check(&[OrderChange::Refunded(None), OrderChange::Refunded(Some(300))], 2_000);
    check(&[OrderChange::Refunded(Some(1_500)), OrderChange::Refunded(Some(1_500))], 2_000);
    check(&[OrderChange::Refunded(Some(-5))], 0);
    check(&[], 0);
}
