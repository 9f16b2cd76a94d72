"""``c.AzureAuth``: what an administrator can set, in a file or on the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, List, TraitError, Unicode
from traitlets.config import Config, Configurable

from jupyter_azure_auth.server.environment import Environment, InvalidTraitError, check

if TYPE_CHECKING:
    from collections.abc import Mapping


class AzureAuth(Configurable):
    """Sign-in to Azure for the users of this server.

    Users can set the same in JupyterLab's settings for the sign-in in their own browser, and
    theirs win there.
    """

    client_id = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Application (client) ID of the single-page app registration that users sign in to, a "
        "GUID. Default None: users have to set one in JupyterLab's settings.",
    )
    tenant_id = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Tenant to sign in to: its GUID or domain, or organizations, common or consumers. "
        "Default None: organizations, which is any work or school account.",
    )
    cloud = Unicode(
        default_value="AzureCloud",
        config=True,
        help="Azure cloud by name: AzureCloud (default), AzureChinaCloud or AzureUSGovernment; "
        "with an authority of your own, any name that kernels may ask for.",
    )
    redirect_uri = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Registered redirect URI, absolute, of type single-page application. Default None: "
        "this server's own redirect page, under the address in the browser.",
    )
    authority = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Authority to use instead of the cloud's own, an https address with tenant. Default "
        "None: the authority of cloud and tenant_id.",
    )
    authority_metadata = Dict(
        default_value=None,
        allow_none=True,
        config=True,
        help="OpenID configuration of the authority as a dict, for one that browsers cannot ask "
        "for it. Default None: the browser gets it from the authority.",
    )
    public_client_id = Unicode(
        default_value=None,
        allow_none=True,
        config=True,
        help="Application (client) ID, a GUID, of a registration of type mobile and desktop with "
        "redirect URI http://localhost, for sign-ins that this server holds. Default None: the "
        "Azure CLI's own, so that none has to be registered; Microsoft then shows that name.",
    )
    persistence = Unicode(
        default_value="keychain",
        config=True,
        help="Where sign-ins that this server holds outlive it: keychain (default), that of the "
        "operating system, where there is one and keyring is installed; memory, nowhere; or file, "
        "in plain text below Jupyter's data folder, readable by its user alone.",
    )
    prefer_machine = Bool(
        default_value=False,
        config=True,
        help="Whether kernels act as the machine (or as whoever did az login), where it has an "
        "identity, also when somebody has signed in by hand. Default False.",
    )
    sources: List[Any] = List(
        default_value=None,
        allow_none=True,
        config=True,
        help="Names of where identities may come from: managed-identity, connect-to-azure and "
        "azure-cli (the machine's, without anybody's doing), popup (held by the browser), loopback "
        "(held by this server, for pages on http://localhost) and device-code (held by this "
        "server, with a code that the user types elsewhere). Default None: all; on a server with "
        "several users, which a JupyterHub's or a collaborative one is, without the machine's.",
    )
    shared = Bool(
        default_value=None,
        allow_none=True,
        config=True,
        help="Whether several people use this server, and so its kernels. There each kernel needs "
        "its user's permission in the page, none gets a token without a page, and machine "
        "identities are used only if sources lists them. Default None: True where an extension "
        "brings collaboration, or the server tells its users apart; a JupyterHub's server counts "
        "as its owner's until another user opens it.",
    )


def load_environment(config: Config) -> Environment:
    """Read the server's configuration, once, at start.

    :param config: of the server, from all of its files and the command line.
    :returns: what was configured, or an environment whose ``problem`` says why it cannot be used;
        this never raises, since Jupyter shall start without us too.
    """
    try:
        return check(_read(config))
    except InvalidTraitError as invalid:
        return Environment(problem=str(invalid))


def _read(config: Config) -> Environment:
    try:
        values = AzureAuth(config=config).trait_values(config=True)
    except TraitError:
        # Its text repeats the value, and does not carry the trait's name.
        raise InvalidTraitError(_mistyped(config), "is of the wrong type") from None
    return Environment(**{name: _plain(name, value) for name, value in values.items()})


def _mistyped(config: Config) -> str:
    section: Mapping[str, Any] = config.get("AzureAuth", {})
    return next((name for name, value in section.items() if not _has_type(name, value)), "*")


def _has_type(name: str, value: Any) -> bool:
    try:
        AzureAuth(config=Config({"AzureAuth": {name: value}}))
    except TraitError:
        return False
    return True


def _plain(name: str, value: Any) -> Any:
    """Unset is None, however it was written, and the rest is what JSON makes of it."""
    try:
        plain = json.loads(json.dumps(value))
    except (TypeError, ValueError):
        raise InvalidTraitError(name, "must be made of what JSON can say") from None
    # An empty list of sources means none of them.
    return plain or (plain if isinstance(plain, (list, bool)) else None)
