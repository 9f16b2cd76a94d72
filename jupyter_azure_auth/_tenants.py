"""Which tenant a name stands for, as the authority's own metadata says."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KNOWN_SECONDS: Final = 6 * 3600
"""For which the id behind a domain is kept: domains move between tenants, but rarely."""

UNKNOWN_SECONDS: Final = 10
"""The same for a domain without a tenant, which may be a typing error about to be corrected."""

MOST_KEPT: Final = 200
"""Domains; callers choose them."""

UNRESTRICTED: Final = frozenset({"common", "organizations", "consumers"})
"""In place of a tenant: any will do."""

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LABEL: Final = r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DOMAIN: Final = re.compile(rf"(?=.{{4,253}}$)({_LABEL}\.)+(?=[a-zA-Z]){_LABEL}")


def is_guid(value: str) -> bool:
    """Whether this is a GUID in its usual form, and nothing around it."""
    return _GUID.fullmatch(value) is not None


def is_one_tenant(value: str) -> bool:
    """Whether this names a single tenant, by its GUID or a domain."""
    return is_guid(value) or _DOMAIN.fullmatch(value) is not None


def is_unrestricted(tenant: str | None) -> bool:
    """Whether a request with this tenant takes a token of any tenant."""
    return tenant is None or tenant.lower() in UNRESTRICTED


def one_tenant(tenant: str | None) -> str | None:
    """Return the single tenant that a request is for; None if any will do."""
    return None if is_unrestricted(tenant) else tenant


class TenantIds:
    """Tenant ids by domain, kept for the life of the process. Safe from any thread."""

    def __init__(
        self,
        get_json: Callable[[str], Mapping[str, Any] | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take how to fetch a document.

        :param get_json: returns the JSON object at an ``https`` address, or None if the answer is
            an error of the authority (400: no such tenant). What it raises passes through, and
            nothing is kept of it.
        :param clock: seconds that never go back.
        """
        self._get_json = get_json
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[str | None, float]] = {}
        self._lock = threading.Lock()

    def resolve(self, tenant: str, login_host: str) -> str | None:
        """Return the id of a tenant, in lower case. Blocks while the authority is asked.

        A GUID is its own answer and costs no request.

        :param tenant: a GUID or a domain; :func:`is_unrestricted` is to be asked before.
        :param login_host: of the cloud, with a port if it has one.
        :returns: None: the authority knows no such tenant.
        """
        if is_guid(tenant):
            return tenant.lower()
        if not is_one_tenant(tenant):
            return None
        key = (login_host.lower(), tenant.lower())
        with self._lock:
            found, until = self._kept.get(key, (None, 0.0))
        if self._clock() < until:
            return found
        address = f"https://{key[0]}/{key[1]}/v2.0/.well-known/openid-configuration"
        found = _tenant_in(self._get_json(address))
        with self._lock:
            self._kept.pop(key, None)
            seconds = UNKNOWN_SECONDS if found is None else KNOWN_SECONDS
            self._kept[key] = found, self._clock() + seconds
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return found


def _tenant_in(document: Mapping[str, Any] | None) -> str | None:
    """Find the tenant id in an OpenID configuration (issuer, else the token endpoint)."""
    for name in ("issuer", "token_endpoint"):
        address = (document or {}).get(name)
        parts = address.split("/") if isinstance(address, str) else []
        found = next((part for part in parts if is_guid(part)), None)
        if found is not None:
            return found.lower()
    return None
