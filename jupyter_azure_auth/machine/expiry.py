"""Reads when a token ends, in every way that hosts of managed identities write it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timezone
from typing import Final

EPOCH_LIMIT: Final = 1e11
"""Seconds beyond this (the year 5138) are milliseconds, or nonsense."""

_FORMATS: Final = ("%m/%d/%Y %H:%M:%S %z", "%m/%d/%Y %I:%M:%S %p %z")
"""App Service's wire of 2017: ``06/20/2019 02:57:58 +00:00`` on Linux, ``1/16/2020 5:24:12 AM
+00:00`` on Windows."""

_FRACTION: Final = re.compile(r"\.\d+")
"""Of a second. .NET writes seven digits, which Python before 3.11 does not read."""


def epoch(value: object) -> int | None:
    """Read a point in time.

    :param value: a number or a text of one, a date as above, or one of ISO 8601.
    :returns: seconds since the epoch; None for anything else.
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
