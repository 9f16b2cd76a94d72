"""The authority of a sign-in: the administrator's choice, at most narrowed to a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jupyter_azure_auth._tenants import is_guid, is_one_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.models import Account

_HOSTS: Final[Mapping[str, str]] = {
    "AzureCloud": "login.microsoftonline.com",
    "AzureChinaCloud": "login.chinacloudapi.cn",
    "AzureUSGovernment": "login.microsoftonline.us",
}
"""The same hosts that the page uses for the sign-ins that it holds."""

_DEVICE_PAGES: Final[Mapping[str, frozenset[str]]] = {
    "login.microsoftonline.com": frozenset(
        {"microsoft.com", "www.microsoft.com", "login.microsoft.com"}
    ),
    "login.chinacloudapi.cn": frozenset(
        {
            "microsoft.com",
            "www.microsoft.com",
            "login.microsoftonline.cn",
            "login.partner.microsoftonline.cn",
        }
    ),
    "login.microsoftonline.us": frozenset({"microsoft.com", "www.microsoft.com"}),
}
"""Hosts of the pages where users type a code, in addition to the authority itself. Entra has named
these so far: ``microsoft.com/devicelogin``, ``/deviceloginchina`` and ``/deviceloginus``,
``www.microsoft.com/link``, ``login.microsoft.com/device``."""

_ISSUERS: Final[Mapping[str, str]] = {
    "login.chinacloudapi.cn": "login.partner.microsoftonline.cn",
}
"""The host of an authority's issuer, if it differs from the authority's host."""


def sign_in_authority(config: AzureAuthConfig, tenant_id: str | None) -> str:
    """Return the address of the authority to sign in to.

    :param tenant_id: the tenant that the page asks for, already validated. A tenant chosen by the
        administrator takes precedence.
    """
    fixed = config.tenant_id
    if config.authority is not None:
        return config.authority.rstrip("/")
    if fixed is not None and is_one_tenant(fixed):
        return tenant_authority(config, fixed)
    return tenant_authority(config, tenant_id or fixed or "organizations")


def home_tenant(config: AzureAuthConfig, account: Account) -> str:
    """Return the tenant of tokens that are requested without one, as far as it is known.

    That is the configured tenant, otherwise the user's home tenant: signing in as a guest of
    another tenant does not change what other requests get.
    """
    fixed = config.authority is not None or is_one_tenant(config.tenant_id or "")
    own = account.id.rpartition(".")[2]
    return account.tenant_id if fixed or not is_guid(own) else own


def tenant_authority(config: AzureAuthConfig, tenant_id: str) -> str:
    """Return the authority that issues tokens of a tenant to a signed-in user.

    :param tenant_id: already validated, because it becomes part of the address.
    """
    if config.authority is None:
        return f"https://{_HOSTS[config.cloud]}/{tenant_id}"
    return f"https://{urlsplit(config.authority).netloc}/{tenant_id}"


def is_device_page(address: str, authority: str) -> bool:
    """Whether users of this authority may be sent to an address to type a code."""
    host = urlsplit(authority).netloc
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc in {host, *_DEVICE_PAGES.get(host, ())}


def speaks_for(issuer: str, authority: str) -> bool:
    """Whether a response that names its issuer can be from this authority (RFC 9207, 2.4).

    Only hosts are compared: Entra's issuers contain the id of the user's tenant, which is not known
    in advance.
    """
    host = urlsplit(authority).netloc
    try:
        return urlsplit(issuer).scheme == "https" and urlsplit(issuer).netloc in {
            host,
            _ISSUERS.get(host, host),
        }
    except ValueError:
        return False
