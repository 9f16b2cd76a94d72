"""``POST <base>/azure-auth/loopback/…``: the requests of the panel and the landing page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.requests import read_sign_in_request, read_text
from jupyter_azure_auth.server.routes.attempts import CancelRoute, StatusRoute
from jupyter_azure_auth.server.routes.base import AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.sign_in.loopback.sign_in import LoopbackSignIn


class LoopbackRoute(AuthenticatedJSONHandler):
    """The base of the routes in this folder."""

    def initialize(self, sign_in: LoopbackSignIn) -> None:
        """Store the sign-ins, which all requests share."""
        self._sign_in = sign_in


class ProbeRoute(LoopbackRoute):
    """Returns a probe, with which a page checks that ``/`` of its origin belongs to this server."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return the text to post there and the expected answer."""
        return self._sign_in.probe(user_key_of(self))


class StartRoute(LoopbackRoute):
    """Begins a sign-in."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the id, the address to send the browser to, and the proof to keep."""
        return await self._sign_in.start(user_key_of(self), read_sign_in_request(fields))


class FinishRoute(LoopbackRoute):
    """Receives the proof from the landing page.

    That page is at ``/``, so it cannot read the XSRF cookie of a server below a base URL. Proof and
    receipt replace the cookie: no other website can know either.
    """

    proof_replaces_xsrf = True

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the account that is signed in now."""
        proof, receipt = read_text(fields, "proof"), read_text(fields, "receipt")
        account = await self._sign_in.finish(user_key_of(self), proof, receipt)
        return {"account": account.to_wire()}


ROUTES = {
    "loopback/probe": ProbeRoute,
    "loopback/start": StartRoute,
    "loopback/finish": FinishRoute,
    "loopback/status": StatusRoute,
    "loopback/cancel": CancelRoute,
}
