"""``POST <base>/azure-auth/identity-endpoint``: reads the switch, and turns it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.identity_endpoint.endpoint import obstacle_text
from jupyter_azure_auth.server.requests import read_flag
from jupyter_azure_auth.server.routes.base import AuthenticatedJSONHandler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint


class IdentityEndpointRoute(AuthenticatedJSONHandler):
    """Turns the identity endpoint on or off, and says whether it is on."""

    def initialize(self, identity_endpoint: IdentityEndpoint) -> None:
        """Store the identity endpoint, which all requests share."""
        self._identity_endpoint = identity_endpoint

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Apply the field ``enabled``, if it is there, and return the state."""
        if "enabled" not in fields:
            obstacle = await self._identity_endpoint.find_obstacle()
        elif read_flag(fields, "enabled", required=True):
            obstacle = await self._identity_endpoint.turn_on()
        else:
            obstacle = None
            await self._identity_endpoint.turn_off()
        return {
            "enabled": self._identity_endpoint.is_on and obstacle is None,
            "offered": self._identity_endpoint.is_undecided and obstacle is None,
            "obstacle": obstacle,
            "message": obstacle_text(obstacle),
        }
