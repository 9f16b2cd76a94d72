"""The steps by which a request gets its token, without I/O.

A flow yields a step and is sent its result: an answer, or None if there was none in time. It does
not raise if there is no token: it returns an :class:`Issued` or a :class:`Refusal`. Waiters and
their timeouts are in :mod:`.flight`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Literal

from .protocol import Answer, Issued, Pending, Refusal
from .server_reasons import NO_USER, REFUSED, describe_reason

RESEND: Final = 1.0
"""Seconds between repetitions until a page answers: a loading page misses messages."""

REASK: Final = 5.0
"""Seconds without an answer after a :class:`Pending`: its page may have reloaded since."""

NOBODY: Final = 4.0
"""Seconds without an answer after which a kernel that never had a page asks other sources."""

RELOADING: Final = 60.0
"""Seconds for a kernel that had a page, which may be reloading or offline."""

SAY_RELOADING: Final = 5.0
"""Seconds after which the cell shows that no page has answered."""

QUIET: Final = 0.3
"""Seconds before the cell shows a notice: a page may soon find that its user is signed in."""

LOCAL: Final = 5.0
"""Seconds for ambient identities, so that a request without a page ends within 10."""

SERVER: Final = 2.0
"""Seconds without an answer after which the parent server is asked, too."""

SERVER_AGAIN: Final = 5.0
"""Seconds from its refusal to the next request: the user may sign in from elsewhere."""

SERVER_TIMEOUT: Final = 35.0
"""Seconds for its answer. It may have to ask a busy Azure or a command line first."""

AT_ONCE: Final = 2.0
"""Seconds within which a page that has sent :class:`Pending` repeats it, unless it is gone."""

ALONE: Final = 0.5
"""Seconds without an answer after which the parent server is asked for a renewal, too."""

AZURE_CLI: Final = 30.0
"""Seconds for the Azure CLI, while the cell shows that it is being asked."""

MACHINE: Final = 100.0
"""Seconds for an identity of the machine whose host has asked for retries."""

Notice = Literal[
    "acquiring", "sign_in", "sign_in_as", "consent", "reloading", "server", "azure_cli", "machine"
]


@dataclass(frozen=True)
class Ask:
    """Send the request on one more comm, and wait ``seconds`` for an answer on any of its comms."""

    seconds: float


@dataclass(frozen=True)
class Listen:
    """Wait ``seconds`` for an answer."""

    seconds: float


@dataclass(frozen=True)
class AskHere:
    """Look for an ambient identity, and wait ``seconds`` for an answer."""

    seconds: float


@dataclass(frozen=True)
class AskServer:
    """Start a request to the parent server. Its answer arrives during a later step."""


@dataclass(frozen=True)
class Show:
    """Show in the cell what it waits for, in place of the previous notice; None shows nothing."""

    notice: Notice | None


@dataclass(frozen=True)
class Asking:
    """A slow ambient source is being asked."""

    notice: Literal["azure_cli", "machine"]


@dataclass(frozen=True)
class NothingHere:
    """No ambient identity can be used."""

    considered: tuple[str, ...] = ()
    """The candidates, each with a sentence that explains why it is not used."""


@dataclass(frozen=True)
class NotFromServer:
    """The parent server issued no token."""

    reason: str
    """One of :data:`.server_reasons.REASONS`."""
    tenant_id: str | None = None
    """The tenant that was requested."""


Step = Ask | Listen | AskHere | AskServer | Show
News = Answer | NotFromServer | Asking | NothingHere | None
Outcome = Issued | Refusal
Flow = Generator[Step, News, Outcome]


def page_flow(  # noqa: PLR0913 (the parts of a request)
    *,
    answered_before: bool,
    served_before: bool = False,
    here: bool = True,
    nobody: str = "no_page",
    server: bool = False,
    now: Callable[[], float] = time.monotonic,
) -> Flow:
    """Ask the page until it answers, and in the meantime the parent server, too.

    If neither has ever answered, and no user can have signed in at the server, ambient identities
    are next.

    :param answered_before: whether a page has answered this kernel before.
    :param served_before: whether the parent server has issued a token to this kernel before.
    :param here: whether an ambient identity is allowed.
    :param nobody: the code of the refusal if no source answers.
    :param server: whether the parent server may be asked.
    """
    door = _Door(now, may_be_asked=server)
    refused = RELOADING if answered_before else NOBODY
    seconds = RELOADING if served_before else refused
    answer = yield from _ask_both(door, now, seconds=seconds, refused=refused)
    if isinstance(answer, Pending):
        return (yield from _user_flow(answer, server=server))
    if isinstance(answer, Issued | Refusal):
        return answer
    if answered_before:
        return Refusal("page_gone", considered=door.considered)
    if (code := door.refusal(served_before=served_before)) is not None:
        return Refusal(code, considered=door.considered)
    if here:
        return (yield from local_flow(nobody, door.considered, server=server))
    return Refusal(nobody, considered=door.considered)


class _Door:
    """When to ask the parent server, and its last reason for no token."""

    def __init__(self, now: Callable[[], float], *, may_be_asked: bool) -> None:
        self.is_asked = False
        """Whether a request to the server is unanswered."""
        self.patient_until = 0.0
        """Until when to wait for the server's answer."""
        self._reason: str | None = None
        self._tenant_id: str | None = None
        self._now = now
        self._due = now() + SERVER if may_be_asked else float("inf")

    @property
    def considered(self) -> tuple[str, ...]:
        return () if self._reason is None else (describe_reason(self._reason, self._tenant_id),)

    def is_due(self) -> bool:
        return self._now() >= self._due

    def asked(self) -> None:
        self._due, self.patient_until = float("inf"), self._now() + SERVER_TIMEOUT
        self.is_asked, self._reason = True, self._reason or "no_answer"

    def answered(self, news: NotFromServer) -> None:
        self._due, self.patient_until = self._now() + SERVER_AGAIN, 0.0
        self.is_asked, self._reason, self._tenant_id = False, news.reason, news.tenant_id

    def has_refused(self) -> bool:
        """Whether the server's user was refused the token."""
        return self._reason in REFUSED

    def refusal(self, *, served_before: bool) -> str | None:
        """Return the code to refuse with if no ambient identity may replace the user, or None."""
        if self.has_refused():
            return "server_refused"
        if served_before or self.is_asked or self._reason not in (None, *NO_USER):
            return "server_unavailable"
        return None


