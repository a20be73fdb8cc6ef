#!/usr/bin/env python3
"""Turns Snowplow e-commerce events into Segment-shaped events, one a line.

    snowplow-to-segment.py FOLDER [--out EVENTS.ndjson] [--check]
    ritorno simulate EVENTS.ndjson --flow flows/two-branch-follow-up.bpmn --until +96h

FOLDER holds `source/*.csv` as in the integration tests of github.com/snowplow/dbt-snowplow-ecommerce (Apache-2.0 until
January 2024): the events, and one table for each entity, joined by `root_id` = `event_id`.

| source | becomes |
| --- | --- |
| `product_view`, `list_view`, `list_click` | `Product Viewed`, `Product List Viewed`, `Product Clicked` |
| `add_to_cart`, `remove_from_cart` | a `Product Added` or `Product Removed` for each product of the event |
| `checkout_step` | `Checkout Step Viewed` with `step` |
| `transaction` | `Order Completed`; its `revenue` includes shipping and tax, so it is Segment's `total` |
| an action without a type (a page being looked at) | `page` |
| `domain_userid`, else the user of the mobile session | `anonymousId` |
| `user_id`, else the `id` of the user entity | `userId` |
| the e-mail of a user entity, when first seen for a visitor | an `identify` before the event, the address at example.com |
| `derived_tstamp` | `timestamp`; events come out in this order, those of one time in the order of the file |
| `event_id` | `messageId`; the second product of an event has `-2` after it, the identify `-identify` |

Amounts are written as the source has them. An event that came twice under two ids (the order `TtlZ3b`) stays twice; an
entity row that stands twice under one event counts once, as in the published model.

Not in the source, so not in the result: cart ids (a customer has one open cart at a time), quantities, product names.
Left out on purpose: promotions; the one refund, which names no order; the one event whose action is not in its table;
and `total_value` of a cart, because that shop forgets its cart when a page is loaded anew without sending a removal.
The real domain of the e-mail addresses is replaced, so that nobody is ever written to by a trial.

--check compares the result with FOLDER/expected: cart actions, products with their prices, and orders.
"""

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path

from segment_ndjson import decimal, known, read_time, rfc3339, write

ENTITY = "com_snowplowanalytics_snowplow_ecommerce_{}_1.csv"
ENTITIES = ["action", "product", "cart", "checkout_step", "transaction", "user"]
SESSION = "com_snowplowanalytics_snowplow_client_session_1.csv"

# The published model drops the second of two orders with one number; here it stays, for the receiver to drop.
REPEATED = {"b64a0af6-639e-4735-b06c-7cc4e2ca0c17"}

ONE_PRODUCT = {
    "product_view": "Product Viewed",
    "list_click": "Product Clicked",
    "add_to_cart": "Product Added",
    "remove_from_cart": "Product Removed",
}


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_event(path):
    """The rows of an entity table by event, each different row once."""
    rows = defaultdict(list)
    for row in read(path):
        if row not in rows[row["root_id"]]:
            rows[row["root_id"]].append(row)
    return rows


def product(row, currency=True):
    return known(
        product_id=row["id"],
        name=row["name"],
        category=row["category"],
        brand=row["brand"],
        variant=row["variant"],
        price=decimal(row["price"]),
        quantity=decimal(row["quantity"]),
        currency=row["currency"] if currency else None,
    )


