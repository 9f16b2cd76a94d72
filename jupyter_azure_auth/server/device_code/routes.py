"""``POST <base>/azure-auth/device-code/…``: what the panel asks."""

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
    """Begins a sign-in, for a click in a page; not for a kernel that has this server's token."""

    def initialize(self, sign_in: DeviceCodeSignIn) -> None:
        """Take what every request of this server shares."""
        self._sign_in = sign_in

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer its id, the code for the user, where to type it, and for how long."""
        wish = read_device_code_wish(fields)
        if not self.is_from_page:
            raise Refusal(
                HTTPStatus.FORBIDDEN,
                "page_required",
                "A sign-in with a code begins with a click in the Azure panel only.",
            )
        begun = await self._sign_in.start(owner_of(self), wish)
        self.log.info("A page was given a code to sign in to Azure with.")
        return begun


ROUTES = {
    "device-code/start": StartRoute,
    "device-code/status": StatusRoute,
    "device-code/cancel": CancelRoute,
}
