"""Whether ``/`` of an origin is ours: what is posted there must find its way here."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.owner import Owner

LIFE: Final = 60
"""Seconds for a probe."""

MOST: Final = 50
"""Probes of one owner that are out; one more drops that owner's oldest."""

_BITS: Final = 32


class Probe(NamedTuple):
    """A question, and the only right answer. Neither opens anything."""

    question: str
    answer: str


class Probes:
    """The probes that are out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that gives seconds and never goes back."""
        self._clock = clock
        self._out: dict[str, tuple[float, Owner, Probe]] = {}

    @property
    def awake(self) -> bool:
        """Tell whether one is out."""
        self._sweep()
        return bool(self._out)

    def send(self, owner: Owner) -> Probe:
        """Make one for a page of this owner."""
        self._sweep()
        own = [question for question, (_, whose, _) in self._out.items() if whose == owner]
        if len(own) >= MOST:
            del self._out[own[0]]
        probe = Probe(secrets.token_urlsafe(_BITS), secrets.token_urlsafe(_BITS))
        self._out[probe.question] = (self._clock() + LIFE, owner, probe)
        return probe

    def meet(self, question: str) -> str | None:
        """Answer one that has arrived, once; None if it is not out."""
        self._sweep()
        met = self._out.pop(question, None)
        return None if met is None else met[2].answer

    def _sweep(self) -> None:
        now = self._clock()
        self._out = {name: out for name, out in self._out.items() if now < out[0]}
