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

from .response import normalized_body, parse_response

if TYPE_CHECKING:
    from .response import HostResponse, NoResponse

RESPONSE_LIMIT: Final = 256 * 1024
"""Maximum bytes of a response that are read. A token has less than 20 kB."""

_PIECE: Final = 16 * 1024

NO_TOKEN_BODY: Final = b'{"error": "no_token"}'


class SanitizingAdapter(HTTPAdapter):
    """A requests adapter that replaces every response with one that azure-identity can parse."""

    def __init__(self) -> None:
        super().__init__(max_retries=Retry(total=False, redirect=False, raise_on_status=False))
        self.responses: list[HostResponse | NoResponse] = []

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
            body = _read_body(response)
        except (requests.exceptions.RequestException, HTTPError) as error:
            self.responses.append(_no_response(error))
            raise
        fields, answer = parse_response(
            response.status_code, response.headers.get("Retry-After"), body
        )
        self.responses.append(answer)
        return self._rebuild(
            request, response, NO_TOKEN_BODY if fields is None else normalized_body(fields)
        )

    def _rebuild(
        self, request: requests.PreparedRequest, response: requests.Response, body: bytes
    ) -> requests.Response:
        headers = {"Content-Type": "application/json"}
        if (challenge := response.headers.get("WWW-Authenticate")) is not None:
            headers["WWW-Authenticate"] = challenge
        raw = HTTPResponse(
            io.BytesIO(body), headers, response.status_code, preload_content=False, reason="-"
        )
        return self.build_response(request, raw)


def _no_response(error: Exception) -> NoResponse:
    """Return why there was no response; requests raises ConnectionError for most causes."""
    if isinstance(error, requests.exceptions.SSLError):
        return "untrusted"
    inner = error.args[0] if error.args else None
    if isinstance(error, requests.exceptions.ReadTimeout):
        return "no_answer"
    return "no_answer" if isinstance(inner, ProtocolError | ReadTimeoutError) else "no_connection"


def _read_body(response: requests.Response) -> bytes | None:
    """Return the body, or None if it is longer than a token's response can be."""
    body = b""
    with response:
        for piece in response.iter_content(16 * 1024):
            body += piece
            if len(body) > RESPONSE_LIMIT:
                return None
    return body
