"""Which authority a sign-in goes to: the administrator's choice, narrowed to a tenant at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from jupyter_azure_auth._tenants import is_guid, is_one_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Account

_HOSTS: Final[Mapping[str, str]] = {
    "AzureCloud": "login.microsoftonline.com",
    "AzureChinaCloud": "login.chinacloudapi.cn",
    "AzureUSGovernment": "login.microsoftonline.us",
}
"""The same as the page uses for sign-ins of its own."""

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
"""Hosts of the pages where users type a code, beside the authority's own, as Entra has named them
so far: ``microsoft.com/devicelogin``, ``/deviceloginchina`` and ``/deviceloginus``,
``www.microsoft.com/link``, ``login.microsoft.com/device``."""

_ISSUERS: Final[Mapping[str, str]] = {
    "login.chinacloudapi.cn": "login.partner.microsoftonline.cn",
}
"""Whom an authority names as issuer, where that is another host."""


def sign_in_authority(environment: Environment, tenant_id: str | None) -> str:
    """Say where to sign in.

    :param tenant_id: checked, as a page asks for it. A tenant that the administrator has chosen
        wins over it.
    """
    fixed = environment.tenant_id
    if environment.authority is not None:
        return environment.authority.rstrip("/")
    if fixed is not None and is_one_tenant(fixed):
        return tenant_authority(environment, fixed)
    return tenant_authority(environment, tenant_id or fixed or "organizations")


def home_tenant(environment: Environment, account: Account) -> str:
    """Return the tenant of tokens that were asked for without one, as far as it is known.

    That is the configured one, or else the user's own: a sign-in as a guest of another does not
    change what others get.
    """
    fixed = environment.authority is not None or is_one_tenant(environment.tenant_id or "")
    own = account.id.rpartition(".")[2]
    return account.tenant_id if fixed or not is_guid(own) else own


def tenant_authority(environment: Environment, tenant_id: str) -> str:
    """Say who gives tokens of a tenant to somebody who is signed in.

    :param tenant_id: checked: it becomes part of the address.
    """
    if environment.authority is None:
        return f"https://{_HOSTS[environment.cloud]}/{tenant_id}"
    return f"https://{urlsplit(environment.authority).netloc}/{tenant_id}"


def is_device_page(address: str, authority: str) -> bool:
    """Tell whether users of this authority may be sent to an address to type a code."""
    host = urlsplit(authority).netloc
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc in {host, *_DEVICE_PAGES.get(host, ())}


def speaks_for(issuer: str, authority: str) -> bool:
    """Tell whether an answer that names its issuer can be of this authority (RFC 9207, 2.4).

    Compared by host: Entra's issuers carry the id of the user's tenant, which is not known before.
    """
    host = urlsplit(authority).netloc
    try:
        return urlsplit(issuer).scheme == "https" and urlsplit(issuer).netloc in {
            host,
            _ISSUERS.get(host, host),
        }
    except ValueError:
        return False
