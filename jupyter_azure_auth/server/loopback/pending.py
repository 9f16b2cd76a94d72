"""Sign-ins on their way, from the click to their end. Knows no HTTP and no MSAL.

An answer of the authority counts only if one browser has three things: the ``state`` it brings with
the answer, the *proof* that the page got which began the sign-in, and the *receipt* in the page
that the answer was answered with. Whoever begins a sign-in and has somebody else finish it has the
proof but no receipt; that somebody has a receipt but no proof.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.owner import Owner

LIFE: Final = 600
"""Seconds for a sign-in, from the click on."""

PROOF_LIFE: Final = 60
"""Seconds from the authority's answer to the proof; the page sends it at once."""

MOST: Final = 5
"""Sign-ins on their way for each owner; one more drops the oldest."""

_BITS: Final = 32
"""Bytes of whatever must not be guessed."""

B = TypeVar("B")


class Stage(str, Enum):
    """How far it has come, as the page is told."""

    PENDING = "pending"
    REDEEMING = "redeeming"
    DONE = "done"
    FAILED = "failed"


class Status(NamedTuple):
    """What the page is told."""

    stage: Stage
    problem: str | None = None
    detail: str | None = None


_BEGUN: Final = Status(Stage.PENDING)


@dataclass(repr=False, eq=False)
class Flow(Generic[B]):
    """One sign-in. Prints nothing of itself."""

    id: str
    owner: Owner
    begun: B
    proof: str
    state: str | None
    ends_at: float
    status: Status = _BEGUN
    answer: Mapping[str, str] | None = None
    receipt: str | None = None


class PendingSignIns(Generic[B]):
    """All sign-ins of this server that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that gives seconds and never goes back."""
        self._clock = clock
        self._flows: dict[str, Flow[B]] = {}
        self._awake_until = float("-inf")

    @property
    def awake(self) -> bool:
        """Tell whether answers are to be expected, if only too late, so that we say so."""
        return self._clock() < self._awake_until

    def begin(self, owner: Owner, state: str, begun: B) -> Flow[B]:
        """Note a sign-in that the authority will answer with this ``state``."""
        self._sweep()
        mine = [flow for flow in self._of(owner) if flow.status.stage is Stage.PENDING]
        for old in mine[: max(0, len(mine) - MOST + 1)]:
            self._end(old, Status(Stage.FAILED, "cancelled"))
        now = self._clock()
        flow = Flow(_secret(), owner, begun, _secret(), state, now + LIFE)
        self._flows[flow.id] = flow
        self._awake_until = now + 2 * LIFE
        return flow

    def arrive(self, state: str, answer: Mapping[str, str]) -> str | None:
        """Take an answer of the authority, at most one for each ``state``.

        :returns: the receipt, or None for a state that is unknown, used or too old.
        """
        self._sweep()
        for flow in self._flows.values():
            if flow.state is not None and _same(flow.state, state):
                flow.state = None
                flow.answer = answer
                # By its first half, the id, the page finds the proof: a browser can have several.
                flow.receipt = flow.id + _secret()
                flow.ends_at = min(flow.ends_at, self._clock() + PROOF_LIFE)
                return flow.receipt
        return None

    def prove(self, owner: Owner, proof: str, receipt: str) -> Flow[B] | None:
        """Let a sign-in go on that came back to the browser which began it.

        :returns: the sign-in, once, with its answer; None if there is none of that.
        """
        self._sweep()
        for flow in self._of(owner):
            if flow.receipt is not None and _same(flow.receipt, receipt):
                flow.receipt = None
                if not _same(flow.proof, proof):
                    self._end(flow, Status(Stage.FAILED, "failed"))
                    return None
                flow.status = Status(Stage.REDEEMING)
                return flow
        return None

    def settle(self, flow: Flow[B], status: Status) -> bool:
        """Say how it came out.

        :returns: whether anybody still wants it: not when it was cancelled meanwhile.
        """
        if flow.status.stage is not Stage.REDEEMING:
            return False
        self._end(flow, status)
        return True

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Say how a sign-in of this owner stands; None if it is unknown or long over."""
        self._sweep()
        flow = self._flows.get(flow_id)
        return flow.status if flow is not None and flow.owner == owner else None

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Give up a sign-in of this owner, or all of them. What has ended stays as it is."""
        for flow in self._of(owner):
            over = flow.status.stage in {Stage.DONE, Stage.FAILED}
            if not over and flow_id in {None, flow.id}:
                self._end(flow, Status(Stage.FAILED, "cancelled"))

    def _of(self, owner: Owner) -> list[Flow[B]]:
        return [flow for flow in self._flows.values() if flow.owner == owner]

    def _end(self, flow: Flow[B], status: Status) -> None:
        """Keep no secret of it, and how it came out for a while."""
        flow.status = status
        flow.state = flow.answer = flow.receipt = None
        flow.ends_at = self._clock() + LIFE

    def _sweep(self) -> None:
        now = self._clock()
        for flow in list(self._flows.values()):
            if now >= flow.ends_at and flow.status.stage is Stage.PENDING:
                # An answer without proof: another browser brought it.
                self._end(flow, Status(Stage.FAILED, "failed" if flow.answer else "timed_out"))
            elif now >= flow.ends_at and flow.status.stage is not Stage.REDEEMING:
                del self._flows[flow.id]


def _secret() -> str:
    return secrets.token_urlsafe(_BITS)


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
