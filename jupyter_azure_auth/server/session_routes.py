"""``session``, ``sign-out``, ``restore`` and ``keep``: the sign-in of a user."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.gate import GatedHandler, Refusal
from jupyter_azure_auth.server.owner import owner_of
from jupyter_azure_auth.server.wishes import read_account, read_flag, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jupyter_azure_auth.server.identities import Identities
    from jupyter_azure_auth.server.ways import Way


class SessionRoute(GatedHandler):
    """Returns the identity in use; sends nothing to an authority."""

    def initialize(self, identities: Identities) -> None:
        """Store the identities, which all requests share."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the account, or why there is none any more."""
        look_again = read_flag(fields, "look_again")
        return await self._identities.session(owner_of(self), look_again=look_again)


class SignOutRoute(GatedHandler):
    """Signs out, and cancels any sign-in in progress."""

    def initialize(self, identities: Identities, ways: Sequence[Way]) -> None:
        """Store the identities and sign-in methods, which all requests share."""
        self._identities = identities
        self._ways = ways

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says whether a stored sign-in is left to erase."""
        owner, account = owner_of(self), read_account(fields)
        people = self._identities.people
        if account is not None and not await people.may_be(owner, account):
            return {}
        for way in self._ways:
            way.cancel(owner)
        await people.leave(owner)
        return {}


class RestoreRoute(GatedHandler):
    """Uses a sign-in that ``session`` offers from another server of this user."""

    def initialize(self, identities: Identities) -> None:
        """Store the identities, which all requests share."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says which account is signed in."""
        if not await self._identities.people.accept(owner_of(self), read_text(fields, "id")):
            raise Refusal(HTTPStatus.NOT_FOUND, "not_found", "This sign-in is no longer available.")
        return {}


class KeepRoute(GatedHandler):
    """Stores the sign-in for the next start of the server, or removes it from there."""

    def initialize(self, identities: Identities) -> None:
        """Store the identities, which all requests share."""
        self._identities = identities

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing; ``session`` says where the sign-in is stored."""
        keep = read_flag(fields, "keep", needed=True)
        await self._identities.people.keep(owner_of(self), keep=keep)
        return {}
