"""The results of a sign-in: an account and its access tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jupyter_azure_auth._lifetime import Moment, refresh_lead


@dataclass(frozen=True)
class Account:
    """A user in a tenant, as given by the ID token."""

    id: str
    """``<object id>.<home tenant id>``: the same in every tenant."""
    name: str = field(repr=False)
    username: str = field(repr=False)
    tenant_id: str

    def matches(self, wanted: str) -> bool:
        """Whether a user name or an id means this account."""
        return wanted.casefold() in {self.id.casefold(), self.username.casefold()}


@dataclass(frozen=True)
class IssuedToken:
    """An access token. Its repr omits the token itself."""

    token: str = field(repr=False)
    token_type: str
    expires_on: int
    """Epoch seconds."""
    refresh_on: int | None
    """When to renew it, in epoch seconds; None: shortly before its end."""
    account: Account
    source: str | None = None
    """The name of the identity's source; None until the token is returned to a caller."""
    came: Moment = field(default_factory=Moment.now, repr=False)
    """When Azure issued it."""

    @property
    def ends(self) -> Moment:
        """Its expiry, by the wall clock and by a monotonic clock."""
        return Moment(self.expires_on, self.came.steady + self.expires_on - self.came.wall)

    def is_due(self, at: Moment) -> bool:
        """Whether it should be renewed."""
        refresh_in = None if self.refresh_on is None else self.refresh_on - self.came.wall
        lead = refresh_lead(self.expires_on - self.came.wall, refresh_in)
        return self.ends.after(-lead).reached(at)

    def to_wire(self) -> dict[str, Any]:
        """Return the answer of ``token``. ``expires_in`` spares the clocks from having to agree."""
        fields = {name: value for name, value in vars(self).items() if value is not None}
        del fields["came"]
        expires_in = int(self.ends.seconds_from(Moment.now()))
        return {**fields, "account": vars(self.account), "expires_in": max(expires_in, 0)}
