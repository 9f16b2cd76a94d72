"""Requests of tabs that hold no sign-in, to the other tabs of the same login.

The server keeps no part of a sign-in: a tab answers each request, and an answer is forgotten when
the tab that asked has read it, or after seconds. Nothing is held back, because a browser has six
connections to a server for all of its tabs: a tab asks, and then looks for the answer.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.errors import RESPONSES, AuthError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth._models import Account, TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken

LIMIT_S: Final = 60.0
"""Seconds after which a request is forgotten. The tab gives up earlier."""

CLAIM_TIMEOUT_S: Final = 5.0
"""Seconds after which no tab has the account: a tab that is frozen, or a program that listens to
Jupyter's events, says nothing."""

UNREAD_S: Final = 10.0
"""Seconds after which an answer that no tab has read is forgotten: it may contain a token. A tab
looks at least once a second while its page responds, hidden or not."""

MAX_OPEN: Final = 200
"""Requests that are open at the same time, of all logins."""


@dataclass(frozen=True)
class TabSignIn:
    """The sign-in of an account in a tab, without anything secret."""

    account: Account
    signed_in_at: float
    """By the browser's clock, in milliseconds since the epoch."""
    expires_at: float | None
    """Likewise."""
    chosen_tenant_id: str | None = None
    """Tenant of requests that name none, as a GUID; None for the account's own."""

    def to_wire(self) -> dict[str, Any]:
        """Return an entry of ``others``."""
        return {
            "account": self.account.to_wire(),
            "signed_in_at": self.signed_in_at,
            "expires_at": self.expires_at,
            "chosen_tenant_id": self.chosen_tenant_id,
        }


@dataclass(frozen=True)
class ActiveTabSignIn(TabSignIn):
    """The sign-in that a tab uses."""

    active_since: float | None = None
    """When the tab began to use it, as ``signed_in_at``; None if that is when it was made."""
    others: tuple[TabSignIn, ...] = ()
    """Of further accounts in the same tab."""

    def holds(self, wanted: str) -> bool:
        """Return whether the tab is signed in with an account, active or not."""
        return any(one.account.matches(wanted) for one in (self, *self.others))

    def to_wire(self) -> dict[str, Any]:
        """Return an entry of ``sign_ins``."""
        return {
            **super().to_wire(),
            "active_since": self.active_since,
            "others": [other.to_wire() for other in self.others],
        }


@dataclass(eq=False)
class TabAnswer:
    """What is known of a request so far."""

    sign_ins: list[ActiveTabSignIn] = field(default_factory=list)
    """From the tabs that have answered so far; only for a request without a token."""
    issued: IssuedToken | None = None
    problem: AuthError | None = None
    """Of the last tab, if it had no token. Another one may still send one until ``is_over``."""
    is_over: bool = False


@dataclass(eq=False)
class _OpenRequest:
    login: str
    request: TokenRequest | None
    """None: the tab asks who is signed in."""
    end: asyncio.TimerHandle
    silent: int = 0
    """Answers of open pages that have not come."""
    unclaimed_end: asyncio.TimerHandle | None = None
    """Ends it if no tab claims it."""
    is_claimed: bool = False
    answer: TabAnswer = field(default_factory=TabAnswer)

    def cancel_unclaimed_end(self) -> None:
        """Cancel the timer, which would otherwise hold the answer in memory."""
        if self.unclaimed_end is not None:
            self.unclaimed_end.cancel()
            self.unclaimed_end = None


