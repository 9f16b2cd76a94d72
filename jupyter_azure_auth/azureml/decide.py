"""The constructor's decision as a pure function: use an existing identity or prompt the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["session", "saved", "azure-cli", "machine"]
"""JupyterLab's sign-in, an earlier script's in the keychain, `az login`, or the machine."""

Place = Literal["page", "terminal", "nowhere"]
"""Where the user can be prompted."""


@dataclass(frozen=True)
class Wanted:
    """The validated arguments of the constructor."""

    force: bool = False
    tenant_id: str | None = None
    cloud: str | None = None
    """None if no cloud was named."""


@dataclass(frozen=True)
class Found:
    """An identity with a token that needs no prompt."""

    source: Source
    who: str
    tenant_id: str | None = None
    """None if unknown, as for most machines."""
    cloud: str | None = None
    """None for the requested cloud."""


@dataclass(frozen=True)
class Use:
    """Use the identity that was found, without a prompt."""

    who: str


@dataclass(frozen=True)
class Prompt:
    """Have the user sign in to a tenant and a cloud; None for the user's defaults."""

    place: Literal["page", "terminal"]
    tenant_id: str | None
    cloud: str | None


@dataclass(frozen=True)
class NobodyToAsk:
    """A sign-in is needed, but there is no place for a prompt."""


def decide(wanted: Wanted, found: Found | None, place: Place) -> Use | Prompt | NobodyToAsk:
    """Return the decision. With `force` or another tenant or cloud, `found` does not count."""
    if found is not None and not wanted.force and _fits(wanted, found):
        return Use(found.who)
    if place == "nowhere":
        return NobodyToAsk()
    return Prompt(place, wanted.tenant_id, wanted.cloud)


def _fits(wanted: Wanted, found: Found) -> bool:
    return _same_tenant(wanted.tenant_id, found.tenant_id) and (
        wanted.cloud is None or found.cloud in (None, wanted.cloud)
    )


def _same_tenant(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None:
        return wanted is None
    # A domain cannot be compared with an id; the token was requested for that domain.
    return "." in wanted or "." in found or wanted.lower() == found.lower()
