"""The routes and checks that all interactive sign-in methods share."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

from jupyter_azure_auth.server.gate import GatedHandler, Refusal
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.wishes import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.pending import Status

_WORDS: Final[Mapping[str, str]] = {
    "loopback": "sign-in on Jupyter's port",
    "device-code": "sign-in with a code",
}


class Way(Protocol):
    """An interactive sign-in method."""

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Return the status of a sign-in; None if it is unknown or ended long ago."""

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Cancel one sign-in, or all of this user."""


class StatusRoute(GatedHandler):
    """Returns the status of a sign-in."""

    def initialize(self, sign_in: Way) -> None:
        """Store the sign-in method, which all requests share."""
        self._sign_in = sign_in

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the state, and why it failed."""
        status = self._sign_in.status(owner_of(self), read_text(fields, "flow"))
        if status is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "not_found", "This sign-in has ended.")
        return status.to_wire()


class CancelRoute(GatedHandler):
    """Cancels a sign-in in any state."""

    def initialize(self, sign_in: Way) -> None:
        """Store the sign-in method, which all requests share."""
        self._sign_in = sign_in

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing."""
        self._sign_in.cancel(owner_of(self), read_text(fields, "flow"))
        return {}


def refuse_unless_offered(environment: Environment, source: str) -> None:
    """Check that the administrator allows this source.

    :raises Refusal: if not.
    """
    if source not in environment.offered:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "not_offered",
            f"The administrator does not allow {_WORDS[source]}; see c.AzureAuth.sources.",
        )
