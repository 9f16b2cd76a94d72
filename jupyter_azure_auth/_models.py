"""Token requests, access tokens and accounts, for every part of the package."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, get_args

from ._validation import is_guid, resource_of

CacheKey = tuple[tuple[str, ...], str | None, str | None, str | None, bool]
"""Scopes, tenant, cloud, account, CAE: the fields of a request that determine its token."""

SourceName = Literal["managed-identity", "connect-to-azure", "azure-cli"]
"""The ambient sources."""

AMBIENT_SOURCES: Final[tuple[SourceName, ...]] = get_args(SourceName)
"""The same, in order of precedence for kernels and the server extension."""

UNKNOWN: Final = "unknown"
"""Replaces a tenant that the machine does not report."""

NAME_LIMIT: Final = 4096
"""Maximum characters of each field; an account with a longer one is malformed."""


@dataclass(frozen=True)
class Account:
    """A user in a tenant, as given by the ID token, or an ambient identity."""

    id: str
    """``<object id>.<home tenant id>`` for a user: the same in every tenant. For an ambient
    identity, ``<source>:<client id or object id>``: equal for all its tokens. Only the id is used
    in decisions about an ambient identity."""
    name: str = field(repr=False)
    """For an ambient identity, the source, such as ``Azure App Service``."""
    username: str = field(repr=False)
    """A user name, the name of an ambient identity, or its client id."""
    tenant_id: str = UNKNOWN

    def matches(self, wanted: str) -> bool:
        """Whether a user name or an id means this account."""
        return wanted.casefold() in {self.id.casefold(), self.username.casefold()}

    @classmethod
    def from_wire(cls, data: object) -> Account | None:
        """Return the account of a message; None if it is malformed. Only ``name`` may be absent."""
        if not isinstance(data, dict):
            return None
        values = [data.get(name) for name in ("id", "username", "tenant_id")]
        if not all(isinstance(value, str) and 0 < len(value) <= NAME_LIMIT for value in values):
            return None
        name = data.get("name")
        shown = name if isinstance(name, str) and len(name) <= NAME_LIMIT else ""
        account_id, username, tenant_id = map(str, values)
        return cls(account_id, shown, username, tenant_id)

    def to_wire(self) -> dict[str, str]:
        """Return the field ``account`` of an answer."""
        return {
            "id": self.id,
            "name": self.name,
            "username": self.username,
            "tenant_id": self.tenant_id,
        }


_SOURCES: Final[dict[str, SourceName]] = {name: name for name in AMBIENT_SOURCES}


def ambient_source(identity: str) -> SourceName | None:
    """Return the source of an ambient identity by its id, or None for a user."""
    return _SOURCES.get(identity.partition(":")[0])


@dataclass(frozen=True)
class TokenRequest:
    """What a token is requested for. Its creator has validated it."""

    scopes: tuple[str, ...]
    tenant_id: str | None = None
    cloud: str | None = None
    account: str | None = field(default=None, repr=False)
    claims: str | None = field(default=None, repr=False)
    enable_cae: bool = False
    force: bool = False
    require_user: bool = False
    """Whether tokens of ambient identities are refused."""
    interactive: bool = True
    """Whether the user may be asked. Neither this nor ``prompt`` means anything to a server."""
    prompt: bool = False
    """Whether the user must sign in even if a user is signed in."""

    @property
    def key(self) -> CacheKey:
        """The key of its token in a kernel's cache. A token for claims replaces the one without."""
        return (self.scopes, self.tenant_id, self.cloud, self.account, self.enable_cae)

    @property
    def bypass_cache(self) -> bool:
        """Whether cached tokens cannot be used."""
        return self.force or self.prompt or self.claims is not None

    @property
    def default_scope(self) -> str:
        """The ``/.default`` scope of its resource, the only one for identities of machines."""
        scope = self.scopes[0]
        resource = resource_of(scope)
        return f"{resource}/.default" if resource else scope

    def accepts_tenant(self, tenant_id: str) -> bool:
        """Whether a token of this tenant fits the request, as far as a kernel can tell.

        Always true for a requested domain, which the page or the server has resolved, because the
        kernel does not wait for the network. Also true for a machine that does not report its
        tenant.
        """
        wanted = self.tenant_id or ""
        known = is_guid(wanted) and tenant_id != UNKNOWN
        return not known or wanted.lower() == tenant_id.lower()

    def accepts(self, identity: str) -> bool:
        """Whether tokens of this identity may be used: with ``require_user``, only a user's."""
        return not self.require_user or ambient_source(identity) is None

    def silent(self) -> TokenRequest:
        """Return the same request without prompting the user."""
        return replace(self, interactive=False)

    def to_wire(self) -> dict[str, Any]:
        """Return the fields of a message. Those with their default value are left out."""
        wire: dict[str, Any] = {
            "scopes": list(self.scopes),
            "tenant_id": self.tenant_id,
            "cloud": self.cloud,
            "account": self.account,
            "claims": self.claims,
            "enable_cae": self.enable_cae or None,
            "force": self.force or None,
            "require_user": self.require_user or None,
            "interactive": None if self.interactive else False,
            "prompt": self.prompt or None,
        }
        return {name: value for name, value in wire.items() if value is not None}


@dataclass(frozen=True)
class AccessToken:
    """An access token and its account. Its ``repr`` omits the token."""

    token: str = field(repr=False)
    token_type: str
    expires_on: int
    """Seconds since the epoch."""
    refresh_on: int | None
    """When to renew it, in seconds since the epoch; None for shortly before expiry."""
    account: Account
