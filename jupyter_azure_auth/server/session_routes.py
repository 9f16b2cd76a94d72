"""``POST <base>/azure-auth/session`` and ``…/sign-out``: who is signed in at this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_azure_auth.server.identities import Identities
    from jupyter_azure_auth.server.ways import Way


class SessionRoute(GatedHandler):
    """Tells who is signed in; asks no authority."""

    def initialize(self, identities: Identities) -> None:
        """Take what every request of this server shares."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - asks nothing
        """Answer the account, or why there is none any more."""
        owner = owner_of(self)
        person = self._identities.who(owner)
        return {
            "account": None if person is None else vars(person.account),
            "source": None if person is None else person.source,
            "automatic": False,
            "made_on": None if person is None else person.made_on,
            "ended_by": self._identities.ended_by(owner),
            "kept": None if person is None else "memory",
            "keeps": None,
            "looking": False,
            "considered": [],
            "generation": self._identities.generation(owner),
        }


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
        self._identities.leave(owner)
        return {}
