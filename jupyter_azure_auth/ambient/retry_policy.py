"""Retry policy and timeouts of identity hosts: as each host prescribes, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from .response import HostResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .hosts import EndpointProtocol
    from .response import NoResponse


class Timeouts(NamedTuple):
    """Timeouts in seconds for a connection and for each read of an answer."""

    connect: float
    read: float


FIRST_TIMEOUTS: Final = Timeouts(1, 2)
"""azure-identity's own retries take 4.8 s if nothing listens and 200 s if the host hangs (1.27)."""

SLOW_TIMEOUTS: Final = Timeouts(1, 15)
"""For a host that accepted the request but is slow: its identity may be new."""

REMOTE_TIMEOUTS: Final = Timeouts(5, 15)
"""For an authority, which is not on this machine."""

METADATA_PAUSES_S: Final = (1.6, 3.2, 6.4, 12.8)
"""Seconds between attempts at the metadata service, as in azure-identity."""

UPGRADE_PAUSES_S: Final = (5.0, 10.0, 20.0, 40.0)
"""Seconds between attempts while the service restarts for an upgrade (410), up to 70 s."""

OTHER_PAUSES_S: Final = (0.8, 1.6, 3.2)
"""Seconds between attempts at all other hosts."""

MAX_PAUSE_S: Final = 60.0
"""Maximum seconds of a host's ``Retry-After``. With a longer one there is no retry."""

GONE, BUSY, NOT_FOUND, ERROR = 410, 429, 404, 500


class Retry(NamedTuple):
    """One more attempt: seconds before it, and its timeouts."""

    pause: float
    timeouts: Timeouts


def next_retry(
    protocol: EndpointProtocol, failures: Sequence[HostResponse | NoResponse | None]
) -> Retry | None:
    """Return the next attempt, or None to give up.

    :param failures: results of the attempts so far, at least one; None if nothing was sent.
    """
    last = failures[-1]
    if last in ("no_answer", "no_connection"):
        worth = len(failures) == 1 and (last == "no_answer" or protocol == "aks")
        return Retry(0, REMOTE_TIMEOUTS if protocol == "aks" else SLOW_TIMEOUTS) if worth else None
    if not isinstance(last, HostResponse) or last.kind == "sso_failure":
        return None
    pauses = _pauses(protocol, last.status)
    attempt = len(failures) - 1
    if attempt >= len(pauses):
        return None
    pause = max(pauses[attempt], last.retry_after or 0)
    return Retry(pause, SLOW_TIMEOUTS) if pause <= MAX_PAUSE_S else None


def _pauses(protocol: EndpointProtocol, status: int) -> tuple[float, ...]:
    if protocol == "imds":
        if status == GONE:
            return UPGRADE_PAUSES_S
        return METADATA_PAUSES_S if status in (NOT_FOUND, BUSY) or status >= ERROR else ()
    return OTHER_PAUSES_S if status in (GONE, BUSY) or status >= ERROR else ()
