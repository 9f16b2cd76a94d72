"""``POST <base>/azure-auth/device-code/…``: the requests of the panel."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.requests import read_device_code_request
from jupyter_azure_auth.server.routes.attempts import CancelRoute, StatusRoute
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.sign_in.device_code.sign_in import DeviceCodeSignIn


class StartRoute(AuthenticatedJSONHandler):
    """Begins a sign-in after a click in a page; refuses a kernel that has this server's token."""

    def initialize(self, sign_in: DeviceCodeSignIn) -> None:
        """Store the sign-ins, which all requests share."""
        self._sign_in = sign_in

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the id, the code for the user, the page to type it into, and its lifetime."""
        request = read_device_code_request(fields)
        if not self.is_from_page:
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "page_required",
                "A sign-in with a code can only begin with a click in the Azure panel.",
            )
        begun = await self._sign_in.start(user_key_of(self), request)
        self.log.info("A page was given a code to sign in to Azure.")
        return begun


ROUTES = {
    "device-code/start": StartRoute,
    "device-code/status": StatusRoute,
    "device-code/cancel": CancelRoute,
}
