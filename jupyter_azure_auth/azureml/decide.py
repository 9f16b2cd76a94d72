"""The constructor's decision as a pure function: use an existing identity or prompt the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SignInSource = Literal["session", "saved", "azure-cli", "machine"]
"""JupyterLab's sign-in, an earlier script's in the keychain, `az login`, or the machine."""

PromptTarget = Literal["page", "terminal", "nowhere"]
"""Where the user can be prompted."""


@dataclass(frozen=True)
class SignInRequest:
    """The validated arguments of the constructor."""

    force: bool = False
    tenant_id: str | None = None
    cloud: str | None = None
    """None if no cloud was named."""


@dataclass(frozen=True)
class ExistingSignIn:
    """An identity with a token that needs no prompt."""

    source: SignInSource
    username: str
    tenant_id: str | None = None
    """None if unknown, as for most machines."""
    cloud: str | None = None
    """None for the requested cloud."""


@dataclass(frozen=True)
class UseExisting:
    """Use the identity that was found, without a prompt."""

    username: str


@dataclass(frozen=True)
class Prompt:
    """Have the user sign in to a tenant and a cloud; None for the user's defaults."""

    target: Literal["page", "terminal"]
    tenant_id: str | None
    cloud: str | None


@dataclass(frozen=True)
class NoPromptTarget:
    """A sign-in is needed, but there is no place for a prompt."""


def decide(
    request: SignInRequest, existing: ExistingSignIn | None, target: PromptTarget
) -> UseExisting | Prompt | NoPromptTarget:
    """Return the decision. With `force` or another tenant or cloud, `found` does not count."""
    if existing is not None and not request.force and _fits(request, existing):
        return UseExisting(existing.username)
    if target == "nowhere":
        return NoPromptTarget()
    return Prompt(target, request.tenant_id, request.cloud)


def _fits(request: SignInRequest, existing: ExistingSignIn) -> bool:
    return _same_tenant(request.tenant_id, existing.tenant_id) and (
        request.cloud is None or existing.cloud in (None, request.cloud)
    )


def _same_tenant(wanted: str | None, found: str | None) -> bool:
    if wanted is None or found is None:
        return wanted is None
    # A domain cannot be compared with an id; the token was requested for that domain.
    return "." in wanted or "." in found or wanted.lower() == found.lower()
