"""Probes for the metadata service, which every Azure VM has."""

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
"""Maximum wait of a caller for a connection: outside Azure, packets to the address get lost."""

ANSWER_WAIT_S: Final = 3.0
"""Maximum wait of a caller for an answer, after a connection was made."""

LOOK_TIMEOUT_S: Final = 5.0
"""Timeout of the probe itself, for the connection and for the answer."""

KEPT_S: Final = 10.0
"""Time for which a missing service is cached. A service that was found is cached for good."""

ADDRESS: Final = "http://169.254.169.254"

ANSWER_LIMIT: Final = 16 * 1024
"""Bytes of an answer that are read at most."""

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
    """Probes the metadata service. Blocks its callers. Thread-safe."""

    def __init__(
        self, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = environ.get("AZURE_POD_IDENTITY_AUTHORITY_HOST") or ADDRESS
        self._clock = clock
        self._look: _Look | None = None
        self._lock = threading.Lock()

    def __call__(self, on_wait: Callable[[], None] | None = None) -> Found:
        """Return the result within 1 s, or within 3 s if a connection was made.

        A slower probe continues in the background, and the next call returns its result.

        :param on_wait: called after the first second if a connection was made.
        """
        with self._lock:
            look = self._look
            if look is None or look.is_outdated():
                look = self._look = _Look(self._address, self._clock)
                look.start()
        return look.wait(on_wait)


class _Look(threading.Thread):
    """One probe in its own thread."""

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
        """Whether another probe is needed. After a fork this one never ends."""
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
        """Send a request without the header that token requests need."""
        try:
            parts = urlsplit(self._address)
            if parts.hostname is None:
                return NOWHERE
            # http.client uses no proxies and follows no redirects.
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
    """Return whether a response is the metadata service's or another program's.

    Only the service responds with 400 and a JSON text about its missing ``Metadata`` header. Other
    clouds have other services at its address (401 and 404 of AWS and OpenStack), and Docker
    Desktop's proxy responds with 403 "unreachable" for every address (azure-identity).
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
