"""The sign-ins of one user: one is active, and the user can switch to the others."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.persistence.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_azure_auth._models import Account
    from jupyter_azure_auth.server.msal_client import MsalClient
    from jupyter_azure_auth.server.token_cache import TokenCache
    from jupyter_azure_auth.server.user_key import UserKey

_ID_BYTES: Final = 16


@dataclass(repr=False, eq=False)
class UserSession:
    """A user who is signed in with one account."""

    client: MsalClient
    account: Account
    signed_in_at: int
    """Epoch seconds."""
    source: str
    tokens: TokenCache
    user_key: UserKey | None = None
    """The user that the sign-in belongs to; None before and after it is in use."""
    id: str = field(default_factory=lambda: secrets.token_hex(_ID_BYTES))
    active_since: float = 0.0
    """Seconds of ``time.monotonic``. Processes have dropped the tokens that they got before."""
    persist: bool = True
    """Whether the user wants it stored for the next start of the server."""

    def to_record(self) -> Record:
        """Return its stored form. Blocks while MSAL is busy."""
        return Record(self.id, self.source, self.signed_in_at, self.account, self.client.session())


class UserAccounts:
    """The sign-ins of one user, one for each account."""

    def __init__(self) -> None:
        """Create it without sign-ins."""
        self.active: UserSession | None = None
        """The sign-in whose tokens processes get; None if there is none, or a refusal ended it."""
        self.others: Sequence[UserSession] = ()
        """The other sign-ins, most recently active first."""

    @property
    def all(self) -> list[UserSession]:
        """The active sign-in, then the others."""
        return [*(() if self.active is None else (self.active,)), *self.others]

    def find(self, wanted: str) -> UserSession | None:
        """Return the sign-in that an id or a user name means; None if there is none.

        The active one comes first, because accounts can have the same user name.
        """
        return next((one for one in self.all if one.account.matches(wanted)), None)

    def activate(self, user_session: UserSession) -> UserSession | None:
        """Make a sign-in the active one; the previous one becomes one of the others.

        :returns: the earlier sign-in of the same account, which is no longer one of these.
        """
        account_id = user_session.account.id
        rest = [one for one in self.all if one is not user_session]
        replaced = next((one for one in rest if one.account.id == account_id), None)
        before = self.active
        user_session.active_since = (
            before.active_since if before is not None and before is replaced else time.monotonic()
        )
        self.active, self.others = user_session, [one for one in rest if one is not replaced]
        return replaced

    def renew_other(self, user_session: UserSession) -> UserSession | None:
        """Replace the sign-in of the same account if it is not the active one, but there is one.

        :returns: the earlier sign-in; None if nothing was replaced.
        """
        account_id = user_session.account.id
        before = next((one for one in self.others if one.account.id == account_id), None)
        if before is None or self.active is None:
            return None
        user_session.active_since, user_session.persist = before.active_since, before.persist
        self.others = [user_session if one is before else one for one in self.others]
        return before

    def remove(self, user_session: UserSession) -> None:
        """Remove a sign-in. No other takes the place of the active one."""
        if self.active is user_session:
            self.active = None
        self.others = [one for one in self.others if one is not user_session]

    def clear(self) -> list[UserSession]:
        """Remove all sign-ins, and return them."""
        removed, self.active, self.others = self.all, None, ()
        return removed
