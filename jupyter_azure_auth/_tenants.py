"""Resolves the name of a tenant to its id with the authority's metadata."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from ._validation import is_guid, is_one_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KNOWN_TENANT_TTL_S: Final = 6 * 3600
"""Seconds for which the id of a domain is cached: domains rarely move between tenants."""

UNKNOWN_TENANT_TTL_S: Final = 10
"""Seconds for a domain without a tenant, which may be a typo that is about to be corrected."""

MAX_CACHED_DOMAINS: Final = 200
"""Number of cached domains, limited because callers choose them."""


class TenantIds:
    """Tenant ids by domain, cached for the life of the process. Thread-safe."""

    def __init__(
        self,
        get_json: Callable[[str], Mapping[str, Any] | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create an empty cache.

        :param get_json: returns the JSON object at an ``https`` address, or None if the authority
            responds with an error (400: no such tenant). Its exceptions propagate, and nothing is
            cached then.
        :param clock: returns monotonic seconds.
        """
        self._get_json = get_json
        self._clock = clock
        self._cache: dict[tuple[str, str], tuple[str | None, float]] = {}
        self._lock = threading.Lock()

    def resolve(self, tenant: str, login_host: str) -> str | None:
        """Return the id of a tenant in lower case. Blocks while the authority is asked.

        A GUID is returned without a request.

        :param tenant: a GUID or a domain; check :func:`._validation.is_unrestricted` first.
        :param login_host: login host of the cloud, with its port if it has one.
        :returns: the id, or None if the authority knows no such tenant.
        """
        if is_guid(tenant):
            return tenant.lower()
        if not is_one_tenant(tenant):
            return None
        key = (login_host.lower(), tenant.lower())
        with self._lock:
            found, until = self._cache.get(key, (None, 0.0))
        if self._clock() < until:
            return found
        address = f"https://{key[0]}/{key[1]}/v2.0/.well-known/openid-configuration"
        found = _tenant_id_in(self._get_json(address))
        with self._lock:
            self._cache.pop(key, None)
            seconds = UNKNOWN_TENANT_TTL_S if found is None else KNOWN_TENANT_TTL_S
            self._cache[key] = found, self._clock() + seconds
            if len(self._cache) > MAX_CACHED_DOMAINS:
                del self._cache[next(iter(self._cache))]
        return found


def _tenant_id_in(document: Mapping[str, Any] | None) -> str | None:
    """Return the tenant id in an OpenID configuration: the issuer's or the token endpoint's."""
    for name in ("issuer", "token_endpoint"):
        address = (document or {}).get(name)
        parts = address.split("/") if isinstance(address, str) else []
        found = next((part for part in parts if is_guid(part)), None)
        if found is not None:
            return found.lower()
    return None
