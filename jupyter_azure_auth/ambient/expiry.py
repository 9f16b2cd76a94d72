"""Parses the expiry of a token in every format of managed identity hosts."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timezone
from typing import Final

EPOCH_LIMIT: Final = 1e11
"""Seconds since the epoch (the year 5138). A larger value is in milliseconds or invalid."""

_FORMATS: Final = ("%m/%d/%Y %H:%M:%S %z", "%m/%d/%Y %I:%M:%S %p %z")
"""App Service's protocol of 2017: ``06/20/2019 02:57:58 +00:00`` on Linux, ``1/16/2020 5:24:12 AM
+00:00`` on Windows."""

_FRACTION: Final = re.compile(r"\.\d+")
"""Fractional seconds. .NET writes seven digits, which Python before 3.11 does not parse."""


def epoch(value: object) -> int | None:
    """Return a point in time in seconds since the epoch.

    :param value: a number, a numeric string, a date as above, or an ISO 8601 date.
    :returns: None for any other value.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if 0 < value < EPOCH_LIMIT else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        return epoch(float(text))
    except ValueError:
        date = _date(text)
    return None if date is None else epoch(date.timestamp())


def _date(text: str) -> datetime | None:
    for layout in _FORMATS:
        with suppress(ValueError):
            return datetime.strptime(text, layout)  # noqa: DTZ007 (each layout ends in a zone)
    try:
        date = datetime.fromisoformat(_FRACTION.sub("", text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)
