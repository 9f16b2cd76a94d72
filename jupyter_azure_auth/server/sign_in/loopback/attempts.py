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

from jupyter_azure_auth.server.sign_in.attempts import (
    ATTEMPT_LIFETIME_S,
    AttemptState,
    AttemptStatus,
    SignInAttempt,
    SignInAttempts,
    random_secret,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.user_key import UserKey

PROOF_LIFETIME_S: Final = 60
"""Seconds from the authority's response to the proof; the page sends it at once."""

B = TypeVar("B")


@dataclass(repr=False, eq=False, kw_only=True)
class LoopbackAttempt(SignInAttempt, Generic[B]):
    """An unfinished sign-in."""

    begun: B | None
    """Redeems the response; holds the PKCE verifier."""
    state: str | None
    proof: str = field(default_factory=random_secret)
    answer: Mapping[str, str] | None = None
    receipt: str | None = None

    def timed_out_status(self) -> AttemptStatus:
        """Return the final status if its time is up now."""
        # A response without a proof came from another browser.
        return (
            AttemptStatus(AttemptState.FAILED, "failed")
            if self.answer
            else super().timed_out_status()
        )

    def drop_secrets(self) -> None:
        """Drop everything that only an unfinished sign-in needs."""
        self.begun = self.state = self.answer = self.receipt = None
        self.proof = ""


class LoopbackAttempts(SignInAttempts[LoopbackAttempt[B]]):
    """All sign-ins of this server that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without sign-ins.

        :param clock: returns seconds and never goes back.
        """
        super().__init__(clock)
        self._expects_until = float("-inf")

    @property
    def expects_redirect(self) -> bool:
        """Whether a response may arrive, even a late one, which gets an explanation."""
        return self.clock() < self._expects_until

    def begin(
        self, user_key: UserKey, state: str, begun: B, account: str | None = None
    ) -> LoopbackAttempt[B]:
        """Record a sign-in that the authority will answer with this ``state``, and return it."""
        now = self.clock()
        attempt = LoopbackAttempt(
            user_key=user_key,
            begun=begun,
            state=state,
            ends_at=now + ATTEMPT_LIFETIME_S,
            account=account,
        )
        self.add(attempt)
        self._expects_until = now + 2 * ATTEMPT_LIFETIME_S
        return attempt

    def accept_redirect(self, state: str, answer: Mapping[str, str]) -> str | None:
        """Accept a response of the authority, at most one for each ``state``.

        :returns: the receipt; None for a state that is unknown, used or too old.
        """
        self.sweep()
        for attempt in self.all():
            if attempt.state is not None and _same(attempt.state, state):
                attempt.state = None
                attempt.answer = answer
                # Its first half is the id, by which the page finds the proof: a browser can have
                # several sign-ins.
                attempt.receipt = attempt.id + random_secret()
                attempt.ends_at = min(attempt.ends_at, self.clock() + PROOF_LIFETIME_S)
                return attempt.receipt
        return None

    def verify_proof(
        self, user_key: UserKey, proof: str, receipt: str
    ) -> LoopbackAttempt[B] | None:
        """Verify that a response came back to the browser that began the sign-in.

        :returns: the sign-in with its response, once; None if the proof or the receipt is wrong.
        """
        self.sweep()
        for attempt in self.of(user_key):
            if attempt.receipt is not None and _same(attempt.receipt, receipt):
                attempt.receipt = None
                if not _same(attempt.proof, proof):
                    self.settle(attempt, AttemptStatus(AttemptState.FAILED, "failed"))
                    return None
                attempt.status = AttemptStatus(AttemptState.REDEEMING)
                return attempt
        return None


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
