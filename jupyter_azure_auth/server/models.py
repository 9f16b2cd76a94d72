"""The access token that a sign-in results in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jupyter_azure_auth._lifetime import Moment, refresh_lead
from jupyter_azure_auth._models import AccessToken


@dataclass(frozen=True)
class IssuedToken(AccessToken):
    """An access token that this server holds."""

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
        """Return the answer of ``token``. With ``expires_in``, the clocks do not have to agree."""
        expires_in = int(self.ends.seconds_from(Moment.now()))
        wire: dict[str, Any] = {
            "token": self.token,
            "token_type": self.token_type,
            "expires_on": self.expires_on,
            "expires_in": max(expires_in, 0),
            "refresh_on": self.refresh_on,
            "account": self.account.to_wire(),
            "source": self.source,
        }
        return {name: value for name, value in wire.items() if value is not None}