class TabRelay:
    """The requests of tabs to the other tabs of their login. Used on the event loop only."""

    def __init__(self, tell_pages: Callable[[str], int]) -> None:
        """Create it without requests.

        :param tell_pages: tells the open pages of a request's id, and returns their number.
        """
        self._tell_pages = tell_pages
        self._open: dict[str, _OpenRequest] = {}

    def ask(self, login: str, request: TokenRequest | None) -> str:
        """Tell the other tabs about a request, and return its id.

        :param login: whose tabs may answer, and read the answer.
        :param request: the token to get, of the account in it; None: who is signed in.
        :raises AuthError: if too many requests are open, and no login has more requests than this
        one.
        """
        if len(self._open) >= MAX_OPEN:
            self._make_room(login)
        request_id = secrets.token_hex(16)
        asked = self._open[request_id] = _OpenRequest(
            login, request, self._forget_in(LIMIT_S, request_id)
        )
        self._offer(request_id, asked)
        return request_id

    def claim(
        self, login: str, request_id: str, sign_in: ActiveTabSignIn | None
    ) -> tuple[bool, TokenRequest | None]:
        """Record what a page says about itself.

        :param sign_in: what the page itself holds.
        :returns: whether the request still waits, and the token that this page has to send.
        """
        asked = self._open.get(request_id)
        if asked is None or asked.answer.is_over:
            return False, None
        asked.silent -= 1
        is_own = login == asked.login and sign_in is not None
        if is_own and sign_in is not None and asked.request is None:
            asked.answer.sign_ins.append(sign_in)
        elif is_own and sign_in is not None and not asked.is_claimed:
            wanted = asked.request.account if asked.request else None
            if wanted is not None and sign_in.holds(wanted):
                asked.is_claimed = True
                asked.answer.problem = None  # if this tab falls silent, its sign-in has not ended
                return True, asked.request
        if asked.silent <= 0:
            self._end_unclaimed(request_id, asked)
        return True, None

    def answer(
        self, login: str, request_id: str, issued: IssuedToken | None, code: str | None
    ) -> bool:
        """End a claimed request with a token, or with the code of an error.

        If the sign-in of that tab has ended, the others are asked: theirs may not have.

        :returns: whether it was still waiting for a page of this login.
        """
        asked = self._open.get(request_id)
        if asked is None or asked.login != login or not asked.is_claimed or asked.answer.is_over:
            return False
        asked.answer.issued = issued
        known = code if code is not None and code in RESPONSES else "failed"
        asked.answer.problem = AuthError(known) if issued is None else None
        if issued is None and code == "sign_in_ended":
            self._offer(request_id, asked)
        else:
            self._finish(request_id, asked)
        return True

    def result(self, login: str, request_id: str, *, is_last: bool) -> TabAnswer | None:
        """Return the answer so far, and forget it if it is complete; None if there is none.

        :param is_last: whether the tab will not look again, so that a late page learns that nothing
            waits for it.
        """
        asked = self._open.get(request_id)
        if asked is None or asked.login != login:
            return None
        if asked.answer.is_over or is_last:
            self._forget(request_id)
        return asked.answer

    def _offer(self, request_id: str, asked: _OpenRequest) -> None:
        """Tell the open pages about a request; again if the tab that claimed it has no token."""
        asked.is_claimed = False
        pages = self._tell_pages(request_id)
        # A page that is late answers each time.
        asked.silent = max(asked.silent, 0) + pages
        asked.cancel_unclaimed_end()
        if pages == 0:
            self._finish(request_id, asked)
        elif asked.request is not None:
            asked.unclaimed_end = asyncio.get_running_loop().call_later(
                CLAIM_TIMEOUT_S, self._end_unclaimed, request_id, asked
            )

    def _make_room(self, login: str) -> None:
        """Forget the oldest request of the login with the most, so that none starves another."""
        counts = Counter(asked.login for asked in self._open.values())
        [(most, count)] = counts.most_common(1)
        if counts[login] >= count:
            raise AuthError("unavailable", reason="busy")
        self._forget(next(one for one, asked in self._open.items() if asked.login == most))

    def _end_unclaimed(self, request_id: str, asked: _OpenRequest) -> None:
        if not asked.is_claimed and not asked.answer.is_over:
            self._finish(request_id, asked)

    def _finish(self, request_id: str, asked: _OpenRequest) -> None:
        asked.answer.is_over = True
        asked.cancel_unclaimed_end()
        asked.end.cancel()
        asked.end = self._forget_in(UNREAD_S, request_id)

    def _forget_in(self, seconds: float, request_id: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, self._open.pop, request_id, None)

    def _forget(self, request_id: str) -> None:
        asked = self._open.pop(request_id)
        asked.end.cancel()
        asked.cancel_unclaimed_end()
