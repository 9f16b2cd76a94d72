"""What a sign-in yields: whose it is, and tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jupyter_azure_auth._lifetime import Moment, refresh_lead


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
    came: Moment = field(default_factory=Moment.now, repr=False)
    """When Azure gave it."""

    @property
    def ends(self) -> Moment:
        """Its end, also by a clock that nobody sets."""
        return Moment(self.expires_on, self.came.steady + self.expires_on - self.came.wall)

    def is_due(self, at: Moment) -> bool:
        """Tell whether it should be renewed."""
        refresh_in = None if self.refresh_on is None else self.refresh_on - self.came.wall
        lead = refresh_lead(self.expires_on - self.came.wall, refresh_in)
        return self.ends.after(-lead).reached(at)

    def to_wire(self) -> dict[str, Any]:
        """Build the answer of ``token``. Its lifetime needs no two clocks to agree."""
        told = {name: value for name, value in vars(self).items() if value is not None}
        del told["came"]
        expires_in = int(self.ends.seconds_from(Moment.now()))
        return {**told, "account": vars(self.account), "expires_in": max(expires_in, 0)}
