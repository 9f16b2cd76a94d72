"""The response of an identity host: a token, or a description without the response's text."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal

from .expiry import epoch

Kind = Literal[
    "token", "sso_failure", "text", "too_long", "no_token", "bad_expiry", "expired", "refused"
]
"""``refused`` is a JSON object without a token, with an error status."""

SEVERAL: Final = "several_identities"
"""Replaces the host's code if only its text says that a client id is required."""

_SEVERAL: Final = "multiple user assigned identities"

_CODE: Final = re.compile(r"[a-z_]{1,32}")
_AADSTS: Final = re.compile(r"AADSTS\d{4,8}")
_CLIENT: Final = re.compile(r"[\w-]{1,64}")


@dataclass(frozen=True)
class Answer:
    """A description of a response, without its text."""

    status: int
    kind: Kind
    error: str = ""
    """Code of the host, such as ``invalid_resource``, or of Entra, such as ``AADSTS700016``."""
    retry_after: float | None = None
    """Seconds until the host allows another request."""
    client_id: str | None = None
    """Client id of the token's identity."""


Silence = Literal["no_connection", "no_answer", "untrusted"]
"""No connection, no response on a connection, or a certificate that is not trusted."""


def read(
    status: int, retry_after: str | None, body: bytes | None
) -> tuple[dict[str, Any] | None, Answer]:
    """Parse a response.

    :param retry_after: value of the ``Retry-After`` header.
    :param body: None if the body was too long to be read.
    :returns: the fields if there is a token, otherwise None, and a description.
    """
    pause = _seconds(retry_after)
    if body is None:
        return None, Answer(status, "too_long", retry_after=pause)
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        failure: Kind = "sso_failure" if b"sso failure" in body[:4096].lower() else "text"
        return None, Answer(status, failure, retry_after=pause)
    if not isinstance(fields, dict):
        return None, Answer(status, "text", retry_after=pause)
    kind = _kind(status, fields)
    if kind == "token":
        client_id = fields.get("client_id")
        named = isinstance(client_id, str) and _CLIENT.fullmatch(client_id)
        return fields, Answer(status, kind, client_id=client_id if named else None)
    return None, Answer(status, kind, _error(fields), pause)


def _kind(status: int, fields: dict[str, Any]) -> Kind:
    if status != HTTPStatus.OK:
        return "sso_failure" if "sso failure" in str(fields).lower() else "refused"
    token = fields.get("access_token")
    if not (isinstance(token, str) and token):
        return "no_token"
    ends = _ends(fields)
    if ends is None:
        return "bad_expiry"
    return "token" if ends > time.time() else "expired"


def _ends(fields: dict[str, Any]) -> int | None:
    """Return the expiry in seconds since the epoch, or None if it is missing."""
    ends = epoch(fields.get("expires_on"))
    if ends is not None:
        return ends
    lasts = epoch(fields.get("expires_in"))
    return None if lasts is None else int(time.time()) + lasts


def repaired(fields: dict[str, Any]) -> bytes:
    """Return a body with both expiry fields as numbers, which msal requires."""
    ends = _ends(fields) or 0
    lasts = ends - int(time.time())
    return json.dumps({**fields, "expires_on": str(ends), "expires_in": str(lasts)}).encode()


def _error(fields: dict[str, Any]) -> str:
    found = _AADSTS.search(str(fields.get("error_description", "")))
    if found:
        return found[0]
    if _SEVERAL in str(fields.get("error_description", "")).lower():
        return SEVERAL
    error = fields.get("error")
    return error if isinstance(error, str) and _CODE.fullmatch(error) else ""


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds in the header. Identity hosts send no dates in it."""
    text = (retry_after or "").strip()
    return float(text) if text.isascii() and text.isdecimal() else None