def _ask_both(
    door: _Door, now: Callable[[], float], *, seconds: float, refused: float
) -> Generator[Step, News, News]:
    """Ask until an answer other than the server's "no token" comes, or the time is over.

    :param seconds: total time, unless a request to the server is still in flight.
    :param refused: the total time if the server's user was refused the token.
    """
    begun = next_ask = now()
    shown = False
    answer: News = None
    while answer is None or isinstance(answer, NotFromServer):
        if answer is not None:
            door.answered(answer)
            answer = None
        end = begun + (refused if door.has_refused() else seconds)
        rest = max(end, door.patient_until) - now()
        if rest <= 0:
            return None
        if door.is_due():
            door.asked()
            yield AskServer()
            continue
        if not shown and now() - begun >= SAY_RELOADING:
            shown = True
            yield Show("server" if door.is_asked else "reloading")
        if now() >= next_ask:
            next_ask = now() + RESEND
            answer = yield Ask(min(RESEND, rest))
        else:
            answer = yield Listen(min(next_ask - now(), rest))
    return answer


def _user_flow(answer: News, *, server: bool) -> Flow:
    """Wait for the user. The waiters of the request limit the time."""
    shown: Notice | None = None
    while not isinstance(answer, Issued | Refusal):
        if not isinstance(answer, Pending):
            if shown is None:  # a page has been at it for REASK seconds
                shown = "acquiring"
                yield Show(shown)
            answer = yield from _ask_after_silence(server=server)
            continue
        still: Notice | None = "acquiring" if shown == "acquiring" else None
        wanted: Notice | None = still if answer.reason == "acquiring" else answer.reason
        if shown == wanted:
            answer = yield Listen(REASK)
            continue
        answer = yield Listen(QUIET)
        if answer is None:
            yield Show(wanted)
            shown = wanted
            answer = yield Listen(REASK - QUIET)
    return answer


def _ask_after_silence(*, server: bool) -> Generator[Step, News, News]:
    """Ask again. A page that is still there answers at once; otherwise ask the parent server."""
    answer = yield Ask(AT_ONCE if server else REASK)
    if answer is None and server:
        yield AskServer()
        answer = yield Listen(REASK - AT_ONCE)
    if isinstance(answer, NotFromServer):
        answer = yield Listen(REASK - AT_ONCE)
    return answer


def renewal_flow(seconds: float, *, server: bool = False) -> Flow:
    """Ask once. A page that must prompt its user, or does not answer, has no new token."""
    answer = yield Ask(ALONE if server else seconds)
    if answer is None and server:
        yield AskServer()
        answer = yield Listen(seconds - ALONE)
    while answer is not None and not isinstance(answer, Issued | Refusal):
        answer = yield Listen(seconds)
    return answer or Refusal("page_gone")


def local_flow(nobody: str, considered: tuple[str, ...] = (), *, server: bool = False) -> Flow:
    """Look for an ambient identity.

    :param nobody: code of the refusal if there is none.
    :param considered: candidates that were asked before, and why they are not used.
    :param server: whether the parent server may be asked if a page turns up.
    """
    answer = yield AskHere(LOCAL)
    while not isinstance(answer, Issued | Refusal):
        if isinstance(answer, Pending):  # a page has loaded since
            return (yield from _user_flow(answer, server=server))
        if isinstance(answer, NotFromServer):  # a late answer of the server
            answer = yield Listen(LOCAL)
        elif isinstance(answer, Asking):
            yield Show(answer.notice)
            answer = yield Listen(AZURE_CLI if answer.notice == "azure_cli" else MACHINE)
        else:
            found = answer.considered if isinstance(answer, NothingHere) else ()
            return Refusal(nobody, considered=(*considered, *found))
    return answer
