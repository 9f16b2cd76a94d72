"""``POST <base>/azure-auth/token``: a token of the identity in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.process_access.kernel_ref import read_kernel_ref
from jupyter_azure_auth.server.process_access.sign_in_prompts import read_waiting_process
from jupyter_azure_auth.server.requests import read_token_request
from jupyter_azure_auth.server.routes.base import AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService


class TokenRoute(AuthenticatedJSONHandler):
    """Issues tokens, from the cache if possible."""

    def initialize(self, token_service: KernelTokenService) -> None:
        """Store the token service, which all requests share."""
        self._token_service = token_service

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a token, the only secret that ever leaves the server extension."""
        user_key = user_key_of(self)
        kernel, waits_as = read_kernel_ref(fields), read_waiting_process(fields)
        request = read_token_request(fields)
        if self.is_from_page:
            return (await self._token_service.issue_to_page(user_key, request)).to_wire()
        # Kernels on JupyterHub use this route; other callers with the token are treated the same.
        issued = await self._token_service.issue_to_kernel(user_key, request, kernel, waits_as)
        return issued.to_wire()
