"""Times as users read them."""

from __future__ import annotations

from datetime import datetime


def local_time(epoch: float) -> str:
    """Return a time to the minute in this process's time zone, with its offset from UTC."""
    return datetime.fromtimestamp(epoch).astimezone().isoformat(" ", "minutes")
