"""What every way to sign in by hand has in common, as far as pages see it."""

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
    "loopback": "sign-in on Jupyter's own port",
    "device-code": "sign-in with a code",
}


class Way(Protocol):
    """A way to sign in by hand."""

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Say how a sign-in stands; None if it is unknown or long over."""

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Give up one, or all of this owner."""


class StatusRoute(GatedHandler):
    """Tells the panel how far its sign-in has come."""

    def initialize(self, sign_in: Way) -> None:
        """Take what every request of this server shares."""
        self._sign_in = sign_in

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer the state, and why it failed."""
        status = self._sign_in.status(owner_of(self), read_text(fields, "flow"))
        if status is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "not_found", "This sign-in is long over.")
        return status.to_wire()


class CancelRoute(GatedHandler):
    """Gives up a sign-in, however far it has come."""

    def initialize(self, sign_in: Way) -> None:
        """Take what every request of this server shares."""
        self._sign_in = sign_in

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer nothing."""
        self._sign_in.cancel(owner_of(self), read_text(fields, "flow"))
        return {}


def refuse_unless_offered(environment: Environment, source: str) -> None:
    """Let pass what the administrator allows.

    :raises Refusal: this way is none of that.
    """
    if source not in environment.offered:
        raise Refusal(
            HTTPStatus.FORBIDDEN,
            "not_offered",
            f"The administrator does not offer {_WORDS[source]}; see c.AzureAuth.sources.",
        )
