"""``POST <base>/azure-auth/grants``: the grants to kernels while no page was open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.routes.base import AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService


class GrantsRoute(AuthenticatedJSONHandler):
    """Returns the grants, without the tokens."""

    def initialize(self, token_service: KernelTokenService) -> None:
        """Store the token service, which all requests share."""
        self._token_service = token_service

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return the newest grant for each kernel and request, and which access is revoked."""
        user_key = user_key_of(self)
        return {
            "grants": self._token_service.list_grants(user_key),
            "revoked": self._token_service.permissions.list_revoked(user_key),
        }