class Converter:
    def __init__(self, folder):
        source = Path(folder) / "source"
        self.events = read(source / "snowplow_ecommerce_events.csv")
        self.entities = {name: by_event(source / ENTITY.format(name)) for name in ENTITIES}
        self.sessions = by_event(source / SESSION)
        self.identified = set()
        self.left_out = defaultdict(int)

    def first(self, entity, event_id):
        rows = self.entities[entity].get(event_id, [])
        return rows[0] if rows else None

    def convert(self):
        for event in sorted(self.events, key=lambda event: read_time(event["derived_tstamp"])):
            yield from self.convert_one(event)

    def convert_one(self, event):
        event_id = event["event_id"]
        action = self.first("action", event_id)
        if action is None:
            self.left_out["action not in its table"] += 1
            return
        session = self.sessions.get(event_id, [{}])[0]
        user = self.first("user", event_id) or {}
        common = known(
            anonymousId=event["domain_userid"] or session.get("user_id"),
            userId=event["user_id"] or user.get("id"),
            timestamp=rfc3339(read_time(event["derived_tstamp"])),
        )
        made = list(self.tracked(event, action["type"]))
        if not made:
            self.left_out[action["type"]] += 1
            return
        yield from self.identify(common, user, event_id)
        for place, shape in enumerate(made, start=1):
            message_id = event_id if place == 1 else f"{event_id}-{place}"
            head = {name: shape[name] for name in ("type", "event") if name in shape}
            yield {**head, **common, "messageId": message_id, "properties": shape["properties"]}

    def identify(self, common, user, event_id):
        """Once for each visitor and address."""
        email = user.get("email", "")
        who = (common.get("anonymousId"), common.get("userId"), email)
        if email and who not in self.identified:
            self.identified.add(who)
            guest = {"true": True, "false": False}.get(user["is_guest"])
            traits = known(email=email.split("@")[0] + "@example.com", guest=guest)
            yield {"type": "identify", **common, "messageId": f"{event_id}-identify", "traits": traits}

    def tracked(self, event, kind):
        """The Segment events that one Snowplow event becomes: type, event and properties of each."""
        event_id = event["event_id"]
        products = self.entities["product"].get(event_id, [])
        if kind == "":
            page = known(url=event["page_url"], title=event["page_title"], referrer=event["page_referrer"])
            yield {"type": "page", "properties": page}
        elif kind in ONE_PRODUCT:
            for row in products:
                yield track(ONE_PRODUCT[kind], product(row))
        elif kind == "list_view":
            name = self.first("action", event_id)["name"]
            yield track("Product List Viewed", known(list_id=name, products=[product(row) for row in products]))
        elif kind == "checkout_step":
            step = self.first("checkout_step", event_id)
            yield track("Checkout Step Viewed", known(step=int(step["step"]), account_type=step["account_type"]))
        elif kind == "transaction":
            yield track("Order Completed", self.order(event_id, products))

    def order(self, event_id, products):
        row = self.first("transaction", event_id)
        return known(
            order_id=row["transaction_id"],
            currency=row["currency"],
            total=decimal(row["revenue"]),
            shipping=decimal(row["shipping"]),
            tax=decimal(row["tax"]),
            discount=decimal(row["discount_amount"]),
            coupon=row["discount_code"],
            payment_method=row["payment_method"],
            # An order has one currency; that of its products may differ in the source and is left out.
            products=[product(each, currency=False) for each in products],
        )


def track(name, properties):
    return {"type": "track", "event": name, "properties": properties}


def check(folder, events):
    """Compares with the tables that the published model makes of the same source."""
    expected = Path(folder) / "expected"
    names = {**ONE_PRODUCT, "list_view": "Product List Viewed", "transaction": "Order Completed"}
    wrong = []

    def compare(what, wanted, made):
        made = {each for each in made if each[0] not in REPEATED}
        for problem, rows in (("missing", wanted - made), ("too many", made - wanted)):
            if rows:
                wrong.append(f"{what}, {problem} ({len(rows)}): {sorted(rows)[:3]}")
        print(f"{what}: {len(made)}, as expected {len(wanted)}", file=sys.stderr)

    def base(event):
        return event["messageId"][:36]

    cart_names = {"Product Added", "Product Removed", "Order Completed"}
    rows = read(expected / "snowplow_ecommerce_cart_interactions_expected.csv")
    wanted = {(row["event_id"], names[row["ecommerce_action_type"]], row["domain_userid"]) for row in rows}
    carts = [event for event in events if event.get("event") in cart_names]
    made = {(base(event), event["event"], event["anonymousId"]) for event in carts}
    compare("cart actions", wanted, made)

    rows = read(expected / "snowplow_ecommerce_product_interactions_expected.csv")
    wanted = {
        (row["event_id"], names[row["ecommerce_action_type"]], row["product_id"], float(row["product_price"]))
        for row in rows
        if row["ecommerce_action_type"] in names
    }
    made = set()
    for event in events:
        properties = event.get("properties", {})
        for each in properties.get("products", [properties] if "product_id" in properties else []):
            made.add((base(event), event["event"], each["product_id"], float(each["price"])))
    compare("products", wanted, made)

    rows = read(expected / "snowplow_ecommerce_transaction_interactions_expected.csv")
    wanted = {
        (row["event_id"], row["transaction_id"], float(row["transaction_revenue"]), rfc3339(read_time(row["derived_tstamp"])))
        for row in rows
    }
    orders = [event for event in events if event.get("event") == "Order Completed"]
    made = {
        (base(event), event["properties"]["order_id"], float(event["properties"]["total"]), event["timestamp"])
        for event in orders
    }
    compare("orders", wanted, made)
    if wrong:
        sys.exit("\n".join(wrong))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder")
    options.add_argument("--out")
    options.add_argument("--check", action="store_true")
    chosen = options.parse_args()
    converter = Converter(chosen.folder)
    events = list(converter.convert())
    if chosen.check:
        check(chosen.folder, events)
    for reason, count in sorted(converter.left_out.items()):
        print(f"left out: {count} ({reason})", file=sys.stderr)
    write(events, chosen.out)


main()
