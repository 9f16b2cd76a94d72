"""``POST <base>/azure-auth/terminal`` for callers with the key of the connection file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.process_access.session_routes import SingleUserRoute

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint
    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService


class TerminalRoute(SingleUserRoute):
    """Returns the variables with which the programs of a terminal get tokens."""

    def initialize(  # type: ignore[override] # tornado passes them by name
        self, identity_endpoint: IdentityEndpoint, token_service: KernelTokenService, key: str
    ) -> None:
        """Store what all requests share."""
        super().initialize(token_service, key)
        self._identity_endpoint = identity_endpoint

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return the variables; none while the user has not turned the endpoint on."""
        return {"variables": dict(await self._identity_endpoint.terminal_variables())}
