"""The administrator's configuration, validated once and never changed afterwards.

Every rule names its trait and the remedy, and never repeats the value, because a secret may have
been typed into the wrong field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth._models import AMBIENT_SOURCES
from jupyter_azure_auth._validation import are_scopes, is_guid, is_tenant, resource_key, resource_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LOOPBACK_HOSTS: Final = ("localhost", "127.0.0.1", "::1")

SOURCES: Final = (*AMBIENT_SOURCES, "popup", "loopback", "device-code")
"""The sources of identities, by name; first the ambient ones, which need no user."""

IDENTITY_ENDPOINT_SETTINGS: Final = ("offer", "always", "never")

PERSISTENCE_MODES: Final = ("keychain", "memory", "file")

_LIST_MARKS: Final = frozenset("[],")
"""Characters of a list that the command line cannot contain, which is read as one name."""

AZURE_CLI_CLIENT_ID: Final = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The Azure CLI's app registration, a public client that may redirect to any localhost port."""


class InvalidTraitError(ValueError):
    """A trait has an invalid value; the text is one sentence for the administrator."""

    def __init__(self, trait: str, remedy: str) -> None:
        super().__init__(f"c.AzureAuth.{trait} {remedy}.")


@dataclass(frozen=True)
class AzureAuthConfig:
    """The server's configuration as pages may know it. Nothing in it is secret."""

    client_id: str | None = None
    tenant_id: str | None = None
    cloud: str = DEFAULT_CLOUD
    redirect_uri: str | None = None
    authority: str | None = None
    authority_metadata: Mapping[str, Any] | None = None
    public_client_id: str | None = None
    persistence: str = "keychain"
    """Where sign-ins that the server extension holds may be stored: one of
    :data:`PERSISTENCE_MODES`."""
    prefer_machine: bool = False
    """Whether an ambient identity takes precedence over an interactive sign-in."""
    sources: Sequence[str] | None = None
    allowed_resources: Sequence[str] | None = None
    """Resources that tokens may be for; None: all."""
    identity_endpoint: str = "offer"
    """Whether processes get the App Service identity contract: one of
    :data:`IDENTITY_ENDPOINT_SETTINGS`."""
    shared: bool | None = None
    """Whether this server has several users; None: :class:`.sharing.Sharing` decides."""
    problem: str | None = None
    """Why the configuration is invalid, in one sentence; all other fields are then defaults."""

    @property
    def native_client(self) -> str:
        """The client id of sign-ins that the server extension holds."""
        return self.public_client_id or AZURE_CLI_CLIENT_ID

    @property
    def offered(self) -> list[str]:
        """Sources that the administrator allows; none if the configuration is invalid."""
        if self.problem is not None:
            return []
        return [name for name in SOURCES if self.sources is None or name in self.sources]

    def allows(self, scopes: Sequence[str]) -> bool:
        """Whether tokens with these scopes, all of one resource, may be issued."""
        allowed = self.allowed_resources
        return allowed is None or resource_key(scopes[0]) in map(resource_key, allowed)


def check_config(config: AzureAuthConfig) -> AzureAuthConfig:
    """Return the configuration if it is valid.

    :param config: as configured, each field of the right type.
    :returns: the same object.
    :raises InvalidTraitError: for the first invalid field.
    """
    for trait, (is_valid, remedy) in _RULES.items():
        value = getattr(config, trait)
        if value is not None and not is_valid(value):
            raise InvalidTraitError(trait, remedy)
    # A custom authority may belong to a cloud that has no name here.
    if config.authority is None and config.cloud not in CLOUDS:
        raise InvalidTraitError("cloud", _TYPE_REMEDIES["cloud"])
    if config.authority is None and config.authority_metadata is not None:
        raise InvalidTraitError("authority_metadata", "needs c.AzureAuth.authority as well")
    return config


def remedy_for_type(trait: str) -> str:
    """Return what a trait must be, if its value has another type."""
    if trait in _RULES:
        return _RULES[trait][1]
    return _TYPE_REMEDIES.get(trait, "is of the wrong type")


def _are_resources(value: Sequence[Any]) -> bool:
    # A scope without a resource stands for Microsoft Graph, which a short name does not mean.
    return all(
        are_scopes([name]) and resource_of(name) and _LIST_MARKS.isdisjoint(name) for name in value
    )


def _are_sources(value: Sequence[Any]) -> bool:
    return all(name in SOURCES for name in value)


def _is_https(value: str) -> bool:
    return _is_address(value, plain_hosts=())


def _is_redirect_uri(value: str) -> bool:
    # Entra ID accepts plain http for these two hosts only, and no fragment.
    return "#" not in value and _is_address(value, plain_hosts=("localhost", "127.0.0.1"))


def _is_metadata(value: Mapping[str, Any]) -> bool:
    addresses = [value.get(name) for name in ("authorization_endpoint", "token_endpoint")]
    return isinstance(value.get("issuer"), str) and all(
        isinstance(address, str) and _is_address(address, plain_hosts=LOOPBACK_HOSTS)
        for address in addresses
    )


def _is_address(value: str, *, plain_hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises if it is not a number
    except ValueError:
        return False
    if parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in plain_hosts)


_RULES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "client_id": (
        is_guid,
        "must be the application (client) ID of a single-page app registration, a GUID",
    ),
    "tenant_id": (
        is_tenant,
        "must be a tenant's GUID or domain, or one of organizations, common and consumers",
    ),
    "redirect_uri": (
        _is_redirect_uri,
        "must be an absolute https address (http on localhost only), exactly as registered",
    ),
    "authority": (_is_https, "must be an https address, such as https://<host>/<tenant>"),
    "authority_metadata": (
        _is_metadata,
        "must be an OpenID configuration as a dict: issuer, and endpoints on https or loopback",
    ),
    "public_client_id": (
        is_guid,
        "must be the application (client) ID of a native app registration, a GUID",
    ),
    "persistence": (
        PERSISTENCE_MODES.__contains__,
        f"must be one of {', '.join(PERSISTENCE_MODES)}",
    ),
    "allowed_resources": (
        _are_resources,
        "must be a list of resources, such as https://storage.azure.com",
    ),
    "identity_endpoint": (
        IDENTITY_ENDPOINT_SETTINGS.__contains__,
        f"must be one of {', '.join(IDENTITY_ENDPOINT_SETTINGS)}",
    ),
    "sources": (_are_sources, f"must be a list of names from {', '.join(SOURCES)}"),
}

_TYPE_REMEDIES: Final[Mapping[str, str]] = {
    "cloud": f"must be one of {', '.join(CLOUDS)}",
    "prefer_machine": "must be True or False",
    "shared": "must be True or False",
}
