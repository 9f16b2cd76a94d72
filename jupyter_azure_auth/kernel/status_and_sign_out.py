"""Requests to the page for the status, the identity that kernels use, and for a sign-out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from .effects import PageEffects
from .inflight import InFlightRequest
from .protocol import Done, Refusal, Status, StatusOrSignOut
from .request_flow import (
    NO_PAGE_TIMEOUT_S,
    RELOADING_NOTICE_DELAY_S,
    RESEND_INTERVAL_S,
    Event,
    SendRequest,
    Show,
    Step,
)
from .wakeup import run

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from .connection import Connection

Reply = Status | Done | Refusal

STATUS_RELOAD_TIMEOUT_S: Final = 15.0
"""Seconds for a page that has answered before; less than for a token, which a cell depends on."""

_CODES: Final = {
    "unknown_kind": "old_page",
    "unsupported_version": "old_page",
    "denied": "shared_kernel",
}


def send_status_or_sign_out(kernel: Connection, request: StatusOrSignOut) -> Reply:
    """Ask until a page answers. Blocks this thread, and can be interrupted.

    :returns: the answer, or a :class:`Refusal`: ``no_page`` after 4 s if no page has ever answered
        this kernel, ``page_gone`` after 15 s if one has, ``old_page`` if the page does not know the
        request, ``shared_kernel`` if other users can use the kernel.
    """
    flow = status_or_sign_out_flow(page_answered_before=kernel.channel.page_answered)
    in_flight = InFlightRequest(flow)
    in_flight.effects = PageEffects(kernel, request, in_flight.on_event)
    return run(in_flight.wait())


def status_or_sign_out_flow(
    *, page_answered_before: bool, now: Callable[[], float] = time.monotonic
) -> Generator[Step, Event, Reply]:
    """Ask the page until it answers.

    :param page_answered_before: whether a page has answered this kernel before.
    """
    begun = now()
    end = begun + (STATUS_RELOAD_TIMEOUT_S if page_answered_before else NO_PAGE_TIMEOUT_S)
    shown = False
    while (rest := end - now()) > 0:
        if not shown and now() - begun >= RELOADING_NOTICE_DELAY_S:
            shown = True
            yield Show("reloading")
        answer = yield SendRequest(min(RESEND_INTERVAL_S, rest))
        if isinstance(answer, Status | Done | Refusal):
            return _translated(answer)
    return Refusal("page_gone" if page_answered_before else "no_page")


def _translated(reply: Reply) -> Reply:
    """Return the reply with a code for these requests: pages send the codes of token requests."""
    code = reply.code if isinstance(reply, Refusal) else ""
    return Refusal(_CODES[code]) if code in _CODES else reply
