"""Finds out whether there is a metadata service, as every Azure VM has one."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS: Final = 1.0

ADDRESS: Final = "http://169.254.169.254"

Found = Literal["there", "not_azure", "proxied"]


class Probe:
    """Asks once; on a thread that may block, never on the way of another answer."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("AZURE_POD_IDENTITY_AUTHORITY_HOST") or ADDRESS
        self._found: Found | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Found:
        """Say what is there; takes a second at most, and the next time none."""
        with self._lock:
            if self._found is None:
                self._found = _look(self._address)
            return self._found


def _look(address: str) -> Found:
    """Ask without the header that tokens need: it then says 400 to anybody, at once."""
    try:
        parts = urlsplit(address)
        if parts.hostname is None:
            return "not_azure"
        # http.client knows no proxies, and follows no redirects.
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=SECONDS)
        with closing(connection):
            connection.request("GET", "/metadata/identity/oauth2/token?api-version=2018-02-01")
            answer = connection.getresponse()
    except (OSError, ValueError, http.client.HTTPException):
        return "not_azure"
    # Docker Desktop's proxy says 403 "unreachable" for every address (azure-identity).
    return "proxied" if answer.status == http.client.FORBIDDEN else "there"
