"""When a host is asked again, and how patiently: as each host prescribes, and never for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .answer import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .answer import Silence
    from .host import Wire


class Patience(NamedTuple):
    """Seconds to wait for a connection, and for each piece of an answer."""

    connect: float
    read: float


FIRST: Final = Patience(1, 2)
"""azure-identity's own tries last 4.8 s where nothing listens, and 200 s where it hangs (1.27)."""

SLOW: Final = Patience(1, 15)
"""For one that took the request, and did not answer that soon: its identity may be made new."""

ABROAD: Final = Patience(5, 15)
"""For an authority, which is not on this machine."""

METADATA: Final = (1.6, 3.2, 6.4, 12.8)
"""Seconds between tries of the metadata service, azure-identity's own."""

UPGRADE: Final = (5.0, 10.0, 20.0, 40.0)
"""The same while it is restarted for an upgrade (410), which takes up to 70 s."""

OTHERS: Final = (0.8, 1.6, 3.2)
"""The same for all other hosts."""

LONGEST: Final = 60.0
"""Seconds that a host may ask for; who wants more is asked again when somebody wants it."""

GONE, BUSY, NOT_FOUND, ERROR = 410, 429, 404, 500


class Again(NamedTuple):
    """One more try."""

    pause: float
    patience: Patience


def again(wire: Wire, failures: Sequence[Answer | Silence | None]) -> Again | None:
    """Say whether to ask once more.

    :param failures: what came of the tries so far, at least one; None: nothing was sent.
    :returns: None: what came is all that comes.
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
