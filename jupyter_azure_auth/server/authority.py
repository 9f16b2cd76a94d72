"""The authority of a sign-in: the administrator's choice, at most narrowed to a tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jupyter_azure_auth._clouds import CLOUDS, Cloud
from jupyter_azure_auth._validation import is_guid, is_one_tenant

if TYPE_CHECKING:
    from jupyter_azure_auth._models import Account
    from jupyter_azure_auth.server.config import AzureAuthConfig


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
        return f"https://{CLOUDS[config.cloud].login_host}/{tenant_id}"
    return f"https://{urlsplit(config.authority).netloc}/{tenant_id}"


def is_device_page(address: str, authority: str) -> bool:
    """Whether users of this authority may be sent to an address to type a code."""
    host = urlsplit(authority).netloc
    cloud = _cloud_of_login_host(host)
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" and (
        parts.netloc == host or (cloud is not None and parts.netloc in cloud.device_code_hosts)
    )


def speaks_for(issuer: str, authority: str) -> bool:
    """Whether a response that names its issuer can be from this authority (RFC 9207, 2.4).

    Only hosts are compared: Entra's issuers contain the id of the user's tenant, which is not known
    in advance.
    """
    host = urlsplit(authority).netloc
    cloud = _cloud_of_login_host(host)
    try:
        parts = urlsplit(issuer)
    except ValueError:
        return False
    return parts.scheme == "https" and (
        parts.netloc == host or (cloud is not None and parts.netloc in cloud.login_hosts)
    )


def _cloud_of_login_host(host: str) -> Cloud | None:
    return next((cloud for cloud in CLOUDS.values() if cloud.login_host == host), None)
