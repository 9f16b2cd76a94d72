"""The account of a token, for every part of the package."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

UNKNOWN: Final = "unknown"
"""Replaces a tenant that the machine does not report."""


@dataclass(frozen=True)
class Account:
    """A user in a tenant, as given by the ID token, or an ambient identity."""

    id: str
    """``<object id>.<home tenant id>`` for a user: the same in every tenant. For an ambient
    identity ``<source>:<client id or object id>``: equal for all its tokens. Only the id is used in
    decisions about an ambient identity."""
    name: str = field(repr=False)
    """Of an ambient identity the source, such as ``Azure App Service``."""
    username: str = field(repr=False)
    """A user name, the name of an ambient identity, or its client id."""
    tenant_id: str = UNKNOWN

    def matches(self, wanted: str) -> bool:
        """Whether a user name or an id means this account."""
        return wanted.casefold() in {self.id.casefold(), self.username.casefold()}

    def to_wire(self) -> dict[str, str]:
        """Return the field ``account`` of an answer."""
        return {
            "id": self.id,
            "name": self.name,
            "username": self.username,
            "tenant_id": self.tenant_id,
        }
