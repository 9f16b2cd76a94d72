"""``c.AzureAuth``: the settings for administrators, in a file or on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, List, TraitError, Unicode
from traitlets.config import Config, Configurable
from traitlets.config.loader import LazyConfigValue

from jupyter_azure_auth._clouds import DEFAULT_CLOUD
from jupyter_azure_auth.server.config import (
    AzureAuthConfig,
    InvalidTraitError,
    check_config,
    remedy_for_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    _List = List[Any]
else:
    # Before traitlets 5.13, it has no parameter. Outdated when Jupyter Server requires a newer one.
    _List = List


class _Names(_List):
    """A list of names; on the command line also one name without brackets.

    traitlets reads that as None, which lifts a limit.
    """

    def from_string(self, s: str) -> list[Any] | None:
        """Return the names of an argument."""
        names: list[Any] | None = super().from_string(s)
        return [s] if names is None and s != "None" else names


class AzureAuth(Configurable):
    """Sign-in to Azure for the users of this server.

    Users can set the same values in JupyterLab's settings. For sign-ins in their browser, their
    settings take precedence.
    """

    client_id = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Application (client) ID of the single-page app registration that users sign in to, a "
        "GUID. Default None: users must set one in JupyterLab's settings.",
    )
    tenant_id = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Tenant to sign in to: its GUID or domain, or organizations, common or consumers. "
        "Default None: organizations, which is any work or school account.",
    )
    cloud = Unicode(
        default_value=DEFAULT_CLOUD,
        config=True,
        help="Azure cloud by name: AzureCloud (default), AzureChinaCloud or AzureUSGovernment; "
        "with a custom authority, any name that kernels may ask for.",
    )
    redirect_uri = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Registered redirect URI, absolute, of type single-page application. Default None: "
        "this server's redirect page, at the address in the browser.",
    )
    authority = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Authority to use instead of the cloud's default, an https address with tenant. "
        "Default None: the authority of cloud and tenant_id.",
    )
    authority_metadata = Dict(
        default_value=None,
        allow_none=True,
        config=True,
        help="OpenID configuration of the authority as a dict, if browsers cannot get it from the "
        "authority. Default None: the browser gets it from the authority.",
    )
    public_client_id = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Application (client) ID, a GUID, of a registration of type mobile and desktop with "
        "redirect URI http://localhost, for sign-ins that this server holds. Default None: the "
        "Azure CLI's, so that you need no registration; Microsoft then shows that name.",
    )
    persistence = Unicode(
        default_value="keychain",
        config=True,
        help="Where this server stores its sign-ins across restarts: keychain (default), the "
        "operating system's keychain if there is one and keyring is installed; memory, not stored; "
        "or file, in plain text below Jupyter's data folder, readable only by its user.",
    )
    prefer_machine = Bool(
        default_value=False,
        config=True,
        help="Whether kernels use this machine's identity (or the Azure CLI's sign-in) if there is "
        "one, even when a user has signed in interactively. Default False.",
    )
    sources = _Names(
        default_value=None,
        allow_none=True,
        config=True,
        help="Names of the allowed sources of identities: managed-identity, connect-to-azure and "
        "azure-cli (this machine's identities, without a sign-in), popup (held by the browser), "
        "loopback (held by this server, for pages on http://localhost) and device-code (held by "
        "this server, with a code that the user types elsewhere). Default None: all; on a server "
        "with several users, such as JupyterHub or a collaborative server, all but this machine's.",
    )
    allowed_resources = _Names(
        default_value=None,
        allow_none=True,
        config=True,
        help="Resources that kernels and other processes can get tokens for, written as in a "
        "scope without /.default: https://storage.azure.com, https://management.azure.com. "
        "Applies to tokens from this server and from its pages alike. Default None: all; an "
        "empty list allows none.",
    )
    identity_endpoint = Unicode(
        default_value="offer",
        config=True,
        help="Whether programs that do not know this package can use the user's sign-in, through "
        "the App Service identity contract (IDENTITY_ENDPOINT) on a loopback port: offer "
        "(default), once the user turns it on; always; or never. Not available on servers with "
        "several users, or on machines with their own identity.",
    )
    shared = Bool(
        default_value=None,
        allow_none=True,
        config=True,
        help="Whether several people use this server and its kernels. If so, each kernel needs its "
        "user's permission in the page, no kernel gets a token without a page, and this machine's "
        "identities are used only if sources lists them. Default None: True if an extension "
        "provides collaboration or the server distinguishes its users; a JupyterHub server counts "
        "as its owner's until another user opens it.",
    )


def load_config(config: Config) -> AzureAuthConfig:
    """Read the server's configuration, once, at start.

    :param config: the server's, from all of its files and the command line.
    :returns: the configuration, or one whose ``problem`` says why it cannot be used. Never raises,
        because Jupyter must start without this extension too.
    """
    try:
        return check_config(_read(config))
    except InvalidTraitError as invalid:
        # No mistake elsewhere may lift the limit.
        limit: list[str] | None = [] if "allowed_resources" in config.get("AzureAuth", {}) else None
        return AzureAuthConfig(problem=str(invalid), allowed_resources=limit)


def _read(config: Config) -> AzureAuthConfig:
    for name, value in config.get("AzureAuth", {}).items():
        # traitlets extends None to None, which lifts a limit.
        if isinstance(value, LazyConfigValue) and value.to_dict():
            raise InvalidTraitError(
                name, "has no default that can be extended, so assign all of its values"
            )
    try:
        values = AzureAuth(config=config).trait_values(config=True)
    except TraitError:
        # The text of a TraitError repeats the value and does not name the trait.
        trait = _mistyped_trait(config)
        raise InvalidTraitError(trait, remedy_for_type(trait)) from None
    plain = {name: _plain(name, value) for name, value in values.items()}
    return AzureAuthConfig(**{name: one for name, one in plain.items() if one is not None})


def _mistyped_trait(config: Config) -> str:
    section: Mapping[str, Any] = config.get("AzureAuth", {})
    return next((name for name, value in section.items() if not _has_type(name, value)), "*")


def _has_type(name: str, value: Any) -> bool:
    try:
        AzureAuth(config=Config({"AzureAuth": {name: value}}))
    except TraitError:
        return False
    return True


def _plain(name: str, value: Any) -> Any:
    """Return the value as JSON represents it; None for an empty one."""
    try:
        plain = json.loads(json.dumps(value))
    except (TypeError, ValueError):
        raise InvalidTraitError(name, "must contain only JSON values") from None
    # An empty list of sources means none of them.
    return plain or (plain if isinstance(plain, (list, bool)) else None)
