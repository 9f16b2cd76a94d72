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

PROBE_TIMEOUT_S: Final = 5.0
"""Timeout of the probe itself, for the connection and for the answer."""

NEGATIVE_RESULT_TTL_S: Final = 10.0
"""Time for which a missing service is cached. A service that was found is cached permanently."""

ADDRESS: Final = "http://169.254.169.254"

RESPONSE_LIMIT: Final = 16 * 1024
"""Maximum bytes of an answer that are read."""

BAD_REQUEST, FORBIDDEN, GONE, BUSY, ERROR = 400, 403, 410, 429, 500


class ProbeResult(NamedTuple):
    """``there``, or one of :data:`.._error_catalog.AMBIENT` with its detail."""

    code: str
    detail: str = ""


AVAILABLE: Final = ProbeResult("there")
NOT_AZURE: Final = ProbeResult("not_azure")
NO_ANSWER: Final = ProbeResult("metadata_silent")
BROKEN_OFF: Final = ProbeResult("no_answer", "the metadata service")


class ImdsProbe:
    """Probes the metadata service. Blocks its callers. Thread-safe."""

    def __init__(
        self, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._address = environ.get("AZURE_POD_IDENTITY_AUTHORITY_HOST") or ADDRESS
        self._clock = clock
        self._thread: _ProbeThread | None = None
        self._lock = threading.Lock()

    def __call__(self, on_wait: Callable[[], None] | None = None) -> ProbeResult:
        """Return the result within 1 s, or within 3 s if a connection was made.

        A slower probe continues in the background, and the next call returns its result.

        :param on_wait: called after the first second if a connection was made.
        """
        with self._lock:
            thread = self._thread
            if thread is None or thread.is_outdated():
                thread = self._thread = _ProbeThread(self._address, self._clock)
                thread.start()
        return thread.wait(on_wait)


class _ProbeThread(threading.Thread):
    """One probe in its own thread."""

    def __init__(self, address: str, clock: Callable[[], float]) -> None:
        super().__init__(name="jupyter-azure-auth-metadata", daemon=True)
        self._address = address
        self._clock = clock
        self._asked_at = clock()
        self._ended = 0.0
        self._found: ProbeResult | None = None
        self._connected = threading.Event()
        self._done = threading.Event()

    def run(self) -> None:
        self._found = self._ask()
        self._ended = self._clock()
        self._done.set()

    def is_outdated(self) -> bool:
        """Whether another probe is needed. After a fork this one never ends."""
        if self._found is None:
            return not self.is_alive()
        return self._found != AVAILABLE and self._clock() - self._ended >= NEGATIVE_RESULT_TTL_S

    def wait(self, on_wait: Callable[[], None] | None) -> ProbeResult:
        finished = self._done.wait(self._rest(CONNECT_WAIT_S))
        if not finished and self._connected.is_set() and self._rest(ANSWER_WAIT_S) > 0:
            if on_wait is not None:
                on_wait()
            self._done.wait(self._rest(ANSWER_WAIT_S))
        return self._found or NO_ANSWER

    def _rest(self, seconds: float) -> float:
        return max(0.0, self._asked_at + seconds - self._clock())

    def _ask(self) -> ProbeResult:
        """Send a request without the header that token requests need."""
        try:
            parts = urlsplit(self._address)
            if parts.hostname is None:
                return NOT_AZURE
            # http.client uses no proxies and follows no redirects.
            connection = http.client.HTTPConnection(
                parts.hostname, parts.port, timeout=PROBE_TIMEOUT_S
            )
            with closing(connection):
                connection.connect()
                self._connected.set()
                connection.request("GET", "/metadata/identity/oauth2/token?api-version=2018-02-01")
                answer = connection.getresponse()
                return _read(answer.status, answer.read(RESPONSE_LIMIT))
        except TimeoutError:
            return NO_ANSWER
        except OSError:
            return BROKEN_OFF if self._connected.is_set() else NOT_AZURE
        except http.client.HTTPException:
            return ProbeResult("other_metadata", "no HTTP")
        except ValueError:
            return NOT_AZURE


def _read(status: int, body: bytes) -> ProbeResult:
    """Return whether a response is the metadata service's or another program's.

    Only the service responds with 400 and a JSON text about its missing ``Metadata`` header. Other
    clouds have other services at its address (401 and 404 of AWS and OpenStack), and Docker
    Desktop's proxy responds with 403 "unreachable" for every address (azure-identity).
    """
    if status == BAD_REQUEST and _is_about_the_header(body):
        return AVAILABLE
    if status == FORBIDDEN:
        return ProbeResult("proxied")
    if status in (GONE, BUSY):
        return ProbeResult("upgrading" if status == GONE else "busy", "the metadata service")
    return ProbeResult("host_failed" if status >= ERROR else "other_metadata", str(status))


def _is_about_the_header(body: bytes) -> bool:
    try:
        fields: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and "error" in fields and b"metadata" in body.lower()
