"""The routes and checks that all interactive sign-in methods share."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

from jupyter_azure_auth.server.requests import read_text
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.sign_in.attempts import AttemptStatus
    from jupyter_azure_auth.server.user_key import UserKey

_TITLES: Final[Mapping[str, str]] = {
    "loopback": "sign-in on Jupyter's port",
    "device-code": "sign-in with a code",
}


class SignInMethod(Protocol):
    """An interactive sign-in method."""

    def status(self, user_key: UserKey, attempt_id: str) -> AttemptStatus | None:
        """Return the status of a sign-in; None if it is unknown or ended long ago."""

    def cancel(self, user_key: UserKey, attempt_id: str | None = None) -> None:
        """Cancel one sign-in, or all of this user."""


class StatusRoute(AuthenticatedJSONHandler):
    """Returns the status of a sign-in."""

    def initialize(self, sign_in: SignInMethod) -> None:
        """Store the sign-in method, which all requests share."""
        self._sign_in = sign_in

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the state, and why it failed."""
        status = self._sign_in.status(user_key_of(self), read_text(fields, "attempt_id"))
        if status is None:
            raise APIError(HTTPStatus.NOT_FOUND, "not_found", "This sign-in has ended.")
        return status.to_wire()


class CancelRoute(AuthenticatedJSONHandler):
    """Cancels a sign-in in any state."""

    def initialize(self, sign_in: SignInMethod) -> None:
        """Store the sign-in method, which all requests share."""
        self._sign_in = sign_in

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing."""
        self._sign_in.cancel(user_key_of(self), read_text(fields, "attempt_id"))
        return {}


def check_offered(config: AzureAuthConfig, source: str) -> None:
    """Check that the administrator allows this source.

    :raises APIError: if not.
    """
    if source not in config.offered:
        raise APIError(
            HTTPStatus.FORBIDDEN,
            "not_offered",
            f"The administrator does not allow {_TITLES[source]}; see c.AzureAuth.sources.",
        )
