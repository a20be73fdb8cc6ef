"""What the conversion scripts share: Segment-shaped events, one a line, with every amount exactly as its source wrote it."""

import json
import re
import sys
from datetime import datetime, timezone

DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class Exact(str):
    """A decimal number kept as the text of its source: 13.20 stays 13.20, where a float would make it 13.2."""


def decimal(text):
    """The number that a column holds, or None where it is empty. Anything else is an error worth stopping for."""
    if text == "":
        return None
    if not DECIMAL.fullmatch(text):
        raise ValueError(f"{text!r} is not a decimal number")
    return Exact(text)


def known(**properties):
    """The properties that have a value: what a source does not say is left out, never guessed."""
    return {name: value for name, value in properties.items() if value not in (None, "", [])}


def rfc3339(moment):
    """UTC with milliseconds, or with microseconds where the source has them."""
    moment = moment.astimezone(timezone.utc)
    digits = "milliseconds" if moment.microsecond % 1000 == 0 else "microseconds"
    return moment.isoformat(timespec=digits).replace("+00:00", "Z")


def read_time(text):
    """A time as data bases print it (`2022-10-25 07:56:51+00:00`, the zone optional and then UTC)."""
    moment = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def to_json(value):
    """Compact JSON, as json.dumps writes it, with Exact numbers verbatim."""
    if isinstance(value, Exact):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{to_json(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def write(events, path=None):
    """Writes the events to a file, or to standard output."""
    out = open(path, "w", encoding="utf-8") if path else sys.stdout
    for event in events:
        out.write(to_json(event) + "\n")
    out.flush()
