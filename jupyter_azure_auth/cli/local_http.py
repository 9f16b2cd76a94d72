"""One HTTP request to a server on this host, without proxies and redirects."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._server_connection import server_connection

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER_LIMIT: Final = 256 * 1024
"""Maximum bytes of an answer that are read."""


@dataclass(frozen=True)
class ServerAddress:
    """Where a server of this user listens. Its ``repr`` omits the authorization."""

    host: str
    port: int
    base: str
    """Path of the server, with a slash at both ends."""
    headers: Mapping[str, str] = field(repr=False)
    secure: bool = False
    certificate: str | None = None
    """SHA-256 of the certificate that the server must present; None if it is not known."""


@dataclass(frozen=True)
class ServerResponse:
    """An answer. ``fields`` is empty unless it is a JSON object. Its ``repr`` omits the content."""

    status: int
    fields: Mapping[str, Any] = field(repr=False)

    @property
    def code(self) -> str:
        """The code of a refusal; empty if there is none."""
        code = self.fields.get("code")
        return code if isinstance(code, str) else ""


def post(
    address: ServerAddress, route: str, body: Mapping[str, Any], timeout: float
) -> ServerResponse:
    """Return the answer of a route of this extension.

    :param route: what follows ``azure-auth/``.
    :param timeout: seconds for each read.
    :raises OSError: the server does not answer, or presents a certificate other than its own.
    :raises http.client.HTTPException: the answer is not HTTP.
    """
    with server_connection(
        address.host,
        address.port,
        timeout,
        secure=address.secure,
        certificate=address.certificate,
    ) as connection:
        headers = {"Content-Type": "application/json", **address.headers}
        path = f"{address.base}azure-auth/{route}"
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return ServerResponse(answer.status, _object_in(answer.read(ANSWER_LIMIT)))


def _object_in(text: bytes) -> Mapping[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
