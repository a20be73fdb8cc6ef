#!/usr/bin/env python3
"""Turns shop sessions of the OTTO recommender data set into Segment-shaped events, one a line.

    otto-to-segment.py SESSIONS.jsonl [--out EVENTS.ndjson] [--check]
    ritorno simulate EVENTS.ndjson --flow flows/two-branch-follow-up.bpmn --until +96h

The source (github.com/otto-de/recsys-dataset, data CC BY 4.0) has one session a line:
`{"session": 0, "events": [{"aid": 1517085, "ts": 1659304800025, "type": "clicks"}, …]}`, `ts` in milliseconds UTC.

| source | becomes |
| --- | --- |
| `clicks` | `Product Viewed` |
| `carts` | `Product Added`, quantity 1 |
| all `orders` of a session with one `ts` | one `Order Completed` with those products, quantity 1 each |
| `session` | `anonymousId` |
| `aid` | `product_id` |
| session and place in it | `messageId`, the same on every run |
| session and `ts` of an order | `order_id`, the same on every run |

Events come out in the order of their times over all sessions, as a shop would have sent them.

Not in the source, so not in the result: prices, currency and totals (a cart's total is unknown, not zero), product names,
who the visitor is (nobody has an e-mail address), products removed, cart ids (a customer has one open cart at a time),
and quantities other than one piece a row.

--check compares the counts with those of the source: every row is in the result once.
"""

import argparse
import json
import sys
from datetime import datetime, timezone

from segment_ndjson import rfc3339, write

NAMES = {"clicks": "Product Viewed", "carts": "Product Added", "orders": "Order Completed"}


def convert(session):
    """The events of one session, each with its sorting key (time, session, place)."""
    name = session["session"]
    orders = {}
    for place, row in enumerate(session["events"]):
        kind, ts, product = row["type"], row["ts"], str(row["aid"])
        event = {
            "type": "track",
            "event": NAMES[kind],
            "anonymousId": str(name),
            "timestamp": rfc3339(datetime.fromtimestamp(ts // 1000, timezone.utc).replace(microsecond=ts % 1000 * 1000)),
            "messageId": f"otto-{name}-{place}",
        }
        if kind != "orders":
            quantity = {"quantity": 1} if kind == "carts" else {}
            event["properties"] = {"product_id": product, **quantity}
        elif ts in orders:
            orders[ts]["properties"]["products"].append({"product_id": product, "quantity": 1})
            continue
        else:
            orders[ts] = event
            products = [{"product_id": product, "quantity": 1}]
            event["properties"] = {"order_id": f"otto-{name}-{ts}", "products": products}
        yield (ts, name, place), event


def check(sessions, events):
    """Every row of the source is in the result once."""
    rows = [row["type"] for session in sessions for row in session["events"]]
    made = {kind: sum(event["event"] == name for event in events) for kind, name in NAMES.items() if kind != "orders"}
    made["orders"] = sum(len(event["properties"].get("products", [])) for event in events)
    expected = {kind: rows.count(kind) for kind in NAMES}
    if made != expected:
        sys.exit(f"the source has {expected}, the result {made}")
    if len({event["messageId"] for event in events}) != len(events):
        sys.exit("two events have the same messageId")
    print(f"{len(events)} events from {len(rows)} rows of {len(sessions)} sessions, as expected", file=sys.stderr)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sessions")
    options.add_argument("--out")
    options.add_argument("--check", action="store_true")
    chosen = options.parse_args()
    with open(chosen.sessions, encoding="utf-8") as lines:
        sessions = [json.loads(line) for line in lines]
    keyed = sorted((pair for session in sessions for pair in convert(session)), key=lambda pair: pair[0])
    events = [event for _, event in keyed]
    if chosen.check:
        check(sessions, events)
    write(events, chosen.out)


main()
