"""The token requests that are sent to ambient sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._tenants import is_one_tenant
from jupyter_azure_auth.machine.clouds import CLOUDS
from jupyter_azure_auth.machine.granted import Wish
from jupyter_azure_auth.machine.host import detect
from jupyter_azure_auth.machine.sources import automatic_sources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jupyter_azure_auth.machine.sources import MachineSource
    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.wishes import TokenWish

_USUAL: Final = "AzureCloud"


def candidates(
    environ: Mapping[str, str], root: Path, environment: Environment
) -> list[tuple[MachineSource, Wish]]:
    """Return the sources, best first, each with the request that shows whether it has an identity.

    The request is for a token for Resource Manager, which every identity gets in its own cloud.
    """
    sources = automatic_sources(environ, root, allowed=None, cloud=environment.cloud)
    here = detect(environ, root).cloud
    found = []
    for source in sources:
        by_host = source.name != "azure-cli" and environment.cloud == _USUAL
        cloud = CLOUDS.get((by_host and here) or environment.cloud, CLOUDS[_USUAL])
        probe = Wish((cloud.manager_scope,))
        found.append((source, _as_configured(probe, source.name, environment)))
    return found


def wish_of(wish: TokenWish, source: str, environment: Environment) -> Wish:
    """Return a token request for an ambient source.

    It has no account: a requested account was compared with the identity before.
    """
    plain = Wish(wish.scopes, wish.tenant_id, wish.cloud, None, wish.claims, wish.enable_cae)
    return _as_configured(plain, source, environment)


def _as_configured(wish: Wish, source: str, environment: Environment) -> Wish:
    """Return the request with the configured tenant and cloud, if they apply to this source.

    The Azure CLI can be signed in to any tenant and cloud, so both must match. A managed identity
    belongs to the tenant and cloud of its machine: a tenant configured for users does not apply to
    it, and neither does a cloud that was left at its default.
    """
    tenant_id, cloud = wish.tenant_id, wish.cloud
    configured = environment.tenant_id
    if source == "azure-cli" and configured is not None and is_one_tenant(configured):
        tenant_id = tenant_id or configured
    if source == "azure-cli" or environment.cloud != _USUAL:
        cloud = cloud or environment.cloud
    return replace(wish, tenant_id=tenant_id, cloud=cloud)
