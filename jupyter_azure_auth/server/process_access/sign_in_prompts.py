"""Processes that wait for their user to sign in, while an open page asks for it.

A process repeats its request, so that nothing waits for a process that has ended.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal

from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.requests import WAITING_PROCESSES
from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.requests import WaitingProcess

SHOW_TIMEOUT_S: Final = 1.0
"""Seconds after which it is assumed that the user sees no open page."""

HOLD_S: Final = 10.0
"""Seconds for which the answer to a process that waits is held back."""

REPEAT_TIMEOUT_S: Final = 5.0
"""Seconds within which a process that still waits repeats its request."""

PAGE_TIMEOUT_S: Final = 30.0
"""Seconds for a page to load again, while processes still wait."""

OFFER_S: Final = 120.0
"""Seconds for which pages ask for a program that was refused, and does not wait."""

MUTE_S: Final = 60.0
"""Seconds after "Not now" in which no process makes a page ask."""

DECLINED: Final = "sign_in_declined"
"""The code with which a page answers after "Not now"."""

MAX_PROMPTS: Final = 20
"""Requests that are open at the same time."""


Offer = Literal["refused", "consent"]
"""Why pages ask for a program that does not wait: no user is signed in, or Azure needs the user."""


@dataclass(eq=False)
class _Prompt:
    request: TokenRequest
    process: WaitingProcess | Offer
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    waiting: int = 0
    """Processes whose answer is held back."""
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    """Set as soon as a page says that its user sees it."""
    seen_at: float = 0.0
    """When a page last said so; seconds of the monotonic clock."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    issued: IssuedToken | None = None
    problem: Exception | None = None
    end: asyncio.TimerHandle | None = None


class SignInPrompts:
    """What open pages ask their user for on behalf of processes. Used on the event loop only."""

    def __init__(self, tell_pages: Callable[[str], int]) -> None:
        """Create it without requests.

        :param tell_pages: tells the open pages of a request's id, and returns their number.
        """
        self._tell_pages = tell_pages
        self._prompts: dict[TokenRequest, _Prompt] = {}
        self._muted_until = float("-inf")

    def is_open(self, request: TokenRequest) -> bool:
        """Whether a page already asks for this."""
        return _key(request) in self._prompts

    async def wait(self, request: TokenRequest, process: WaitingProcess) -> IssuedToken | None:
        """Return the token that a page has sent; None if the user has signed in at the server.

        :raises APIError: ``sign_in_pending`` if the process has to ask again, or
            ``sign_in_declined``.
        :raises AuthError: ``sign_in_required`` if no page asks, or the page's error.
        """
        prompt = self._open(request, process)
        _cancel_end(prompt)
        prompt.waiting += 1
        try:
            # Also for pages that were loaded since it began.
            pages = self._tell_pages(prompt.id)
            await self._wait_for_page(prompt, are_open=pages > 0)
            await wait(prompt.over, HOLD_S)
            if not prompt.over.is_set():
                raise _pending()
            if prompt.problem is not None:
                raise prompt.problem
            return prompt.issued
        finally:
            prompt.waiting -= 1
            if not prompt.waiting:
                self._close_unless_repeated(prompt)

    def offer(self, request: TokenRequest, why: Offer) -> None:
        """Have pages ask for a program that was refused and can ask again. Nothing waits for it."""
        with suppress(APIError, AuthError):  # the user has declined, or too many ask
            prompt = self._open(request, why)
            if not prompt.waiting:
                self._close_in(prompt, OFFER_S)
            self._tell_pages(prompt.id)

    def claim(self, request_id: str, *, is_seen: bool) -> tuple[TokenRequest, str] | None:
        """Return a request and the process that waits, for a page; None if it is over.

        :param is_seen: whether the user sees the page.
        """
        prompt = self._find(request_id)
        if prompt is None:
            return None
        if is_seen:
            prompt.seen_at = time.monotonic()
            prompt.shown.set()
        return prompt.request, prompt.process

    def answer(self, request_id: str, issued: IssuedToken | None, code: str | None) -> bool:
        """End a request: with a token, an error's code, or neither if the server has the sign-in.

        :returns: whether it was still waiting.
        """
        prompt = self._find(request_id)
        if prompt is None:
            return False
        prompt.issued = issued
        if code == DECLINED:
            prompt.problem = _declined()
            self._muted_until = time.monotonic() + MUTE_S
        elif code is not None:
            prompt.problem = AuthError(code)
        prompt.over.set()
        self._close(prompt)
        return True

    def _open(self, request: TokenRequest, process: WaitingProcess | Offer) -> _Prompt:
        if time.monotonic() < self._muted_until:
            raise _declined()
        prompt = self._prompts.get(_key(request))
        if prompt is None:
            if len(self._prompts) >= MAX_PROMPTS:
                raise AuthError("sign_in_required")
            prompt = self._prompts[_key(request)] = _Prompt(request, process)
        elif prompt.process not in WAITING_PROCESSES:
            prompt.process = process
        return prompt

    async def _wait_for_page(self, prompt: _Prompt, *, are_open: bool) -> None:
        """Return if the process was already told to wait.

        :raises AuthError: otherwise, so that it knows soon whether to wait.
        """
        if not prompt.shown.is_set():
            if are_open:
                await wait(prompt.shown, SHOW_TIMEOUT_S)
            raise _pending() if prompt.shown.is_set() else AuthError("sign_in_required")
        if time.monotonic() - prompt.seen_at > PAGE_TIMEOUT_S:
            self._close(prompt)
            raise AuthError("sign_in_required")

    def _close_unless_repeated(self, prompt: _Prompt) -> None:
        if not prompt.shown.is_set():
            self._close(prompt)
        elif not prompt.over.is_set():
            self._close_in(prompt, REPEAT_TIMEOUT_S)

    def _close_in(self, prompt: _Prompt, seconds: float) -> None:
        _cancel_end(prompt)
        prompt.end = asyncio.get_running_loop().call_later(seconds, self._close, prompt)

    def _close(self, prompt: _Prompt) -> None:
        _cancel_end(prompt)
        if self._prompts.pop(_key(prompt.request), None) is not None and prompt.shown.is_set():
            self._tell_pages(prompt.id)  # they find that it is over

    def _find(self, request_id: str) -> _Prompt | None:
        return next((one for one in self._prompts.values() if one.id == request_id), None)


def _cancel_end(prompt: _Prompt) -> None:
    if prompt.end is not None:
        prompt.end.cancel()


def read_waiting_process(fields: Mapping[str, Any]) -> WaitingProcess | None:
    """Return the field ``waits_as`` of a ``token`` request: what to call the process that waits.

    :returns: None if the process does not wait for the user.
    :raises APIError: if it is malformed.
    """
    value = fields.get("waits_as")
    for process in WAITING_PROCESSES:
        if value == process:
            return process
    if value is not None:
        raise APIError(HTTPStatus.BAD_REQUEST, "invalid_message", '"waits_as" is malformed.')
    return None


def _pending() -> APIError:
    sentence = "A page asks the user to sign in. Ask again until they have."
    return APIError(HTTPStatus.UNAUTHORIZED, "sign_in_pending", sentence)


def _declined() -> APIError:
    return APIError(HTTPStatus.CONFLICT, "sign_in_declined", "The user declined to sign in.")


def _key(request: TokenRequest) -> TokenRequest:
    return replace(request, force=False)


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer than this."""
    waiter = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({waiter}, timeout=seconds)
    finally:
        waiter.cancel()
