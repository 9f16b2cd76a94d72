"""``POST <base>/azure-auth/page-clients``: which clients of kernels are pages of this server.

With it, a page that sees another client's cell can tell another page from a program. It proves
nothing: a program with the server's token can announce itself.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.user_key import UserKey

MAX_CLIENTS: Final = 1000
"""Clients kept for each user; each reload of a page adds one for each of its kernels."""

_ID: Final = re.compile(r"[\w.-]{1,128}", re.ASCII)


class PageClients:
    """The session ids of pages, as kernels see them, oldest first."""

    def __init__(self) -> None:
        """Create it without pages."""
        self._ids: dict[UserKey, dict[str, None]] = {}

    def add(self, user_key: UserKey, client_ids: list[str]) -> None:
        """Record that these clients are pages."""
        known = self._ids.setdefault(user_key, {})
        for client_id in client_ids:
            known.pop(client_id, None)
            known[client_id] = None
        while len(known) > MAX_CLIENTS:
            del known[next(iter(known))]

    def has(self, user_key: UserKey, client_id: str) -> bool:
        """Whether a page has announced this client."""
        return client_id in self._ids.get(user_key, {})


class PageClientsRoute(AuthenticatedJSONHandler):
    """Records which clients of kernels are pages, and says whether one is."""

    def initialize(self, page_clients: PageClients) -> None:
        """Store the ids, which all requests share."""
        self._page_clients = page_clients

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return whether ``client_id`` is a page's; false if it is absent."""
        if not self.is_from_page:
            raise APIError(HTTPStatus.FORBIDDEN, "forbidden", "Only pages may announce clients.")
        user_key, added, asked = user_key_of(self), fields.get("add"), fields.get("client_id")
        if added is not None:
            if not (
                isinstance(added, list) and len(added) <= MAX_CLIENTS and all(map(_is_id, added))
            ):
                raise APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"add" is malformed.')
            self._page_clients.add(user_key, added)
        if asked is not None and not _is_id(asked):
            raise APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"client_id" is malformed.')
        return {"is_page": asked is not None and self._page_clients.has(user_key, asked)}


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
