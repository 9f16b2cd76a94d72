"""``POST <base>/azure-auth/grants``: what kernels were given while no page saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.door.door import Door


class GrantsRoute(GatedHandler):
    """Tells who was given what, without the tokens."""

    def initialize(self, door: Door) -> None:
        """Take what every request of this server shares."""
        self._door = door

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - asks nothing
        """Answer the newest for each kernel and wish, newest first."""
        return {"grants": self._door.given(owner_of(self))}
