"""Which identity counts: one decision, from who signed in, what is configured and what is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_azure_auth.server.environment import MACHINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_azure_auth.server.environment import Environment


@dataclass(frozen=True)
class Facts:
    """What the decision depends on."""

    allowed: Sequence[str] | None = None
    """``c.AzureAuth.sources``; None: not set."""
    several_people: bool = False
    """Whether people are told apart, or share their documents."""
    prefer_machine: bool = False
    """``c.AzureAuth.prefer_machine``."""
    by_hand: str | None = None
    """By which source somebody has signed in by hand."""
    refused: bool = False
    """Whether such a sign-in was ended by a refusal, and the user has done nothing since."""
    may_return: bool = False
    """Whether such a sign-in may be kept, by a keychain that has not answered yet."""


def why_not_asked(source: str, facts: Facts) -> str | None:
    """Say why a source of the machine may not be asked at all.

    :returns: a code of :data:`.machine.reasons.REASONS`; None: it may.
    """
    if facts.may_return and not facts.prefer_machine:
        return "keychain"
    if facts.allowed is None:
        # The machine is everybody's, and its identity nobody's in particular.
        return "shared" if facts.several_people else None
    return None if source in facts.allowed else "not_allowed"


def asks_machine(facts: Facts) -> bool:
    """Tell whether the machine has a turn.

    Not after somebody has signed in by hand, nor where that was ended or may be kept: nobody shall
    act as another than before without having wanted it.
    """
    person = facts.by_hand is not None or facts.refused or facts.may_return
    return facts.prefer_machine or not person


def choose(on_machine: Sequence[str], facts: Facts) -> list[str]:
    """Name the sources that count, best first; the first that has an identity is the one.

    :param on_machine: what this machine has, in its order.
    """
    by_hand = [] if facts.by_hand is None else [facts.by_hand]
    if not asks_machine(facts):
        return by_hand
    return [name for name in on_machine if why_not_asked(name, facts) is None] + by_hand


def offered_here(environment: Environment, *, several_people: bool) -> list[str]:
    """Name the sources that the administrator allows on a server like this."""
    facts = Facts(environment.sources, several_people)
    offered = environment.offered
    return [name for name in offered if name not in MACHINE or why_not_asked(name, facts) is None]
