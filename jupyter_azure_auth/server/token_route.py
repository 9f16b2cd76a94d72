"""``POST <base>/azure-auth/token``: a token of the identity in use."""

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
    """Issues tokens, from the cache if possible."""

    def initialize(self, door: Door) -> None:
        """Store the token service, which all requests share."""
        self._door = door

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a token, the only secret that ever leaves the server extension."""
        owner, caller, wish = owner_of(self), read_caller(fields), read_token_wish(fields)
        if self.is_from_page:
            return (await self._door.give_page(owner, wish)).to_wire()
        # Kernels on a JupyterHub use this route; other callers with the token are treated the same.
        return (await self._door.give_kernel(owner, wish, caller)).to_wire()
