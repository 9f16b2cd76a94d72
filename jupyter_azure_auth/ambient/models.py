"""Token requests to ambient sources, and their tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from jupyter_azure_auth._validation import resource_of

if TYPE_CHECKING:
    from jupyter_azure_auth._models import Account

SourceName = Literal["managed-identity", "connect-to-azure", "azure-cli"]


@dataclass(frozen=True)
class AmbientTokenRequest:
    """A token request. Its creator has validated it."""

    scopes: tuple[str, ...]
    tenant_id: str | None = None
    cloud: str | None = None
    account: str | None = field(default=None, repr=False)
    claims: str | None = field(default=None, repr=False)
    enable_cae: bool = False

    @property
    def default_scope(self) -> str:
        """The ``/.default`` scope of its resource, the only one for identities of machines."""
        scope = self.scopes[0]
        resource = resource_of(scope)
        return f"{resource}/.default" if resource else scope


def ambient_source(identity: str) -> SourceName | None:
    """Return the source of an ambient identity by its id, or None for a user."""
    name = identity.partition(":")[0]
    return next((source for source in get_args(SourceName) if source == name), None)


@dataclass(frozen=True)
class AmbientAccessToken:
    """An access token and its account. Its ``repr`` omits the token."""

    token: str = field(repr=False)
    token_type: str
    expires_on: int
    """Seconds since the epoch."""
    refresh_on: int | None
    """When to renew it, in seconds since the epoch; None for shortly before expiry."""
    account: Account
