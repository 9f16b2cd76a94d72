"""``session``, ``switch-account``, ``sign-out``, ``restore``, ``persist``: the user's sign-ins."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.requests import read_account, read_flag, read_text
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_azure_auth.server.routes.attempts import SignInMethod
    from jupyter_azure_auth.server.session_manager import SessionManager
    from jupyter_azure_auth.server.user_key import UserKey


class SessionRoute(AuthenticatedJSONHandler):
    """Returns the identity in use; sends nothing to an authority."""

    def initialize(self, session_manager: SessionManager) -> None:
        """Store the identities, which all requests share."""
        self._session_manager = session_manager

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the account, or why there is no longer one."""
        refresh = read_flag(fields, "refresh")
        return await self._session_manager.session(user_key_of(self), refresh=refresh)


class SwitchAccountRoute(AuthenticatedJSONHandler):
    """Makes the sign-in of another account of this user the active one."""

    def initialize(self, session_manager: SessionManager) -> None:
        """Store the identities, which all requests share."""
        self._session_manager = session_manager

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says which account is active."""
        if not await self._session_manager.user_sessions.switch_to(
            user_key_of(self), read_text(fields, "account")
        ):
            raise APIError(HTTPStatus.NOT_FOUND, "not_found", "This account is not signed in.")
        return {}


class SignOutRoute(AuthenticatedJSONHandler):
    """Signs out of all accounts and cancels any sign-in in progress, or signs out of one alone."""

    def initialize(self, session_manager: SessionManager, methods: Sequence[SignInMethod]) -> None:
        """Store the identities and sign-in methods, which all requests share."""
        self._session_manager = session_manager
        self._methods = methods

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says whether a stored sign-in is left to erase."""
        await sign_out(
            user_key_of(self), self._session_manager, self._methods, read_account(fields)
        )
        return {}


async def sign_out(
    user_key: UserKey,
    session_manager: SessionManager,
    methods: Sequence[SignInMethod],
    account: str | None,
) -> None:
    """Sign a user out, and cancel any sign-in in progress.

    :param account: id of an account: sign out of it alone, and of none if it is not signed in.
    """
    user_sessions = session_manager.user_sessions
    if account is not None and (
        await user_sessions.sign_out_of(user_key, account)
        or not await user_sessions.may_be_active(user_key, account)
    ):
        return
    for method in methods:
        method.cancel(user_key)
    await user_sessions.sign_out(user_key)


class RestoreRoute(AuthenticatedJSONHandler):
    """Uses a sign-in that ``session`` offers from another server of this user."""

    def initialize(self, session_manager: SessionManager) -> None:
        """Store the identities, which all requests share."""
        self._session_manager = session_manager

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says which account is signed in."""
        if not await self._session_manager.user_sessions.restore_offer(
            user_key_of(self), read_text(fields, "id")
        ):
            raise APIError(
                HTTPStatus.NOT_FOUND, "not_found", "This sign-in is no longer available."
            )
        return {}


class PersistenceRoute(AuthenticatedJSONHandler):
    """Stores the sign-in for the next start of the server, or removes it from there."""

    def initialize(self, session_manager: SessionManager) -> None:
        """Store the identities, which all requests share."""
        self._session_manager = session_manager

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says where the sign-in is stored."""
        persist = read_flag(fields, "persist", required=True)
        await self._session_manager.user_sessions.set_persistence(
            user_key_of(self), persist=persist
        )
        return {}
