"""Retry policy and timeouts of identity hosts: as each host prescribes, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .answer import Silence
    from .host import Wire


class Patience(NamedTuple):
    """Timeouts in seconds for a connection and for each read of an answer."""

    connect: float
    read: float


FIRST: Final = Patience(1, 2)
"""azure-identity's own retries take 4.8 s if nothing listens and 200 s if the host hangs (1.27)."""

SLOW: Final = Patience(1, 15)
"""For a host that accepted the request but is slow: its identity may be new."""

ABROAD: Final = Patience(5, 15)
"""For an authority, which is not on this machine."""

METADATA: Final = (1.6, 3.2, 6.4, 12.8)
"""Seconds between attempts at the metadata service, as in azure-identity."""

UPGRADE: Final = (5.0, 10.0, 20.0, 40.0)
"""Seconds between attempts while it restarts for an upgrade (410), which takes up to 70 s."""

OTHERS: Final = (0.8, 1.6, 3.2)
"""Seconds between attempts at all other hosts."""

LONGEST: Final = 60.0
"""Maximum seconds of a host's ``Retry-After``. With a longer one there is no retry."""

GONE, BUSY, NOT_FOUND, ERROR = 410, 429, 404, 500


class Again(NamedTuple):
    """One more attempt: seconds before it, and its timeouts."""

    pause: float
    patience: Patience


def again(wire: Wire, failures: Sequence[Answer | Silence | None]) -> Again | None:
    """Return the next attempt, or None to give up.

    :param failures: results of the attempts so far, at least one; None if nothing was sent.
    """
    last = failures[-1]
    if last in ("no_answer", "no_connection"):
        worth = len(failures) == 1 and (last == "no_answer" or wire == "aks")
        return Again(0, ABROAD if wire == "aks" else SLOW) if worth else None
    if not isinstance(last, Answer) or last.kind == "sso_failure":
        return None
    pauses = _pauses(wire, last.status)
    turn = len(failures) - 1
    if turn >= len(pauses):
        return None
    pause = max(pauses[turn], last.retry_after or 0)
    return Again(pause, SLOW) if pause <= LONGEST else None


def _pauses(wire: Wire, status: int) -> tuple[float, ...]:
    if wire == "imds":
        if status == GONE:
            return UPGRADE
        return METADATA if status in (NOT_FOUND, BUSY) or status >= ERROR else ()
    return OTHERS if status in (GONE, BUSY) or status >= ERROR else ()
