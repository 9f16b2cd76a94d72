"""What the constructor does, as one pure function: use who is there, or have somebody sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["session", "saved", "azure-cli", "machine"]
"""JupyterLab's sign-in; an earlier script's, in the keychain; that of `az login`; the machine's."""

Place = Literal["page", "terminal", "nowhere"]
"""Where a user can be asked."""


@dataclass(frozen=True)
class Wanted:
    """The arguments of the constructor, checked."""

    force: bool = False
    tenant_id: str | None = None
    cloud: str | None = None
    """None: nobody has named one."""


@dataclass(frozen=True)
class Found:
    """Whose token there is without asking anybody."""

    source: Source
    who: str
    tenant_id: str | None = None
    """None: not known, as with most machines."""
    cloud: str | None = None
    """None: the one that was asked for, whichever that is."""


@dataclass(frozen=True)
class Use:
    """No prompt: act as whom was found."""

    who: str


@dataclass(frozen=True)
class Prompt:
    """Have the user sign in, there, to that tenant and cloud; None: to their own."""

    place: Literal["page", "terminal"]
    tenant_id: str | None
    cloud: str | None


@dataclass(frozen=True)
class NobodyToAsk:
    """Somebody would have to be asked, and nobody can be."""


def decide(wanted: Wanted, found: Found | None, place: Place) -> Use | Prompt | NobodyToAsk:
    """Decide. A tenant or cloud that does not match counts as "not there", and so does `force`."""
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
    # A domain can not be compared with an id; whoever gave the token was asked for that domain.
    return "." in wanted or "." in found or wanted.lower() == found.lower()
