"""A fake for the system's browser: `python -m test.sdks.browser <user as JSON> <address>`."""

from __future__ import annotations

import json
import sys
from urllib.parse import parse_qs, urlsplit

import requests

from test.sdks.person import TIME, fill_in


def main(user: str, address: str) -> None:
    """Sign in, and send the result to the redirect address."""
    fields = fill_in(address, json.loads(user))
    (redirect_uri,) = parse_qs(urlsplit(address).query)["redirect_uri"]
    # Without fields it was a redirect, which has already been followed.
    if fields:
        requests.post(redirect_uri, fields, timeout=TIME)


if __name__ == "__main__":
    main(*sys.argv[1:])
