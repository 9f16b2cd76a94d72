"""Whether a token is of the tenant that was asked for: a machine and `az` have one of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_azure_auth._tenants import TenantIds, is_unrestricted

from .clouds import CLOUDS
from .granted import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Resolve = Callable[[str, str], str | None]

TIMEOUT_S: Final = (2.0, 3.0)
"""For a connection to the authority, and for each piece of its answer."""

SERVER_ERROR, BUSY = 500, 429


def why_not_of(
    wanted: str | None, actual: str, login_host: str, resolve: Resolve
) -> tuple[str, str] | None:
    """Return why a token is not of the tenant that was asked for. Blocks for a domain.

    :param actual: the id in the token; :data:`.granted.UNKNOWN` for one that cannot be read,
        which passes.
    :param login_host: of the machine's cloud, where the id of a domain is known.
    :returns: a code of :data:`.reasons.REASONS` and its detail; None: it is of that tenant.
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
    return named or CLOUDS.get(cloud, CLOUDS["AzureCloud"]).login_hosts[0]


def _get_json(address: str) -> Mapping[str, Any] | None:
    import requests  # noqa: PLC0415 (60 ms, for a domain only)

    answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
    if answer.status_code >= SERVER_ERROR or answer.status_code == BUSY:
        answer.raise_for_status()
    document = answer.json() if answer.ok else None
    return document if isinstance(document, dict) else None


resolve_tenant: Final = TenantIds(_get_json).resolve
"""One for the process, which keeps what it has been told."""
