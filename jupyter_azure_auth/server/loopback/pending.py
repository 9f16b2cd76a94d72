"""Sign-ins on their way over ``/``.

An answer of the authority counts only if one browser has three things: the ``state`` it brings with
the answer, the *proof* that the page got which began the sign-in, and the *receipt* in the page
that the answer was answered with. Whoever begins a sign-in and has somebody else finish it has the
proof but no receipt; that somebody has a receipt but no proof.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from jupyter_azure_auth.server.pending import LIFE, Flow, Flows, Stage, Status, secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.owner import Owner

PROOF_LIFE: Final = 60
"""Seconds from the authority's answer to the proof; the page sends it at once."""

B = TypeVar("B")


@dataclass(repr=False, eq=False, kw_only=True)
class LoopbackFlow(Flow, Generic[B]):
    """One of them."""

    begun: B | None
    """What redeems it; holds the verifier."""
    state: str | None
    proof: str = field(default_factory=secret)
    answer: Mapping[str, str] | None = None
    receipt: str | None = None

    def too_late(self) -> Status:
        """Say how it came out if its time is over now."""
        # An answer without proof: another browser brought it.
        return Status(Stage.FAILED, "failed") if self.answer else super().too_late()

    def drop_secrets(self) -> None:
        """Keep nothing that only a sign-in on its way needs."""
        self.begun = self.state = self.answer = self.receipt = None
        self.proof = ""


class PendingSignIns(Flows[LoopbackFlow[B]]):
    """All sign-ins of this server that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that gives seconds and never goes back."""
        super().__init__(clock)
        self._awake_until = float("-inf")

    @property
    def awake(self) -> bool:
        """Tell whether answers are to be expected, if only too late, so that we say so."""
        return self.clock() < self._awake_until

    def begin(self, owner: Owner, state: str, begun: B) -> LoopbackFlow[B]:
        """Note a sign-in that the authority will answer with this ``state``."""
        now = self.clock()
        flow = LoopbackFlow(owner=owner, begun=begun, state=state, ends_at=now + LIFE)
        self.add(flow)
        self._awake_until = now + 2 * LIFE
        return flow

    def arrive(self, state: str, answer: Mapping[str, str]) -> str | None:
        """Take an answer of the authority, at most one for each ``state``.

        :returns: the receipt, or None for a state that is unknown, used or too old.
        """
        self.sweep()
        for flow in self.all():
            if flow.state is not None and _same(flow.state, state):
                flow.state = None
                flow.answer = answer
                # By its first half, the id, the page finds the proof: a browser can have several.
                flow.receipt = flow.id + secret()
                flow.ends_at = min(flow.ends_at, self.clock() + PROOF_LIFE)
                return flow.receipt
        return None

    def prove(self, owner: Owner, proof: str, receipt: str) -> LoopbackFlow[B] | None:
        """Let a sign-in go on that came back to the browser which began it.

        :returns: the sign-in, once, with its answer; None if there is none of that.
        """
        self.sweep()
        for flow in self.of(owner):
            if flow.receipt is not None and _same(flow.receipt, receipt):
                flow.receipt = None
                if not _same(flow.proof, proof):
                    self.settle(flow, Status(Stage.FAILED, "failed"))
                    return None
                flow.status = Status(Stage.REDEEMING)
                return flow
        return None


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
