"""``POST <base>/azure-auth/token``: a token of who is signed in at this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.door.caller import read_caller
from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.wishes import read_token_wish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.door.door import Door


class TokenRoute(GatedHandler):
    """Hands out a token, from those it has where one is good enough."""

    def initialize(self, door: Door) -> None:
        """Take what every request of this server shares."""
        self._door = door

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a token, the only secret that ever leaves the server half."""
        owner, caller, wish = owner_of(self), read_caller(fields), read_token_wish(fields)
        if self.is_from_page:
            return (await self._door.give_page(owner, wish)).to_wire()
        # On a JupyterHub a kernel comes this way; whoever else has the token is treated like one.
        return (await self._door.give_kernel(owner, wish, caller)).to_wire()
