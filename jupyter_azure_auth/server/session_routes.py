"""``session``, ``sign-out``, ``restore`` and ``keep``: who is signed in here."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler, Refusal
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.wishes import read_account, read_flag, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_azure_auth.server.identities import Identities
    from jupyter_azure_auth.server.ways import Way


class SessionRoute(GatedHandler):
    """Tells who is signed in; asks no authority."""

    def initialize(self, identities: Identities) -> None:
        """Take what every request of this server shares."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer the account, or why there is none any more."""
        look_again = read_flag(fields, "look_again")
        return await self._identities.session(owner_of(self), look_again=look_again)


class SignOutRoute(GatedHandler):
    """Signs out, whatever is under way."""

    def initialize(self, identities: Identities, ways: Sequence[Way]) -> None:
        """Take what every request of this server shares."""
        self._identities = identities
        self._ways = ways

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer nothing; ``session`` tells whether something is still kept."""
        owner, account = owner_of(self), read_account(fields)
        people = self._identities.people
        if account is not None and not await people.may_be(owner, account):
            return {}
        for way in self._ways:
            way.cancel(owner)
        await people.leave(owner)
        return {}


class RestoreRoute(GatedHandler):
    """Signs in whom ``session`` offers: who is signed in at another server of this owner."""

    def initialize(self, identities: Identities) -> None:
        """Take what every request of this server shares."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer nothing; ``session`` tells who is signed in."""
        if not await self._identities.people.accept(owner_of(self), read_text(fields, "id")):
            raise Refusal(
                HTTPStatus.NOT_FOUND, "not_found", "This sign-in is not offered any more."
            )
        return {}


class KeepRoute(GatedHandler):
    """Keeps the sign-in for the next start of the server, or no longer."""

    def initialize(self, identities: Identities) -> None:
        """Take what every request of this server shares."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer nothing; ``session`` tells what came of it."""
        keep = read_flag(fields, "keep", needed=True)
        await self._identities.people.keep(owner_of(self), keep=keep)
        return {}
