"""``tabs/…``: how a tab without a sign-in gets access tokens from another tab's.

Only pages with the same login take part: the login cookie is one browser's, or one user's if the
server tells users apart. Servers with several users offer none of this: there, other users' code
runs in the kernels, and a page issues no token without its user's consent.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._validation import is_name
from jupyter_azure_auth.server.process_access.page_requests_routes import (
    read_issued,
    read_page_account,
)
from jupyter_azure_auth.server.requests import read_flag, read_text, read_token_request
from jupyter_azure_auth.server.routes.base import APIError, AuthenticatedJSONHandler
from jupyter_azure_auth.server.tabs.relay import ActiveTabSignIn, TabSignIn
from jupyter_azure_auth.server.user_key import user_key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.process_access.rate_limiter import RateLimiter
    from jupyter_azure_auth.server.tabs.relay import TabRelay

_MAX_TIME_MS: Final = 1e14
_MAX_OTHERS: Final = 20


class _TabRoute(AuthenticatedJSONHandler):
    """A route for the tabs of one login."""

    needs_login = True

    def initialize(
        self, relay: TabRelay, is_shared: Callable[[], bool], rate_limiter: RateLimiter
    ) -> None:
        """Store what all requests share."""
        self.relay = relay
        self.is_shared = is_shared
        self.rate_limiter = rate_limiter


def _login_of(route: _TabRoute) -> str:
    """Return whose tabs share a sign-in.

    :raises APIError: for any caller but a page, and on a server with several users.
    """
    if route.is_shared():
        raise APIError(
            HTTPStatus.FORBIDDEN, "shared_server", "Tabs do not share sign-ins on this server."
        )
    if not route.is_from_page:
        raise APIError(HTTPStatus.FORBIDDEN, "forbidden", "Only pages share a sign-in.")
    return f"{user_key_of(route)}\n{route.current_user.username}"


class AskRoute(_TabRoute):
    """Asks the other tabs who is signed in there, or for a token of an account."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the id of the request, with which the tab looks for the answer."""
        login = _login_of(self)
        request = read_token_request(fields) if fields.get("scopes") is not None else None
        self.rate_limiter.check(login)
        return {"request_id": self.relay.ask(login, request)}


class ClaimRoute(_TabRoute):
    """Accepts what a page says about its sign-in, and has it send a token if one is needed."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a token is requested for; nothing if the page is done."""
        login, sign_in = _login_of(self), fields.get("sign_in")
        waits, request = self.relay.claim(
            login,
            read_text(fields, "request_id"),
            None if sign_in is None else _read_active(sign_in),
        )
        if not waits:
            raise _over()
        return {} if request is None else request.to_wire()


class AnswerRoute(_TabRoute):
    """Accepts the token that a page has claimed to send, or why there is none."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing."""
        login, request_id = _login_of(self), read_text(fields, "request_id")
        issued = None if fields.get("issued") is None else read_issued(fields["issued"])
        code = None if fields.get("code") is None else read_text(fields, "code")
        if not self.relay.answer(login, request_id, issued, code):
            raise _over()
        if issued is not None:
            self.log.info("A tab was given a token from another tab of the same user.")
        return {}


class ResultRoute(_TabRoute):
    """Returns what the other tabs have answered."""

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the sign-ins or the token, and whether there is more to wait for."""
        login, is_last = _login_of(self), read_flag(fields, "last")
        answer = self.relay.result(login, read_text(fields, "request_id"), is_last=is_last)
        if answer is None:
            raise _over()
        if answer.problem is not None and (answer.is_over or is_last):
            raise answer.problem
        issued = {} if answer.issued is None else answer.issued.to_wire()
        sign_ins = [sign_in.to_wire() for sign_in in answer.sign_ins]
        return {**issued, "sign_ins": sign_ins, "over": answer.is_over}


def _over() -> APIError:
    return APIError(HTTPStatus.NOT_FOUND, "not_found", "This request is over.")


def _read_active(data: Any) -> ActiveTabSignIn:
    sign_in = _read_sign_in(data)
    active_since: Any = data.get("active_since")
    others: Any = [] if data.get("others") is None else data["others"]
    if not (
        (active_since is None or _is_time(active_since))
        and isinstance(others, list)
        and len(others) <= _MAX_OTHERS
    ):
        raise _malformed()
    return ActiveTabSignIn(
        account=sign_in.account,
        signed_in_at=sign_in.signed_in_at,
        expires_at=sign_in.expires_at,
        chosen_tenant_id=sign_in.chosen_tenant_id,
        active_since=active_since,
        others=tuple(_read_sign_in(other) for other in others),
    )


def _read_sign_in(data: Any) -> TabSignIn:
    fields = data if isinstance(data, dict) else {}
    account = read_page_account(fields.get("account"))
    signed_in_at: Any = fields.get("signed_in_at")
    expires_at: Any = fields.get("expires_at")
    chosen_tenant_id: Any = fields.get("chosen_tenant_id")
    if not (
        account is not None
        and _is_time(signed_in_at)
        and (expires_at is None or _is_time(expires_at))
        and (chosen_tenant_id is None or is_name(chosen_tenant_id))
    ):
        raise _malformed()
    return TabSignIn(account, signed_in_at, expires_at, chosen_tenant_id)


def _malformed() -> APIError:
    return APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"sign_in" is malformed.')


def _is_time(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 < value < _MAX_TIME_MS  # not NaN either


ROUTES: Final[Mapping[str, type[_TabRoute]]] = {
    "tabs/ask": AskRoute,
    "tabs/claim": ClaimRoute,
    "tabs/answer": AnswerRoute,
    "tabs/result": ResultRoute,
}
