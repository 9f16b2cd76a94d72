"""``POST <base>/azure-auth/token``: a token of who is signed in at this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.wishes import read_token_wish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.identities import Identities


class TokenRoute(GatedHandler):
    """Hands out a token, from those it has where one is good enough."""

    def initialize(self, identities: Identities) -> None:
        """Take what every request of this server shares."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a token, the only secret that ever leaves the server half."""
        issued = await self._identities.token(owner_of(self), read_token_wish(fields))
        return issued.to_wire()
