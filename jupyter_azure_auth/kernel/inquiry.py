"""Session requests to the page: the identity that kernels use, and sign-out."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

from .flow import NOBODY, RESEND, SAY_RELOADING
from .notice import NoticeBoard
from .protocol import Answer, Done, Inquiry, Refusal, Status
from .signal import Signal, Wait, Waiting, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from .channel import Call
    from .connection import Connection

Reply = Status | Done | Refusal

RELOADING: Final = 15.0
"""Seconds for a page that has answered before; less than for a token, which a cell depends on."""

_MEANINGS: Final = {
    "unknown_kind": "old_page",
    "unsupported_version": "old_page",
    "denied": "shared_kernel",
}


def inquire(kernel: Connection, inquiry: Inquiry) -> Reply:
    """Ask until a page answers. Blocks this thread, and can be interrupted.

    :returns: the answer, or a :class:`Refusal`: ``no_page`` after 4 s if no page has ever answered
        this kernel, ``page_gone`` after 15 s if one has, ``old_page`` if the page does not know the
        request, ``shared_kernel`` if other users can use the kernel.
    """
    if (code := kernel.trouble()) is not None:
        return Refusal(code)
    answers: deque[Answer] = deque()
    signal = Signal()

    def take(answer: Answer) -> None:
        answers.append(answer)
        signal.ring()

    call = kernel.channel.call(inquiry, take)
    board = NoticeBoard(kernel.iopub, call.parent, call.request_id)
    try:
        return run(_asked(kernel, call, board, signal, answers))
    finally:
        kernel.channel.hang_up(call, None)
        board.show(None)


def _asked(  # noqa: PLR0913 (the parts of a call)
    kernel: Connection,
    call: Call,
    board: NoticeBoard,
    signal: Signal,
    answers: deque[Answer],
    *,
    now: Callable[[], float] = time.monotonic,
) -> Waiting[Reply]:
    answered_before = kernel.channel.answered
    begun = now()
    end = begun + (RELOADING if answered_before else NOBODY)
    while (rest := end - now()) > 0:
        if now() - begun >= SAY_RELOADING:
            board.show("reloading")
        kernel.channel.ask(call)
        due = now() + min(RESEND, rest)
        while True:
            signal.reset()
            while answers:
                if isinstance(answer := answers.popleft(), Status | Done | Refusal):
                    return _understood(answer)
            if (patience := due - now()) <= 0:
                break
            yield Wait(signal, patience)
    return Refusal("page_gone" if answered_before else "no_page")


def _understood(reply: Reply) -> Reply:
    """Return the reply with a code for session requests: pages send the codes of token requests."""
    code = reply.code if isinstance(reply, Refusal) else ""
    return Refusal(_MEANINGS[code]) if code in _MEANINGS else reply
