"""How a request gets its token, step by step, without the I/O.

A flow yields what it wants done and is sent what came of it: an answer, or None for silence. It
never raises for want of a token: it returns an :class:`Issued` or a :class:`Refusal`. Who has to
wait for it, and for how long, is :mod:`.flight`'s business.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Literal

from .protocol import Answer, Issued, Pending, Refusal
from .server_reasons import NO_USER, REFUSED, describe_reason

RESEND: Final = 1.0
"""Seconds between two openings while nobody has answered: a page that loads loses messages."""

REASK: Final = 5.0
"""Seconds of silence after a :class:`Pending`: whoever said it may have reloaded since."""

NOBODY: Final = 4.0
"""Seconds without an answer after which a kernel that never had a page looks elsewhere."""

RELOADING: Final = 60.0
"""The same for a kernel that had one: it reloads, or its network is gone."""

SAY_RELOADING: Final = 5.0
"""Seconds of that after which the cell says so."""

QUIET: Final = 0.3
"""Seconds a user may already be signed in but not yet known to be; nothing flashes up for it."""

LOCAL: Final = 5.0
"""Seconds for the identities of this machine, after which all is over within 10."""

SERVER: Final = 2.0
"""Seconds without an answer after which the own server is asked, too."""

SERVER_AGAIN: Final = 5.0
"""Seconds after its no until it is asked again: somebody may sign in from elsewhere."""

SERVER_TIMEOUT: Final = 35.0
"""Seconds for its answer. It may have to ask Azure, which is busy, or a command line first."""

AT_ONCE: Final = 2.0
"""Seconds in which a page that has said :class:`Pending` says it again, if it is still there."""

ALONE: Final = 0.5
"""Seconds of silence after which a renewal is asked of the own server, too."""

AZURE_CLI: Final = 30.0
"""Seconds for the Azure CLI, which the cell then says."""

MACHINE: Final = 100.0
"""The same for an identity of the machine whose host has asked for patience."""

Notice = Literal[
    "acquiring", "sign_in", "sign_in_as", "consent", "reloading", "server", "azure_cli", "machine"
]


@dataclass(frozen=True)
class Ask:
    """Open one more comm with the request, and wait so many seconds for an answer on any."""

    seconds: float


@dataclass(frozen=True)
class Listen:
    """Only wait."""

    seconds: float


@dataclass(frozen=True)
class AskHere:
    """Try the identities of this machine, and wait so many seconds for one."""

    seconds: float


@dataclass(frozen=True)
class AskServer:
    """Ask the own server; its answer comes when it comes."""


@dataclass(frozen=True)
class Show:
    """Say in the cell what it waits for, in place of what was said before; None: nothing."""

    notice: Notice | None


@dataclass(frozen=True)
class Asking:
    """Somebody on this machine is asked who takes a while."""

    notice: Literal["azure_cli", "machine"]


@dataclass(frozen=True)
class NothingHere:
    """This machine has no identity that could be used."""

    considered: tuple[str, ...] = ()
    """Each that was considered, and why it is not used, in a sentence."""


@dataclass(frozen=True)
class NotFromServer:
    """The own server gave no token."""

    reason: str
    """One of :data:`.server_reasons.REASONS`."""
    tenant_id: str | None = None
    """That was asked for."""


Step = Ask | Listen | AskHere | AskServer | Show
News = Answer | NotFromServer | Asking | NothingHere | None
Outcome = Issued | Refusal
Flow = Generator[Step, News, Outcome]


def page_flow(
    *,
    answered_before: bool,
    served_before: bool = False,
    here: bool = True,
    server: bool = False,
    now: Callable[[], float] = time.monotonic,
) -> Flow:
    """Ask the page until it answers, and the own server, too, while it does not.

    Where neither has ever answered, and no user can have signed in at the server, the identities
    of this machine are next.

    :param answered_before: a page has answered this kernel before.
    :param served_before: the server has.
    :param here: an identity of this machine will do.
    :param server: the own server may be asked.
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
        return (yield from local_flow("no_page", door.considered, server=server))
    return Refusal("no_page", considered=door.considered)


class _Door:
    """When to ask the own server, and what it said last."""

    def __init__(self, now: Callable[[], float], *, may_be_asked: bool) -> None:
        self.is_asked = False
        """Whether it is asked and has not answered."""
        self.patient_until = 0.0
        """Up to when its answer is worth waiting for."""
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
        """Whether it said no in the name of its user."""
        return self._reason in REFUSED

    def refusal(self, *, served_before: bool) -> str | None:
        """Say with which code to refuse where the machine must not take the user's place."""
        if self.has_refused():
            return "server_refused"
        if served_before or self.is_asked or self._reason not in (None, *NO_USER):
            return "server_unavailable"
        return None


def _ask_both(
    door: _Door, now: Callable[[], float], *, seconds: float, refused: float
) -> Generator[Step, News, News]:
    """Ask until somebody answers with more than a no of the server, or the time is over.

    :param seconds: for all of it, unless the server is still at it.
    :param refused: the same where the server has refused its user.
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
    """Wait for the user; whoever waits for this flow decides how long."""
    shown: Notice | None = None
    while not isinstance(answer, Issued | Refusal):
        if not isinstance(answer, Pending):
            if shown is None:  # somebody has been at it for REASK seconds: say what that is
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
    """Ask once more. A page that is still there says so at once; else the server is asked."""
    answer = yield Ask(AT_ONCE if server else REASK)
    if answer is None and server:
        yield AskServer()
        answer = yield Listen(REASK - AT_ONCE)
    if isinstance(answer, NotFromServer):
        answer = yield Listen(REASK - AT_ONCE)
    return answer


def renewal_flow(seconds: float, *, server: bool = False) -> Flow:
    """Ask once; a page that would have to ask its user, or does not answer, has no new token."""
    answer = yield Ask(ALONE if server else seconds)
    if answer is None and server:
        yield AskServer()
        answer = yield Listen(seconds - ALONE)
    while answer is not None and not isinstance(answer, Issued | Refusal):
        answer = yield Listen(seconds)
    return answer or Refusal("page_gone")


def local_flow(nobody: str, considered: tuple[str, ...] = (), *, server: bool = False) -> Flow:
    """Try the identities of this machine.

    :param nobody: the code to refuse with if it has none.
    :param considered: who else was asked before, and why that is not used.
    :param server: the own server may be asked.
    """
    answer = yield AskHere(LOCAL)
    while not isinstance(answer, Issued | Refusal):
        if isinstance(answer, Pending):  # a page has loaded meanwhile
            return (yield from _user_flow(answer, server=server))
        if isinstance(answer, NotFromServer):  # after all
            answer = yield Listen(LOCAL)
        elif isinstance(answer, Asking):
            yield Show(answer.notice)
            answer = yield Listen(AZURE_CLI if answer.notice == "azure_cli" else MACHINE)
        else:
            found = answer.considered if isinstance(answer, NothingHere) else ()
            return Refusal(nobody, considered=(*considered, *found))
    return answer
