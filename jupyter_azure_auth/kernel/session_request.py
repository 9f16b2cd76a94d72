"""Session requests to the page: the identity that kernels use, and sign-out."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

from .protocol import Answer, Done, Refusal, SessionRequest, Status
from .request_flow import NO_PAGE_TIMEOUT_S, RELOADING_NOTICE_DELAY_S, RESEND_INTERVAL_S
from .waiting_output import WaitingOutput
from .wakeup import Wait, Waiting, Wakeup, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from .comm_channel import CommRequest
    from .connection import Connection

Reply = Status | Done | Refusal

STATUS_RELOAD_TIMEOUT_S: Final = 15.0
"""Seconds for a page that has answered before; less than for a token, which a cell depends on."""

_CODES: Final = {
    "unknown_kind": "old_page",
    "unsupported_version": "old_page",
    "denied": "shared_kernel",
}


def send_session_request(kernel: Connection, session_request: SessionRequest) -> Reply:
    """Ask until a page answers. Blocks this thread, and can be interrupted.

    :returns: the answer, or a :class:`Refusal`: ``no_page`` after 4 s if no page has ever answered
        this kernel, ``page_gone`` after 15 s if one has, ``old_page`` if the page does not know the
        request, ``shared_kernel`` if other users can use the kernel.
    """
    if (code := kernel.transport_problem()) is not None:
        return Refusal(code)
    answers: deque[Answer] = deque()
    wakeup = Wakeup()

    def on_answer(answer: Answer) -> None:
        answers.append(answer)
        wakeup.set()

    comm_request = kernel.channel.prepare(session_request, on_answer)
    output = WaitingOutput(kernel.iopub, comm_request.parent, comm_request.request_id)
    try:
        return run(_poll(kernel, comm_request, output, wakeup, answers))
    finally:
        kernel.channel.close(comm_request, None)
        output.show(None)


def _poll(  # noqa: PLR0913 (the parts of a call)
    kernel: Connection,
    comm_request: CommRequest,
    output: WaitingOutput,
    wakeup: Wakeup,
    answers: deque[Answer],
    *,
    now: Callable[[], float] = time.monotonic,
) -> Waiting[Reply]:
    answered_before = kernel.channel.page_answered
    begun = now()
    end = begun + (STATUS_RELOAD_TIMEOUT_S if answered_before else NO_PAGE_TIMEOUT_S)
    while (rest := end - now()) > 0:
        if now() - begun >= RELOADING_NOTICE_DELAY_S:
            output.show("reloading")
        kernel.channel.send(comm_request)
        due = now() + min(RESEND_INTERVAL_S, rest)
        while True:
            wakeup.clear()
            while answers:
                if isinstance(answer := answers.popleft(), Status | Done | Refusal):
                    return _translated(answer)
            if (seconds := due - now()) <= 0:
                break
            yield Wait(wakeup, seconds)
    return Refusal("page_gone" if answered_before else "no_page")


def _translated(reply: Reply) -> Reply:
    """Return the reply with a code for session requests: pages send the codes of token requests."""
    code = reply.code if isinstance(reply, Refusal) else ""
    return Refusal(_CODES[code]) if code in _CODES else reply
