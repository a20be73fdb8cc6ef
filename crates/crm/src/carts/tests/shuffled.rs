//! Whatever the order of arrival: random happenings, shuffled, repeated, split over two customers.

use super::*;

fn happening() -> impl Strategy<Value = Happening> {
    let cart = prop_oneof![Just(""), Just("c1"), Just("c2")];
    let product = prop_oneof![Just("a"), Just("b"), Just("x")];
    // Few distinct times, so that ties are common.
    let at = (0..60i64).prop_map(|n| n * 2 * HOUR);
    let quantity = prop_oneof![Just(None), (1..4i64).prop_map(Some)];
    let order_id = prop_oneof![Just("o1"), Just("o2"), Just("o3")];
    (cart, product, at, quantity, order_id, 0..12u8).prop_map(|(cart, product, at, quantity, order_id, which)| {
        match which {
            0..=3 => Happening::Op(add(at, cart, product, quantity.unwrap_or(1))),
            4 => Happening::Op(remove(at, cart, product, quantity)),
            5 => Happening::Op(op(at, cart, OpKind::Snapshot(vec![item(product, quantity, Some(700))]))),
            6 => Happening::Op(op(at, cart, OpKind::Viewed(vec![item(product, quantity, None)]))),
            7 => {
                let kind = OpKind::Checkout {
                    items: vec![item(product, quantity, Some(5))],
                    order_id: Some(order_id.into()),
                    url: None,
                };
                Happening::Op(op(at, cart, kind))
            }
            8 => Happening::Op(op(at, cart, OpKind::Step(quantity))),
            9 => order(at, cart, order_id, &[product]),
            10 => Happening::Change(order_id, OrderChange::Refunded(quantity.map(|q| q * 100)), Time(at)),
            _ => Happening::Stage(if cart.is_empty() { "c1" } else { cart }, "Trattativa", Time(at)),
        }
    })
}

/// The same message does not come twice with two meanings.
fn distinct(mut all: Vec<Happening>) -> Vec<Happening> {
    let mut seen = std::collections::HashSet::new();
    all.retain(|what| seen.insert(format!("{what:?}")));
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_gives_the_same_facts(
        (ordered, shuffled) in prop::collection::vec(happening(), 1..40)
            .prop_map(distinct)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        timers in prop::collection::vec(0..200i64, 0..4),
    ) {
        let end = 200 * HOUR;
        let (mut one, mut other) = (Book::default(), Book::default());
        ordered.into_iter().for_each(|what| hear(&mut one, what));
        run_timers(&mut one, end);
        let mut timers: Vec<i64> = timers;
        timers.sort_unstable();
        for (i, what) in shuffled.into_iter().enumerate() {
            // Some timers fire in between, when less than everything is known.
            if let Some(at) = timers.get(i) {
                run_timers(&mut other, at * HOUR);
            }
            hear(&mut other, what);
        }
        run_timers(&mut other, end);
        prop_assert_eq!(facts(&one), facts(&other));
    }

    #[test]
    fn hearing_everything_twice_changes_nothing(all in prop::collection::vec(happening(), 1..40).prop_map(distinct)) {
        let all: Vec<Happening> = all.into_iter().filter(|what| !matches!(what, Happening::Change(..))).collect();
        let mut book = book_of(all.clone());
        let before = (facts(&book), book.carts.clone(), book.deals.clone());
        all.into_iter().for_each(|what| hear(&mut book, what));
        prop_assert_eq!(before, (facts(&book), book.carts.clone(), book.deals.clone()));
    }

    #[test]
    fn a_merge_gives_the_facts_of_one_customer_who_did_it_all(
        all in prop::collection::vec((happening(), any::<bool>()), 1..30),
    ) {
        // What names no cart is about "the" open cart, which is another one for each of two: only named carts compare.
        let is_named = |what: &Happening| match what {
            Happening::Op(op) | Happening::Order(_, op) => op.cart_id.is_some(),
            _ => true,
        };
        let mut seen = std::collections::HashSet::new();
        let all: Vec<(Happening, bool)> =
            all.into_iter().filter(|(what, _)| is_named(what) && seen.insert(format!("{what:?}"))).collect();
        let mut one = book_of(all.iter().map(|(what, _)| what.clone()));
        let mut left = book_of(all.iter().filter(|(_, left)| *left).map(|(what, _)| what.clone()));
        let right = book_of(all.iter().filter(|(_, left)| !left).map(|(what, _)| what.clone()));
        left.merge(right);
        for book in [&mut one, &mut left] {
            run_timers(book, 200 * HOUR);
        }
        prop_assert_eq!(facts(&one), facts(&left));
    }

    #[test]
    fn a_book_reads_back_what_it_wrote(all in prop::collection::vec(happening(), 1..40)) {
        let book = book_of(all);
        let data = runtime::applier::encode(&book);
        let mut read: Book = runtime::applier::decode(&data);
        prop_assert_eq!(&read, &Book { let_go: Vec::new(), ..book.clone() });
        read.fold_again();
        prop_assert_eq!(read.carts, book.carts);
    }
}
