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
"""Seconds for the identities of this machine, after which all are within 10."""

AZURE_CLI: Final = 30.0
"""Seconds for the Azure CLI, which the cell then says."""

MACHINE: Final = 100.0
"""The same for an identity of the machine whose host has asked for patience."""

Notice = Literal["sign_in", "sign_in_as", "consent", "reloading", "azure_cli", "machine"]


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


Step = Ask | Listen | AskHere | Show
News = Answer | Asking | NothingHere | None
Outcome = Issued | Refusal
Flow = Generator[Step, News, Outcome]


def page_flow(
    *, answered_before: bool, here: bool = True, now: Callable[[], float] = time.monotonic
) -> Flow:
    """Ask the page until it answers; where there never was one, the identities of this machine.

    :param answered_before: a page has answered this kernel before.
    :param here: an identity of this machine will do.
    """
    begun = now()
    end = begun + (RELOADING if answered_before else NOBODY)
    answer: News = None
    shown: Notice | None = None
    # The server half, when it can be asked directly, joins this loop 2 s after `begun`.
    while answer is None and (rest := end - now()) > 0:
        if shown is None and now() - begun >= SAY_RELOADING:
            yield Show(shown := "reloading")
        answer = yield Ask(min(RESEND, rest))
    if isinstance(answer, Pending):
        return (yield from _user_flow(answer))
    if isinstance(answer, Issued | Refusal):
        return answer
    if answered_before:
        return Refusal("page_gone")
    return (yield from local_flow("no_page")) if here else Refusal("no_page")


def _user_flow(answer: News) -> Flow:
    """Wait for the user; whoever waits for this flow decides how long."""
    shown: Notice | None = None
    while not isinstance(answer, Issued | Refusal):
        if not isinstance(answer, Pending):
            answer = yield Ask(REASK)
            continue
        wanted: Notice | None = None if answer.reason == "acquiring" else answer.reason
        if shown == wanted:
            answer = yield Listen(REASK)
            continue
        answer = yield Listen(QUIET)
        if answer is None:
            yield Show(wanted)
            shown = wanted
            answer = yield Listen(REASK - QUIET)
    return answer


def renewal_flow(seconds: float) -> Flow:
    """Ask once; a page that would have to ask its user, or does not answer, has no new token."""
    answer = yield Ask(seconds)
    while answer is not None and not isinstance(answer, Issued | Refusal):
        answer = yield Listen(seconds)
    return answer or Refusal("page_gone")


def local_flow(nobody: str) -> Flow:
    """Try the identities of this machine.

    :param nobody: the code to refuse with if it has none.
    """
    answer = yield AskHere(LOCAL)
    while not isinstance(answer, Issued | Refusal):
        if isinstance(answer, Pending):  # a page has loaded meanwhile
            return (yield from _user_flow(answer))
        if not isinstance(answer, Asking):
            considered = answer.considered if isinstance(answer, NothingHere) else ()
            return Refusal(nobody, considered=considered)
        yield Show(answer.notice)
        answer = yield Listen(AZURE_CLI if answer.notice == "azure_cli" else MACHINE)
    return answer
