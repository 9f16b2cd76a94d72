"""``POST <base>/azure-auth/device-code/…``: the requests of the panel."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler, Refusal
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.ways import CancelRoute, StatusRoute
from jupyter_azure_auth.server.wishes import read_device_code_wish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.device_code.sign_in import DeviceCodeSignIn


class StartRoute(GatedHandler):
    """Begins a sign-in after a click in a page; refuses a kernel that has this server's token."""

    def initialize(self, sign_in: DeviceCodeSignIn) -> None:
        """Store the sign-ins, which all requests share."""
        self._sign_in = sign_in

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the id, the code for the user, the page to type it into, and its lifetime."""
        wish = read_device_code_wish(fields)
        if not self.is_from_page:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "page_required",
                "A sign-in with a code can only begin with a click in the Azure panel.",
            )
        begun = await self._sign_in.start(owner_of(self), wish)
        self.log.info("A page was given a code to sign in to Azure.")
        return begun


ROUTES = {
    "device-code/start": StartRoute,
    "device-code/status": StatusRoute,
    "device-code/cancel": CancelRoute,
}
