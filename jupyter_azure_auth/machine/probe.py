"""Finds out whether there is a metadata service, as every Azure VM has one."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECT_WAIT_S: Final = 1.0
"""For which a caller waits for a connection: outside Azure, packets to the address get lost."""

ANSWER_WAIT_S: Final = 3.0
"""The same for an answer, once something has taken the connection."""

LOOK_TIMEOUT_S: Final = 5.0
"""For a connection, and for an answer, while no caller waits any more."""

KEPT_S: Final = 10.0
"""For which it counts that the service was not there. What is there stays there."""

ADDRESS: Final = "http://169.254.169.254"

ANSWER_LIMIT: Final = 16 * 1024
"""Bytes of an answer that are read."""

BAD_REQUEST, FORBIDDEN, GONE, BUSY, ERROR = 400, 403, 410, 429, 500


class Found(NamedTuple):
    """``there``, or one of :data:`.reasons.REASONS` with its detail."""

    code: str
    detail: str = ""


THERE: Final = Found("there")
NOWHERE: Final = Found("not_azure")
SILENT: Final = Found("metadata_silent")
BROKEN_OFF: Final = Found("no_answer", "the metadata service")


class Probe:
    """Asks the metadata service, for callers on threads that may block. Safe from any thread."""

    def __init__(
        self, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = environ.get("AZURE_POD_IDENTITY_AUTHORITY_HOST") or ADDRESS
        self._clock = clock
        self._look: _Look | None = None
        self._lock = threading.Lock()

    def __call__(self, on_wait: Callable[[], None] | None = None) -> Found:
        """Return what is there, after a second at most, or three if something took the connection.

        A look that takes longer goes on in the background, and the next call has its result.

        :param on_wait: called before the second part of that time.
        """
        with self._lock:
            look = self._look
            if look is None or look.is_outdated():
                look = self._look = _Look(self._address, self._clock)
                look.start()
        return look.wait(on_wait)


class _Look(threading.Thread):
    """One request, on a thread of its own."""

    def __init__(self, address: str, clock: Callable[[], float]) -> None:
        super().__init__(name="jupyter-azure-auth-metadata", daemon=True)
        self._address = address
        self._clock = clock
        self._begun = clock()
        self._ended = 0.0
        self._found: Found | None = None
        self._connected = threading.Event()
        self._over = threading.Event()

    def run(self) -> None:
        self._found = self._ask()
        self._ended = self._clock()
        self._over.set()

    def is_outdated(self) -> bool:
        """Whether there has to be another look; after a fork this one never ends."""
        if self._found is None:
            return not self.is_alive()
        return self._found != THERE and self._clock() - self._ended >= KEPT_S

    def wait(self, on_wait: Callable[[], None] | None) -> Found:
        over = self._over.wait(self._rest(CONNECT_WAIT_S))
        if not over and self._connected.is_set() and self._rest(ANSWER_WAIT_S) > 0:
            if on_wait is not None:
                on_wait()
            self._over.wait(self._rest(ANSWER_WAIT_S))
        return self._found or SILENT

    def _rest(self, seconds: float) -> float:
        return max(0.0, self._begun + seconds - self._clock())

    def _ask(self) -> Found:
        """Ask without the header that tokens need."""
        try:
            parts = urlsplit(self._address)
            if parts.hostname is None:
                return NOWHERE
            # http.client knows no proxies, and follows no redirects.
            connection = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=LOOK_TIMEOUT_S
            )
            with closing(connection):
                connection.connect()
                self._connected.set()
                connection.request("GET", "/metadata/identity/oauth2/token?api-version=2018-02-01")
                answer = connection.getresponse()
                return _read(answer.status, answer.read(ANSWER_LIMIT))
        except TimeoutError:
            return SILENT
        except OSError:
            return BROKEN_OFF if self._connected.is_set() else NOWHERE
        except http.client.HTTPException:
            return Found("other_metadata", "no HTTP")
        except ValueError:
            return NOWHERE


def _read(status: int, body: bytes) -> Found:
    """Tell the service from whatever else may answer at its address.

    Only the service says 400 and, in JSON, that its ``Metadata`` header is missing. Other clouds
    have other services there (401 and 404 of AWS and OpenStack), and Docker Desktop's proxy says
    403 "unreachable" for every address (azure-identity).
    """
    if status == BAD_REQUEST and _is_about_the_header(body):
        return THERE
    if status == FORBIDDEN:
        return Found("proxied")
    if status in (GONE, BUSY):
        return Found("upgrading" if status == GONE else "busy", "the metadata service")
    return Found("out_of_order" if status >= ERROR else "other_metadata", str(status))


def _is_about_the_header(body: bytes) -> bool:
    try:
        fields: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and "error" in fields and b"metadata" in body.lower()
