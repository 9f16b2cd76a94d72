"""The one decision which identity is used, from sign-ins, configuration and ambient identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_azure_auth.server.environment import MACHINE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jupyter_azure_auth.server.environment import Environment


@dataclass(frozen=True)
class Facts:
    """The inputs of the decision."""

    allowed: Sequence[str] | None = None
    """``c.AzureAuth.sources``; None: not set."""
    several_people: bool = False
    """Whether the server has distinct users, or collaboration."""
    prefer_machine: bool = False
    """``c.AzureAuth.prefer_machine``."""
    by_hand: str | None = None
    """The source of the interactive sign-in; None: no user is signed in."""
    refused: bool = False
    """Whether an interactive sign-in was ended by a refusal, and the user has not acted since."""
    may_return: bool = False
    """Whether an interactive sign-in may be stored in a keychain that has not answered yet."""


def why_not_asked(source: str, facts: Facts) -> str | None:
    """Return why an ambient source must not be asked at all.

    :returns: a code of :data:`.machine.reasons.REASONS`; None if it may be asked.
    """
    if facts.may_return and not facts.prefer_machine:
        return "keychain"
    if facts.allowed is None:
        # All users share the machine, so its identity belongs to none of them in particular.
        return "shared" if facts.several_people else None
    return None if source in facts.allowed else "not_allowed"


def asks_machine(facts: Facts) -> bool:
    """Whether the ambient identity may be used.

    It must not after an interactive sign-in, even one that was refused or may still be restored,
    because the identity must never change without the user's consent.
    """
    person = facts.by_hand is not None or facts.refused or facts.may_return
    return facts.prefer_machine or not person


def choose(on_machine: Sequence[str], facts: Facts) -> list[str]:
    """Return the names of the usable sources, best first; the first that has an identity is used.

    :param on_machine: the ambient sources that have an identity, in their order.
    """
    by_hand = [] if facts.by_hand is None else [facts.by_hand]
    if not asks_machine(facts):
        return by_hand
    return [name for name in on_machine if why_not_asked(name, facts) is None] + by_hand


def offered_here(environment: Environment, *, several_people: bool) -> list[str]:
    """Return the names of the sources that the administrator allows on a server like this."""
    facts = Facts(environment.sources, several_people)
    offered = environment.offered
    return [name for name in offered if name not in MACHINE or why_not_asked(name, facts) is None]
