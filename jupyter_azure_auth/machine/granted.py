"""What is wished of an identity of this machine, and what it grants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from jupyter_azure_auth._validation import resource_of

SourceName = Literal["managed-identity", "connect-to-azure", "azure-cli"]

UNKNOWN: Final = "unknown"
"""In place of a tenant that the machine does not tell."""


@dataclass(frozen=True)
class Wish:
    """What a token is for. Whoever makes one has checked it."""

    scopes: tuple[str, ...]
    tenant_id: str | None = None
    cloud: str | None = None
    account: str | None = field(default=None, repr=False)
    claims: str | None = field(default=None, repr=False)
    enable_cae: bool = False

    @property
    def default_scope(self) -> str:
        """Everything of its resource: identities of machines know no other scope."""
        scope = self.scopes[0]
        resource = resource_of(scope)
        return f"{resource}/.default" if resource else scope


def machine_source(identity: str) -> SourceName | None:
    """Return the source of a machine's identity by its id; None for a user."""
    name = identity.partition(":")[0]
    return next((source for source in get_args(SourceName) if source == name), None)


@dataclass(frozen=True)
class MachineAccount:
    """Whose token it is. Only ``id`` decides anything, the rest is for display."""

    id: str
    """``<source>:<client id or object id>``; the same for all tokens of one identity."""
    name: str = field(repr=False)
    """What it is, such as ``Azure App Service``; the host for a managed identity."""
    username: str = field(repr=False)
    """As whom: a user name, the name of an identity, or its client id."""
    tenant_id: str = UNKNOWN


@dataclass(frozen=True)
class Granted:
    """An access token, and whose. Prints without it."""

    token: str = field(repr=False)
    token_type: str
    expires_on: int
    """Seconds since the epoch."""
    refresh_on: int | None
    """When to renew it, likewise; None: shortly before its end."""
    account: MachineAccount
