"""Sign-in attempts, from the click to their end. Independent of HTTP and MSAL."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.owner import Owner

LIFE: Final = 600
"""Seconds for a sign-in, from the click on, and for its status after it has ended."""

MOST: Final = 5
"""Pending sign-ins for each user and method; one more drops the oldest."""

_BITS: Final = 32
"""Bytes of a value that must not be guessed."""


class Stage(str, Enum):
    """The state of a sign-in, as sent to the page."""

    PENDING = "pending"
    REDEEMING = "redeeming"
    DONE = "done"
    FAILED = "failed"


class Status(NamedTuple):
    """The status of a sign-in, as sent to the page."""

    stage: Stage
    problem: str | None = None
    detail: str | None = None

    @property
    def over(self) -> bool:
        """Whether the sign-in has ended."""
        return self.stage in {Stage.DONE, Stage.FAILED}

    def to_wire(self) -> Mapping[str, Any]:
        """Return the answer of ``…/status``."""
        told = {"state": self.stage.value, "problem": self.problem, "detail": self.detail}
        return {name: value for name, value in told.items() if value is not None}


_BEGUN: Final = Status(Stage.PENDING)


def secret() -> str:
    """Return a new random text that cannot be guessed."""
    return secrets.token_urlsafe(_BITS)


@dataclass(repr=False, eq=False, kw_only=True)
class Flow:
    """One sign-in. Its repr contains nothing of it."""

    owner: Owner
    ends_at: float
    id: str = field(default_factory=secret)
    status: Status = _BEGUN

    def too_late(self) -> Status:
        """Return the final status if its time is up now."""
        return Status(Stage.FAILED, "timed_out")

    def drop_secrets(self) -> None:
        """Drop everything that only an unfinished sign-in needs."""


F = TypeVar("F", bound=Flow)


class Flows(Generic[F]):
    """All sign-ins of one method that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without sign-ins.

        :param clock: returns seconds and never goes back.
        """
        self.clock = clock
        self._flows: dict[str, F] = {}

    def add(self, flow: F) -> None:
        """Add a sign-in that begins."""
        self.sweep()
        mine = [flow for flow in self.of(flow.owner) if flow.status.stage is Stage.PENDING]
        for old in mine[: max(0, len(mine) - MOST + 1)]:
            self._end(old, Status(Stage.FAILED, "cancelled"))
        self._flows[flow.id] = flow

    def all(self) -> list[F]:
        """Return the sign-ins of all users."""
        return list(self._flows.values())

    def of(self, owner: Owner) -> list[F]:
        """Return the sign-ins of one user."""
        return [flow for flow in self._flows.values() if flow.owner == owner]

    def settle(self, flow: F, status: Status) -> bool:
        """Set the final status.

        :returns: whether the sign-in was still pending; False if it was cancelled before.
        """
        if flow.status.over:
            return False
        self._end(flow, status)
        return True

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Return the status of a sign-in of this user; None if it is unknown or ended long ago."""
        self.sweep()
        flow = self._flows.get(flow_id)
        return flow.status if flow is not None and flow.owner == owner else None

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Cancel one sign-in of this user, or all. Those that have ended are unchanged."""
        for flow in self.of(owner):
            if flow_id in {None, flow.id}:
                self.settle(flow, Status(Stage.FAILED, "cancelled"))

    def sweep(self) -> None:
        """End sign-ins that are out of time, and forget those that ended long ago."""
        now = self.clock()
        for flow in self.all():
            if now >= flow.ends_at and flow.status.stage is Stage.PENDING:
                self._end(flow, flow.too_late())
            elif now >= flow.ends_at and flow.status.stage is not Stage.REDEEMING:
                del self._flows[flow.id]

    def _end(self, flow: F, status: Status) -> None:
        """Drop its secrets, and keep its status for a while."""
        flow.status = status
        flow.drop_secrets()
        flow.ends_at = self.clock() + LIFE
