//! A cart that the shop made again: what is heard of either is about one.

use super::*;

fn snapshot(at: i64, cart: &str, products: &[&str]) -> CartOp {
    let items = products.iter().map(|product| item(product, Some(1), Some(1_000)));
    op(at, cart, OpKind::Snapshot(items.collect()))
}

fn left(cart: &str) -> Book {
    ops([snapshot(0, cart, &["a", "b"]), snapshot(2 * DAY, "other", &["z"])])
}

#[track_caller]
fn is_recovered(book: &Book, cart: Option<&str>) {
    let found: Vec<_> = book.carts.iter().map(|cart| (cart.shop_id.as_deref(), cart.state)).collect();
    assert_eq!(found, [(cart, CartState::Recovered), (Some("other"), CartState::Active)]);
}

#[test]
fn an_order_of_the_new_cart_recovers_the_old_one() {
    let mut book = left("old");
    let id = book.carts[0].id;
    book.same_cart("new", Some("old"));
    hear(&mut book, Happening::Op(snapshot(2 * DAY + 1, "new", &["a", "b"])));
    assert_eq!(book.carts[0].state, CartState::Abandoned, "the same products are no activity");
    hear(&mut book, Happening::Op(snapshot(2 * DAY + 2, "new", &["a"])));
    assert_eq!((book.carts.len(), book.carts[0].lines.len()), (2, 1));
    hear(&mut book, order(2 * DAY + 3, "new", "o", &["a"]));
    is_recovered(&book, Some("old"));
    assert_eq!((book.carts[0].id, book.carts[0].order_id.as_deref()), (id, Some("o")));
}

#[test]
fn what_was_heard_of_the_new_cart_before_joins_the_old_one() {
    let mut book = left("old");
    hear(&mut book, Happening::Op(snapshot(2 * DAY + 1, "new", &["a", "b"])));
    assert_eq!(book.carts.len(), 3);
    book.same_cart("new", Some("old"));
    assert_eq!(book.carts.len(), 2);
    assert_eq!(book.gone.len(), 1, "its row goes");
    hear(&mut book, order(2 * DAY + 2, "new", "o", &["a", "b"]));
    is_recovered(&book, Some("old"));
}

#[test]
fn a_cart_made_again_of_one_made_again_is_the_first() {
    let mut book = left("old");
    book.same_cart("new", Some("old"));
    book.same_cart("newer", Some("new"));
    book.same_cart("newer", Some("other"));
    assert_eq!((book.known_as("newer"), book.known_as("new"), book.known_as("x")), ("old", "old", "x"));
    hear(&mut book, order(2 * DAY + 1, "newer", "o", &["a"]));
    is_recovered(&book, Some("old"));
}

#[test]
fn a_cart_without_an_id_is_made_again_too() {
    let mut book = left("");
    book.same_cart("new", None);
    hear(&mut book, order(2 * DAY + 1, "new", "o", &["a"]));
    is_recovered(&book, None);
}

#[test]
fn a_join_of_customers_keeps_what_was_made_again() {
    let mut book = left("old");
    book.same_cart("new", Some("old"));
    let mut phone = ops([snapshot(2 * DAY + 1, "new", &["a", "b", "c"])]);
    phone.merge(book);
    assert_eq!(phone.carts.len(), 2);
    hear(&mut phone, order(2 * DAY + 2, "new", "o", &["a"]));
    is_recovered(&phone, Some("old"));
}

#[test]
fn variants_of_one_product_are_lines_of_their_own() {
    let of =
        |variant: &str, quantity: i64| OpItem { variant_id: Some(variant.into()), ..item("a", Some(quantity), None) };
    let book = ops([
        op(0, "c", OpKind::Add(of("1", 2))),
        op(1, "c", OpKind::Add(of("2", 1))),
        op(2, "c", OpKind::Add(item("a", Some(1), None))),
        op(3, "c", OpKind::Remove(of("2", 1))),
    ]);
    let lines: Vec<_> = book.carts[0].lines.iter().map(|line| (line.variant_id.as_deref(), line.quantity)).collect();
    assert_eq!(lines, [(Some("1"), 3)]);
}
