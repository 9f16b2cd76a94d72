"""Requests to open pages for tokens of the sign-ins that they hold themselves (``popup``).

One page claims a request, and sends the token back.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.errors import RESPONSES, AuthError
from jupyter_azure_auth.server.process_access.sign_in_prompts import wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken

CLAIM_TIMEOUT_S: Final = 3.0
"""Seconds after which no page answers. Pages with a sign-in claim at once, if they are awake."""

ANSWER_TIMEOUT_S: Final = 20.0
"""Seconds from the claim to the token, which the page may have to request from Azure."""


@dataclass(eq=False)
class _OpenRequest:
    request: TokenRequest
    pages: int = 0
    """Pages that were told."""
    declined: int = 0
    is_claimed: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    issued: IssuedToken | None = None
    problem: AuthError | None = None


class PageRequests:
    """The requests that wait for a page."""

    def __init__(self, tell_pages: Callable[[str], int]) -> None:
        """Create it without requests.

        :param tell_pages: tells the open pages of a request's id, and returns their number.
        """
        self._tell_pages = tell_pages
        self._open: dict[str, _OpenRequest] = {}

    async def ask(self, request: TokenRequest) -> IssuedToken | None:
        """Return a token of a page's sign-in; None if no page has one.

        :raises AuthError: a page has a sign-in, but no token.
        """
        request_id, waiting = secrets.token_hex(16), _OpenRequest(request)
        self._open[request_id] = waiting
        try:
            waiting.pages = self._tell_pages(request_id)
            if not waiting.pages:
                return None
            await wait(waiting.changed, CLAIM_TIMEOUT_S)
            if not waiting.is_claimed:
                return None
            await wait(waiting.answered, ANSWER_TIMEOUT_S)
        finally:
            del self._open[request_id]
        if waiting.issued is None:
            raise waiting.problem or AuthError("unavailable")
        return waiting.issued

    def claim(self, request_id: str) -> TokenRequest | None:
        """Return the request, to the first page that asks for it."""
        waiting = self._open.get(request_id)
        if waiting is None or waiting.is_claimed:
            return None
        waiting.is_claimed = True
        waiting.changed.set()
        return waiting.request

    def decline(self, request_id: str) -> None:
        """Record that a page holds no sign-in. The wait ends if no page holds one."""
        waiting = self._open.get(request_id)
        if waiting is not None:
            waiting.declined += 1
            if waiting.declined >= waiting.pages:
                waiting.changed.set()

    def answer(self, request_id: str, issued: IssuedToken | None, code: str | None) -> bool:
        """End a claimed request with a token, or with the code of an error.

        :returns: whether it was still waiting.
        """
        waiting = self._open.get(request_id)
        if waiting is None or not waiting.is_claimed or waiting.answered.is_set():
            return False
        waiting.issued = issued
        waiting.problem = (
            None if code is None else AuthError(code if code in RESPONSES else "failed")
        )
        waiting.answered.set()
        return True
