"""Sign-ins on their way, from the click to their end. Knows no HTTP and no MSAL."""

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
"""Seconds for a sign-in, from the click on, and for what is remembered of it when it is over."""

MOST: Final = 5
"""Sign-ins on their way for each owner and way; one more drops the oldest."""

_BITS: Final = 32
"""Bytes of whatever must not be guessed."""


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

    @property
    def over(self) -> bool:
        """Tell whether nothing comes after this."""
        return self.stage in {Stage.DONE, Stage.FAILED}

    def to_wire(self) -> Mapping[str, Any]:
        """Build the answer of ``…/status``."""
        told = {"state": self.stage.value, "problem": self.problem, "detail": self.detail}
        return {name: value for name, value in told.items() if value is not None}


_BEGUN: Final = Status(Stage.PENDING)


def secret() -> str:
    """Make up what nobody can guess."""
    return secrets.token_urlsafe(_BITS)


@dataclass(repr=False, eq=False, kw_only=True)
class Flow:
    """One sign-in. Prints nothing of itself."""

    owner: Owner
    ends_at: float
    id: str = field(default_factory=secret)
    status: Status = _BEGUN

    def too_late(self) -> Status:
        """Say how it came out if its time is over now."""
        return Status(Stage.FAILED, "timed_out")

    def drop_secrets(self) -> None:
        """Keep nothing that only a sign-in on its way needs."""


F = TypeVar("F", bound=Flow)


class Flows(Generic[F]):
    """All sign-ins of one way that are not forgotten yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that gives seconds and never goes back."""
        self.clock = clock
        self._flows: dict[str, F] = {}

    def add(self, flow: F) -> None:
        """Note one that begins."""
        self.sweep()
        mine = [flow for flow in self.of(flow.owner) if flow.status.stage is Stage.PENDING]
        for old in mine[: max(0, len(mine) - MOST + 1)]:
            self._end(old, Status(Stage.FAILED, "cancelled"))
        self._flows[flow.id] = flow

    def all(self) -> list[F]:
        """Of everybody."""
        return list(self._flows.values())

    def of(self, owner: Owner) -> list[F]:
        """Of one owner."""
        return [flow for flow in self._flows.values() if flow.owner == owner]

    def settle(self, flow: F, status: Status) -> bool:
        """Say how it came out.

        :returns: whether anybody still wants it: not when it was cancelled meanwhile.
        """
        if flow.status.over:
            return False
        self._end(flow, status)
        return True

    def status(self, owner: Owner, flow_id: str) -> Status | None:
        """Say how a sign-in of this owner stands; None if it is unknown or long over."""
        self.sweep()
        flow = self._flows.get(flow_id)
        return flow.status if flow is not None and flow.owner == owner else None

    def cancel(self, owner: Owner, flow_id: str | None = None) -> None:
        """Give up a sign-in of this owner, or all of them. What has ended stays as it is."""
        for flow in self.of(owner):
            if flow_id in {None, flow.id}:
                self.settle(flow, Status(Stage.FAILED, "cancelled"))

    def sweep(self) -> None:
        """Forget what is long over."""
        now = self.clock()
        for flow in self.all():
            if now >= flow.ends_at and flow.status.stage is Stage.PENDING:
                self._end(flow, flow.too_late())
            elif now >= flow.ends_at and flow.status.stage is not Stage.REDEEMING:
                del self._flows[flow.id]

    def _end(self, flow: F, status: Status) -> None:
        """Keep no secret of it, and how it came out for a while."""
        flow.status = status
        flow.drop_secrets()
        flow.ends_at = self.clock() + LIFE
