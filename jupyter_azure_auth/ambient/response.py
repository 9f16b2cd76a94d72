"""The response of an identity host: a token, or a description without the response's text."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal

from .expiry import epoch

ResponseKind = Literal[
    "token", "sso_failure", "text", "too_long", "no_token", "bad_expiry", "expired", "refused"
]
"""``refused`` is a JSON object without a token, with an error status."""

SEVERAL_IDENTITIES: Final = "several_identities"
"""Replaces the host's code if only its text says that a client id is required."""

_SEVERAL_IDENTITIES_TEXT: Final = "multiple user assigned identities"

_CODE: Final = re.compile(r"[a-z_]{1,32}")
_AADSTS: Final = re.compile(r"AADSTS\d{4,8}")
_CLIENT: Final = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True)
class HostResponse:
    """A description of a response, without its text."""

    status: int
    kind: ResponseKind
    error: str = ""
    """Code of the host, such as ``invalid_resource``, or of Entra, such as ``AADSTS700016``."""
    retry_after: float | None = None
    """Seconds until the host allows another request."""
    client_id: str | None = None
    """Client id of the token's identity."""


NoResponse = Literal["no_connection", "no_answer", "untrusted"]
"""No connection, no response on a connection, or a certificate that is not trusted."""


def parse_response(
    status: int, retry_after: str | None, body: bytes | None
) -> tuple[dict[str, Any] | None, HostResponse]:
    """Parse a response.

    :param retry_after: value of the ``Retry-After`` header.
    :param body: None if the body was too long to be read.
    :returns: the fields if there is a token, otherwise None, and a description.
    """
    pause = _seconds(retry_after)
    if body is None:
        return None, HostResponse(status, "too_long", retry_after=pause)
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        failure: ResponseKind = "sso_failure" if b"sso failure" in body[:4096].lower() else "text"
        return None, HostResponse(status, failure, retry_after=pause)
    if not isinstance(fields, dict):
        return None, HostResponse(status, "text", retry_after=pause)
    kind = _kind(status, fields)
    if kind == "token":
        client_id = fields.get("client_id")
        named = isinstance(client_id, str) and _CLIENT.fullmatch(client_id)
        return fields, HostResponse(status, kind, client_id=client_id if named else None)
    return None, HostResponse(status, kind, _error(fields), pause)


def _kind(status: int, fields: dict[str, Any]) -> ResponseKind:
    if status != HTTPStatus.OK:
        return "sso_failure" if "sso failure" in str(fields).lower() else "refused"
    token = fields.get("access_token")
    if not (isinstance(token, str) and token):
        return "no_token"
    expires_on = _expires_on(fields)
    if expires_on is None:
        return "bad_expiry"
    return "token" if expires_on > time.time() else "expired"


def _expires_on(fields: dict[str, Any]) -> int | None:
    """Return the expiry in seconds since the epoch, or None if it is missing."""
    expires_on = epoch(fields.get("expires_on"))
    if expires_on is not None:
        return expires_on
    expires_in = epoch(fields.get("expires_in"))
    return None if expires_in is None else int(time.time()) + expires_in


def normalized_body(fields: dict[str, Any]) -> bytes:
    """Return a body with both expiry fields as numbers, which msal requires."""
    expires_on = _expires_on(fields) or 0
    expires_in = expires_on - int(time.time())
    return json.dumps(
        {**fields, "expires_on": str(expires_on), "expires_in": str(expires_in)}
    ).encode()


def _error(fields: dict[str, Any]) -> str:
    found = _AADSTS.search(str(fields.get("error_description", "")))
    if found:
        return found[0]
    if _SEVERAL_IDENTITIES_TEXT in str(fields.get("error_description", "")).lower():
        return SEVERAL_IDENTITIES
    error = fields.get("error")
    return error if isinstance(error, str) and _CODE.fullmatch(error) else ""


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds in the header. Identity hosts send no dates in it."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdecimal() else None
