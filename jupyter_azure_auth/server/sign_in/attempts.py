"""Sign-in attempts, from the click to their end. Independent of HTTP and MSAL."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.errors import AuthError
    from jupyter_azure_auth.server.user_key import UserKey

ATTEMPT_LIFETIME_S: Final = 600
"""Seconds for a sign-in, from the click on, and for its status after it has ended."""

MAX_PENDING_ATTEMPTS: Final = 5
"""Pending sign-ins for each user and method; one more drops the oldest."""

_BITS: Final = 32
"""Bytes of a value that must be impossible to guess."""


class AttemptState(str, Enum):
    """The state of a sign-in, as sent to the page."""

    PENDING = "pending"
    REDEEMING = "redeeming"
    DONE = "done"
    FAILED = "failed"


class AttemptStatus(NamedTuple):
    """The status of a sign-in, as sent to the page."""

    state: AttemptState
    problem: str | None = None
    detail: str | None = None
    explanation: str | None = None
    trace: Mapping[str, Any] | None = None

    @classmethod
    def of_error(cls, error: AuthError) -> AttemptStatus:
        """Return the status of a sign-in that failed. The cause replaces ``unavailable``."""
        code = error.reason or "network" if error.code == "unavailable" else error.code
        trace = None if error.trace is None else error.trace.to_wire()
        return cls(AttemptState.FAILED, code, error.detail, error.explanation, trace)

    @property
    def is_over(self) -> bool:
        """Whether the sign-in has ended."""
        return self.state in {AttemptState.DONE, AttemptState.FAILED}

    def to_wire(self) -> Mapping[str, Any]:
        """Return the answer of ``…/status``."""
        fields = {
            "state": self.state.value,
            "problem": self.problem,
            "detail": self.detail,
            "explanation": self.explanation,
            "trace": self.trace,
        }
        return {name: value for name, value in fields.items() if value is not None}


_PENDING: Final = AttemptStatus(AttemptState.PENDING)


def random_secret() -> str:
    """Return a new random text that cannot be guessed."""
    return secrets.token_urlsafe(_BITS)


@dataclass(repr=False, eq=False, kw_only=True)
class SignInAttempt:
    """One sign-in. Its repr reveals none of it."""

    user_key: UserKey
    ends_at: float
    account: str | None = None
    """Id of an account that is not active, and stays so if the user signs in as it."""
    id: str = field(default_factory=random_secret)
    status: AttemptStatus = _PENDING

    def timed_out_status(self) -> AttemptStatus:
        """Return the final status if its time is up now."""
        return AttemptStatus(AttemptState.FAILED, "timed_out")

    def drop_secrets(self) -> None:
        """Drop everything that only an unfinished sign-in needs."""


F = TypeVar("F", bound=SignInAttempt)


class SignInAttempts(Generic[F]):
    """All sign-ins of one method that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without sign-ins.

        :param clock: returns seconds and never goes back.
        """
        self.clock = clock
        self._attempts: dict[str, F] = {}

    def add(self, attempt: F) -> None:
        """Add a sign-in that begins."""
        self.sweep()
        pending = [
            attempt
            for attempt in self.of(attempt.user_key)
            if attempt.status.state is AttemptState.PENDING
        ]
        for old in pending[: max(0, len(pending) - MAX_PENDING_ATTEMPTS + 1)]:
            self._end(old, AttemptStatus(AttemptState.FAILED, "cancelled"))
        self._attempts[attempt.id] = attempt

    def all(self) -> list[F]:
        """Return the sign-ins of all users."""
        return list(self._attempts.values())

    def of(self, user_key: UserKey) -> list[F]:
        """Return the sign-ins of one user."""
        return [attempt for attempt in self._attempts.values() if attempt.user_key == user_key]

    def settle(self, attempt: F, status: AttemptStatus) -> bool:
        """Set the final status.

        :returns: whether the sign-in was still pending; False if it was cancelled before.
        """
        if attempt.status.is_over:
            return False
        self._end(attempt, status)
        return True

    def status(self, user_key: UserKey, attempt_id: str) -> AttemptStatus | None:
        """Return the status of a sign-in of this user; None if it is unknown or ended long ago."""
        self.sweep()
        attempt = self._attempts.get(attempt_id)
        return attempt.status if attempt is not None and attempt.user_key == user_key else None

    def cancel(self, user_key: UserKey, attempt_id: str | None = None) -> None:
        """Cancel one sign-in of this user, or all. Those that have ended are unchanged."""
        for attempt in self.of(user_key):
            if attempt_id in {None, attempt.id}:
                self.settle(attempt, AttemptStatus(AttemptState.FAILED, "cancelled"))

    def sweep(self) -> None:
        """End sign-ins that are out of time, and forget those that ended long ago."""
        now = self.clock()
        for attempt in self.all():
            if now >= attempt.ends_at and attempt.status.state is AttemptState.PENDING:
                self._end(attempt, attempt.timed_out_status())
            elif now >= attempt.ends_at and attempt.status.state is not AttemptState.REDEEMING:
                del self._attempts[attempt.id]

    def _end(self, attempt: F, status: AttemptStatus) -> None:
        """Drop its secrets, and keep its status for a while."""
        attempt.status = status
        attempt.drop_secrets()
        attempt.ends_at = self.clock() + ATTEMPT_LIFETIME_S
