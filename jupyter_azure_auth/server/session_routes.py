"""``POST <base>/azure-auth/session``, ``…/sign-out`` and ``…/keep``: who is signed in here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.wishes import read_flag

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

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - asks nothing
        """Answer nothing."""
        owner = owner_of(self)
        for way in self._ways:
            way.cancel(owner)
        await self._identities.people.leave(owner)
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
