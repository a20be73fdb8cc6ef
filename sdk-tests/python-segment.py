"""Sends a scenario with segment-analytics-python; only `host` differs from a stock set-up.

Usage: python-segment.py BASE_URL WRITE_KEY SCENARIO.json [--gzip]      (scenario.mjs says what a scenario is)
"""

import json
import sys
from datetime import datetime

from segment.analytics.client import Client

# The names that the Python SDK gives to the fields of a call.
NAMES = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "previousId": "previous_id",
    "groupId": "group_id",
    "messageId": "message_id",
}


def main():
    gzip = "--gzip" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--gzip"]
    if len(arguments) != 3:
        sys.exit(__doc__)
    base_url, write_key, path = arguments
    with open(path, encoding="utf-8") as file:
        calls = json.load(file)

    errors = []
    client = Client(write_key, host=base_url.rstrip("/"), gzip=gzip, on_error=lambda error, items: errors.append(error))
    for call in calls:
        fields = {NAMES.get(name, name): value for name, value in call.items() if name != "type"}
        if "timestamp" in fields:
            fields["timestamp"] = datetime.fromisoformat(fields["timestamp"].replace("Z", "+00:00"))
        accepted, message = getattr(client, call["type"])(**fields)
        if not accepted:
            sys.exit(f"the SDK refused {message}")
    client.flush()
    client.join()
    if errors:
        sys.exit(f"not delivered: {errors}")
    print(f"{len(calls)} sent")


main()
