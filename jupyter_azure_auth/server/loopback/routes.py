"""``POST <base>/azure-auth/loopback/…``: what the panel and the landing page ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.ways import CancelRoute, StatusRoute
from jupyter_azure_auth.server.wishes import read_sign_in_wish, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.loopback.sign_in import LoopbackSignIn


class LoopbackRoute(GatedHandler):
    """What the routes of this folder have in common."""

    def initialize(self, sign_in: LoopbackSignIn) -> None:
        """Take what every request of this server shares."""
        self._sign_in = sign_in


class ProbeRoute(LoopbackRoute):
    """Makes a probe, by which a page finds out whether ``/`` of its origin is ours."""

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - asks nothing
        """Answer what to post there, and what must come back."""
        return self._sign_in.probe(owner_of(self))


class StartRoute(LoopbackRoute):
    """Begins a sign-in."""

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer its id, where to send the browser, and the proof to keep."""
        return await self._sign_in.start(owner_of(self), read_sign_in_wish(fields))


class FinishRoute(LoopbackRoute):
    """Takes the proof from the landing page.

    That page is at ``/``, and cannot read the XSRF cookie of a server below a base URL. Proof and
    receipt stand for it: no other website can know either.
    """

    proof_stands_for_xsrf = True

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer who is signed in now."""
        proof, receipt = read_text(fields, "proof"), read_text(fields, "receipt")
        account = await self._sign_in.finish(owner_of(self), proof, receipt)
        return {"account": vars(account)}


ROUTES = {
    "loopback/probe": ProbeRoute,
    "loopback/start": StartRoute,
    "loopback/finish": FinishRoute,
    "loopback/status": StatusRoute,
    "loopback/cancel": CancelRoute,
}
