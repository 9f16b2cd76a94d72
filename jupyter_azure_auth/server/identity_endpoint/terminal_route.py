"""``POST <base>/azure-auth/terminal``: the variables of processes, for themselves.

Its callers have the key of the connection file. On a JupyterHub, where that file has none, they
have the token of their user's server, with which they can get the user's tokens anyway.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.distinct_users import has_distinct_users
from jupyter_azure_auth.server.identity_endpoint.kernels import is_local
from jupyter_azure_auth.server.process_access.in_process import owner_key
from jupyter_azure_auth.server.process_access.session_routes import SingleUserRoute
from jupyter_azure_auth.server.process_access.token_route import check_loopback
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.identity_endpoint.endpoint import IdentityEndpoint
    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService


class TerminalRoute(SingleUserRoute):
    """Returns the variables with which the programs of a terminal, or a kernel, get tokens."""

    def initialize(  # type: ignore[override] # tornado passes them by name
        self, identity_endpoint: IdentityEndpoint, token_service: KernelTokenService, key: str
    ) -> None:
        """Store what all requests share."""
        super().initialize(token_service, key)
        self._identity_endpoint = identity_endpoint

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the variables; none while the user has not turned the endpoint on.

        The field ``kernel_id`` asks for those of a running kernel.
        """
        manager = self.settings["kernel_manager"]
        return {"variables": await _variables(self._identity_endpoint, manager, fields)}


class HubTerminalRoute(AuthenticatedJSONHandler):
    """The same for processes of a JupyterHub user's server. None while the server is shared."""

    def initialize(self, identity_endpoint: IdentityEndpoint) -> None:
        """Store the identity endpoint, which all requests share."""
        self._identity_endpoint = identity_endpoint

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the variables, to the owner's processes on this host only."""
        check_loopback(self.request.headers, self.request.remote_ip)
        provider = self.identity_provider
        is_owner = has_distinct_users(provider) and user_key_of(self) == owner_key(provider)
        if self.is_from_page or not is_owner:
            raise APIError(
                HTTPStatus.FORBIDDEN, "forbidden", "Only processes of this server's owner can ask."
            )
        manager = self.settings["kernel_manager"]
        return {"variables": await _variables(self._identity_endpoint, manager, fields)}


async def _variables(
    endpoint: IdentityEndpoint, manager: Any, fields: Mapping[str, Any]
) -> dict[str, str]:
    kernel_id = fields.get("kernel_id")
    if kernel_id is None:
        return dict(await endpoint.terminal_variables())
    if not isinstance(kernel_id, str) or kernel_id not in manager:
        return {}
    here = is_local(manager, manager.get_kernel(kernel_id).kernel_name)
    return dict(await endpoint.variables(kernel_id)) if here else {}
