"""Whether ``/`` of an origin is ours: what is posted there must find its way here."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

LIFE: Final = 60
"""Seconds for a probe."""

MOST: Final = 50
"""Probes that are out; one more drops the oldest."""

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
        self._out: dict[str, tuple[float, Probe]] = {}

    @property
    def awake(self) -> bool:
        """Tell whether one is out."""
        self._sweep()
        return bool(self._out)

    def send(self) -> Probe:
        """Make one."""
        self._sweep()
        while len(self._out) >= MOST:
            del self._out[next(iter(self._out))]
        probe = Probe(secrets.token_urlsafe(_BITS), secrets.token_urlsafe(_BITS))
        self._out[probe.question] = (self._clock() + LIFE, probe)
        return probe

    def meet(self, question: str) -> str | None:
        """Answer one that has arrived, once; None if it is not out."""
        self._sweep()
        met = self._out.pop(question, None)
        return None if met is None else met[1].answer

    def _sweep(self) -> None:
        now = self._clock()
        self._out = {name: out for name, out in self._out.items() if now < out[0]}
