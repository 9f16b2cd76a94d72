"""Parses the responses of identity hosts before azure-identity does.

azure-identity and msal put responses that they cannot parse into their errors and logs, and such a
response can contain a token. So they get a token that they can parse, or nothing.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, Retry
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from .answer import read, repaired

if TYPE_CHECKING:
    from .answer import Answer, Silence

ANSWER_LIMIT: Final = 256 * 1024
"""Bytes of a response that are read at most. A token has less than 20 kB."""

_PIECE: Final = 16 * 1024

NOTHING: Final = b'{"error": "no_token"}'


class ReadingAdapter(HTTPAdapter):
    """A requests adapter that replaces every response with one that azure-identity can parse."""

    def __init__(self) -> None:
        super().__init__(max_retries=Retry(total=False, redirect=False, raise_on_status=False))
        self.seen: list[Answer | Silence] = []

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002 (read here, with a limit)
        *args: Any,
        **kwargs: Any,
    ) -> requests.Response:
        """Send a request, and return a response with a normalized token or with none.

        :raises Exception: an error of requests or urllib3: there was no response.
        """
        try:
            response = super().send(request, True, *args, **kwargs)  # noqa: FBT003
            body = _read(response)
        except (requests.exceptions.RequestException, HTTPError) as error:
            self.seen.append(_silence(error))
            raise
        fields, answer = read(response.status_code, response.headers.get("Retry-After"), body)
        self.seen.append(answer)
        return self._rebuilt(request, response, NOTHING if fields is None else repaired(fields))

    def _rebuilt(
        self, request: requests.PreparedRequest, response: requests.Response, body: bytes
    ) -> requests.Response:
        kept = {"Content-Type": "application/json"}
        if (challenge := response.headers.get("WWW-Authenticate")) is not None:
            kept["WWW-Authenticate"] = challenge
        raw = HTTPResponse(
            io.BytesIO(body), kept, response.status_code, preload_content=False, reason="-"
        )
        return self.build_response(request, raw)


def _silence(error: Exception) -> Silence:
    """Return why there was no response; requests raises ConnectionError for most causes."""
    if isinstance(error, requests.exceptions.SSLError):
        return "untrusted"
    inner = error.args[0] if error.args else None
    if isinstance(error, requests.exceptions.ReadTimeout):
        return "no_answer"
    return "no_answer" if isinstance(inner, ProtocolError | ReadTimeoutError) else "no_connection"


def _read(response: requests.Response) -> bytes | None:
    """Return the body, or None if it is longer than a token's response can be."""
    body = b""
    with response:
        for piece in response.iter_content(16 * 1024):
            body += piece
            if len(body) > ANSWER_LIMIT:
                return None
    return body
