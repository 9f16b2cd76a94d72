"""``session`` and ``sign-out`` for callers with the key of the connection file.

They serve the command line. As with tokens, the key is no security boundary for a single user, and
a server with several users refuses it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.process_access.token_route import KernelTokenRoute
from jupyter_azure_auth.server.requests import read_account
from jupyter_azure_auth.server.routes.base import APIError
from jupyter_azure_auth.server.routes.session import sign_out
from jupyter_azure_auth.server.sharing import sharing_of
from jupyter_azure_auth.server.user_key import SINGLE_USER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService
    from jupyter_azure_auth.server.routes.attempts import SignInMethod
    from jupyter_azure_auth.server.session_manager import SessionManager


class SingleUserRoute(KernelTokenRoute):
    """A route for callers with the key that changes or shows the sign-in."""

    async def prepare(self) -> None:  # type: ignore[override] # as the base class itself does
        """Accept only callers with the key, on a server with one user."""
        await super().prepare()
        if sharing_of(self.settings).is_shared():
            raise APIError(
                HTTPStatus.FORBIDDEN,
                "shared_server",
                "This server has several users, so only their pages can see and end sign-ins.",
            )


class ProcessSessionRoute(SingleUserRoute):
    """Returns the identity in use; sends nothing to an authority."""

    def initialize(  # type: ignore[override] # tornado passes them by name
        self, session_manager: SessionManager, token_service: KernelTokenService, key: str
    ) -> None:
        """Store what all requests share."""
        super().initialize(token_service, key)
        self._session_manager = session_manager

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return what pages get, and until when the account's tokens are valid."""
        session = await self._session_manager.session(SINGLE_USER)
        account = session["account"]
        ends = [
            grant["expires_on"]
            for grant in self._token_service.list_grants(SINGLE_USER)
            if account is not None and grant["account_id"] == account["id"]
        ]
        return {**session, "valid_until": max(ends, default=None)}


class ProcessSignOutRoute(SingleUserRoute):
    """Signs out of all accounts and cancels any sign-in in progress, or signs out of one alone."""

    def initialize(  # type: ignore[override] # tornado passes them by name
        self,
        session_manager: SessionManager,
        token_service: KernelTokenService,
        methods: Sequence[SignInMethod],
        key: str,
    ) -> None:
        """Store what all requests share."""
        super().initialize(token_service, key)
        self._session_manager = session_manager
        self._methods = methods

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing."""
        await sign_out(SINGLE_USER, self._session_manager, self._methods, read_account(fields))
        return {}
