"""Unfinished sign-ins that redirect to ``/``.

A response of the authority counts only if one browser has three secrets: the ``state`` that comes
with the response, the *proof* that was given to the page that began the sign-in, and the *receipt*
in the page that is shown for the response. An attacker who begins a sign-in and has a victim finish
it has the proof but no receipt; the victim has a receipt but no proof.
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
"""Seconds from the authority's response to the proof; the page sends it at once."""

B = TypeVar("B")


@dataclass(repr=False, eq=False, kw_only=True)
class LoopbackFlow(Flow, Generic[B]):
    """An unfinished sign-in."""

    begun: B | None
    """Redeems the response; holds the PKCE verifier."""
    state: str | None
    proof: str = field(default_factory=secret)
    answer: Mapping[str, str] | None = None
    receipt: str | None = None

    def too_late(self) -> Status:
        """Return the final status if its time is up now."""
        # A response without proof: another browser brought it.
        return Status(Stage.FAILED, "failed") if self.answer else super().too_late()

    def drop_secrets(self) -> None:
        """Drop everything that only an unfinished sign-in needs."""
        self.begun = self.state = self.answer = self.receipt = None
        self.proof = ""


class PendingSignIns(Flows[LoopbackFlow[B]]):
    """All sign-ins of this server that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without sign-ins.

        :param clock: returns seconds and never goes back.
        """
        super().__init__(clock)
        self._awake_until = float("-inf")

    @property
    def awake(self) -> bool:
        """Whether a response may arrive, even a late one, which gets an explanation."""
        return self.clock() < self._awake_until

    def begin(self, owner: Owner, state: str, begun: B) -> LoopbackFlow[B]:
        """Record a sign-in that the authority will answer with this ``state``, and return it."""
        now = self.clock()
        flow = LoopbackFlow(owner=owner, begun=begun, state=state, ends_at=now + LIFE)
        self.add(flow)
        self._awake_until = now + 2 * LIFE
        return flow

    def arrive(self, state: str, answer: Mapping[str, str]) -> str | None:
        """Accept a response of the authority, at most one for each ``state``.

        :returns: the receipt; None for a state that is unknown, used or too old.
        """
        self.sweep()
        for flow in self.all():
            if flow.state is not None and _same(flow.state, state):
                flow.state = None
                flow.answer = answer
                # Its first half is the id, by which the page finds the proof: a browser can have
                # several sign-ins.
                flow.receipt = flow.id + secret()
                flow.ends_at = min(flow.ends_at, self.clock() + PROOF_LIFE)
                return flow.receipt
        return None

    def prove(self, owner: Owner, proof: str, receipt: str) -> LoopbackFlow[B] | None:
        """Verify that a response came back to the browser that began the sign-in.

        :returns: the sign-in with its response, once; None if the proof or the receipt is wrong.
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
