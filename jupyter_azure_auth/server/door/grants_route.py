"""``POST <base>/azure-auth/grants``: the grants to kernels while no page was open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.door.door import Door


class GrantsRoute(GatedHandler):
    """Returns the grants, without the tokens."""

    def initialize(self, door: Door) -> None:
        """Store the token service, which all requests share."""
        self._door = door

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return the newest grant for each kernel and token request, newest first."""
        return {"grants": self._door.given(owner_of(self))}
