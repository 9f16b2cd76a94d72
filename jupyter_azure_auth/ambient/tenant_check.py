"""Checks that a token is for the requested tenant: a machine and `az` have a fixed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth._models import UNKNOWN
from jupyter_azure_auth._tenants import TenantIds
from jupyter_azure_auth._validation import is_unrestricted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Resolve = Callable[[str, str], str | None]

TIMEOUT_S: Final = (2.0, 3.0)
"""Timeouts for a connection to the authority and for each read of its answer."""

SERVER_ERROR, BUSY = 500, 429


def why_wrong_tenant(
    wanted: str | None, actual: str, login_host: str, resolve: Resolve
) -> tuple[str, str] | None:
    """Return why a token is not for the requested tenant, or None. Blocks for a domain.

    :param wanted: the requested tenant, a GUID or a domain; None for any.
    :param actual: the tenant id in the token, or :data:`.._models.UNKNOWN` for an opaque token,
        which is accepted.
    :param login_host: login host of the machine's cloud, which resolves domains.
    :param resolve: returns the id of a domain, as :meth:`.._tenants.TenantIds.resolve` does.
    :returns: a code of :data:`.._error_catalog.AMBIENT` and its detail.
    """
    if wanted is None or is_unrestricted(wanted) or actual == UNKNOWN:
        return None
    if wanted.lower() == actual.lower():
        return None
    try:
        tenant_id = resolve(wanted, login_host)
    except Exception:  # noqa: BLE001 (of requests, urllib3 or ssl: their texts hold addresses)
        return "tenant_unresolved", wanted
    if tenant_id == actual.lower():
        return None
    return "other_tenant", f"{actual}, not in {wanted}"


def login_host_of(environ: Mapping[str, str], cloud: str) -> str:
    """Return the host of the authority, with its port if it has one."""
    authority = environ.get("AZURE_AUTHORITY_HOST", "")
    named = urlsplit(authority if "//" in authority else f"//{authority}").netloc
    return named or CLOUDS.get(cloud, CLOUDS[DEFAULT_CLOUD]).login_host


def _get_json(address: str) -> Mapping[str, Any] | None:
    import requests  # noqa: PLC0415 (60 ms, for a domain only)

    answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
    if answer.status_code >= SERVER_ERROR or answer.status_code == BUSY:
        answer.raise_for_status()
    document = answer.json() if answer.ok else None
    return document if isinstance(document, dict) else None


resolve_tenant: Final = TenantIds(_get_json).resolve
"""Shared by the process, with its cache."""
