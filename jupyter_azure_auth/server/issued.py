"""What a sign-in yields: whose it is, and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

RENEWAL_MARGIN: Final = 300
"""Seconds before its end from which a token should be renewed, unless it says so itself."""


@dataclass(frozen=True)
class Account:
    """A person in a tenant, as the ID token says."""

    id: str
    """``<object id>.<home tenant id>``: the same in every tenant."""
    name: str = field(repr=False)
    username: str = field(repr=False)
    tenant_id: str

    def is_called(self, wanted: str) -> bool:
        """Tell whether somebody means this account by a user name or an id."""
        return wanted.casefold() in {self.id.casefold(), self.username.casefold()}


@dataclass(frozen=True)
class Issued:
    """An access token. Prints without it."""

    token: str = field(repr=False)
    token_type: str
    expires_on: int
    """Seconds since the epoch."""
    refresh_on: int | None
    """When to renew it, likewise; None: shortly before its end."""
    account: Account
    source: str | None = None
    """Where the identity comes from; None until it is handed out."""

    def is_due(self, now: float) -> bool:
        """Tell whether it should be renewed."""
        due = self.expires_on - RENEWAL_MARGIN
        return now >= (due if self.refresh_on is None else min(self.refresh_on, self.expires_on))

    def to_wire(self) -> dict[str, Any]:
        """Build the answer of ``token``."""
        told = {name: value for name, value in vars(self).items() if value is not None}
        return {**told, "account": vars(self.account)}
