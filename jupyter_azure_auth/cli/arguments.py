"""The types of arguments that several commands take. A mistake ends a command at once."""

from __future__ import annotations

import argparse
import math
from typing import Final
from urllib.parse import urlsplit

_MAX_S: Final = 3600


def address(text: str) -> str:
    """Return the address of a server, as a browser shows it.

    :raises argparse.ArgumentTypeError: if it is none.
    """
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port  # raises if it is not a number
    except ValueError:
        is_address = False
    if not is_address:
        raise argparse.ArgumentTypeError("must be an address, such as http://localhost:8888/")
    return text


def seconds(text: str) -> float:
    """Return a number of seconds that a call can wait.

    :raises argparse.ArgumentTypeError: if it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= _MAX_S:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, at most {_MAX_S}")
    return value
