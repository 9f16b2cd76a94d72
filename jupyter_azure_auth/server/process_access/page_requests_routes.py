"""``process-requests/…``: how a page answers a waiting process from its own sign-in."""

from __future__ import annotations

import time
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._models import Account
from jupyter_azure_auth._validation import is_name, to_name
from jupyter_azure_auth.server.errors import RESPONSES
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.process_access.in_process import owner_key
from jupyter_azure_auth.server.process_access.sign_in_prompts import DECLINED
from jupyter_azure_auth.server.requests import read_flag, read_text
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.process_access.open_pages import OpenPages

MAX_TOKEN_LENGTH: Final = 12 * 1024
"""Characters; tokens with many groups have 8 kB."""

MAX_SECONDS: Final = 100_000
"""Maximum seconds for which a token is valid; with continuous access evaluation, 28 hours."""


class _OwnersPageRoute(AuthenticatedJSONHandler):
    """A route for pages of the user whose processes run below this server."""

    def initialize(
        self,
        pages: OpenPages,
        is_shared: Callable[[], bool],
        on_sign_out: Callable[[], None],
    ) -> None:
        """Store what all requests share."""
        self._pages = pages
        self._is_shared = is_shared
        self._on_sign_out = on_sign_out


def _check_owner(route: _OwnersPageRoute) -> None:
    is_owner = user_key_of(route) == owner_key(route.identity_provider)
    if not (route.is_from_page and is_owner) or route._is_shared():  # noqa: SLF001 (its own module)
        raise APIError(
            HTTPStatus.FORBIDDEN, "forbidden", "Only pages of this server's owner may answer."
        )


class ClaimRoute(_OwnersPageRoute):
    """Gives a request to the first page that holds a sign-in, or to all that can ask for one."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the token is requested for; nothing to a page that need not do anything."""
        _check_owner(self)
        request_id, is_seen = read_text(fields, "request_id"), read_flag(fields, "seen")
        prompt = self._pages.prompts.claim(request_id, is_seen=is_seen)
        if prompt is not None:
            request, process = prompt
            return {**request.to_wire(), "waits_as": process}
        if read_flag(fields, "declined"):
            self._pages.requests.decline(request_id)
            return {}
        claimed = self._pages.requests.claim(request_id)
        if claimed is None:
            raise APIError(
                HTTPStatus.NOT_FOUND, "not_found", "This request is over, or another page has it."
            )
        return claimed.to_wire()


class AnswerRoute(_OwnersPageRoute):
    """Accepts the token of a page's sign-in, or why there is none."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing."""
        _check_owner(self)
        request_id = read_text(fields, "request_id")
        issued = None if fields.get("issued") is None else read_issued(fields["issued"])
        code = None if fields.get("code") is None else read_text(fields, "code")
        if code not in (None, DECLINED, *RESPONSES):
            code = "failed"
        asked = (self._pages.requests, self._pages.prompts)
        if not any(one.answer(request_id, issued, code) for one in asked):
            raise APIError(HTTPStatus.NOT_FOUND, "not_found", "This request is over.")
        return {}


class SignedOutRoute(_OwnersPageRoute):
    """Ends the use of a page's tokens in processes."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return nothing."""
        _check_owner(self)
        self._on_sign_out()
        return {}


def read_page_account(data: Any) -> Account | None:
    """Return an account that a page is signed in with; None if it is malformed."""
    account = Account.from_wire(data)
    if account is None:
        return None
    shown = replace(account, name=to_name(account.name) or account.username)
    return shown if all(is_name(value) for value in shown.to_wire().values()) else None


def read_issued(issued: Any) -> IssuedToken:
    """Return the token that a page has sent.

    :raises APIError: if it is malformed.
    """
    fields = issued if isinstance(issued, dict) else {}
    token, seconds = fields.get("token"), fields.get("expires_in")
    account = read_page_account(fields.get("account"))
    if not (
        isinstance(token, str)
        and token.isascii()
        and token.isprintable()
        and 0 < len(token) <= MAX_TOKEN_LENGTH
        and isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and 1 <= seconds <= MAX_SECONDS
        and account is not None
    ):
        raise APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"issued" is malformed.')
    # By this computer's clock, which may differ from the browser's.
    expires_on = int(time.time() + seconds)
    return IssuedToken(token, "Bearer", expires_on, None, account, source="popup")


ROUTES: Final[Mapping[str, type[_OwnersPageRoute]]] = {
    "process-requests/claim": ClaimRoute,
    "process-requests/answer": AnswerRoute,
    "process-requests/signed-out": SignedOutRoute,
}
