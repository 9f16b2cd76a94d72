"""Probes that show whether ``/`` of an origin belongs to this server."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.user_key import UserKey

PROBE_LIFETIME_S: Final = 60
"""Lifetime of a probe in seconds."""

MAX_PROBES: Final = 50
"""Pending probes of one user; one more drops that user's oldest."""

_BITS: Final = 32


class Probe(NamedTuple):
    """A random question and its only valid answer. Neither gives access to anything."""

    question: str
    answer: str


class Probes:
    """The pending probes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without probes.

        :param clock: returns seconds and never goes back.
        """
        self._clock = clock
        self._out: dict[str, tuple[float, UserKey, Probe]] = {}

    @property
    def has_pending(self) -> bool:
        """Whether a probe is pending."""
        self._sweep()
        return bool(self._out)

    def send(self, user_key: UserKey) -> Probe:
        """Return a new probe for a page of this user."""
        self._sweep()
        own = [question for question, (_, owner, _) in self._out.items() if owner == user_key]
        if len(own) >= MAX_PROBES:
            del self._out[own[0]]
        probe = Probe(secrets.token_urlsafe(_BITS), secrets.token_urlsafe(_BITS))
        self._out[probe.question] = (self._clock() + PROBE_LIFETIME_S, user_key, probe)
        return probe

    def answer_probe(self, question: str) -> str | None:
        """Return the answer to a probe that has arrived, once; None if it is not pending."""
        self._sweep()
        met = self._out.pop(question, None)
        return None if met is None else met[2].answer

    def _sweep(self) -> None:
        now = self._clock()
        self._out = {name: out for name, out in self._out.items() if now < out[0]}
