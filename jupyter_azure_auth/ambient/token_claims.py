"""Claims of a token, for display and to distinguish a user from a machine.

They are not verified and authorize nothing: the token came from this machine's own endpoint, and
every resource must validate it anyway.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from jupyter_azure_auth._validation import is_name


@dataclass(frozen=True)
class TokenClaims:
    """Claims about the account; each is None if it is missing."""

    object_id: str | None = None
    tenant_id: str | None = None
    client_id: str | None = None
    user: str | None = field(default=None, repr=False)
    """User name, if it is a user's token."""
    name: str | None = field(default=None, repr=False)
    """Name of the managed identity or of its machine."""
    token_id: str | None = None
    """The token's id in the sign-in logs of Microsoft Entra (``uti``)."""


def read_claims(token: str) -> TokenClaims:
    """Return the claims of a token, all None if it is not a readable JWT."""
    claims = _decode_claims(token)

    def text(*names: str) -> str | None:
        values = (claims.get(name) for name in names)
        return next((value for value in values if is_name(value)), None)

    # The resource id of a managed identity, or of the machine with a system-assigned identity.
    resource = text("xms_mirid") or ""
    return TokenClaims(
        text("oid"),
        text("tid"),
        text("appid", "azp"),
        text("upn", "preferred_username", "unique_name"),
        resource.rpartition("/")[2] or text("app_displayname"),
        text("uti"),
    )


def _decode_claims(token: str) -> dict[str, Any]:
    try:
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
