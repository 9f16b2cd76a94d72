"""What to ask the sources of the machine for."""

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
    """List the sources, best first, with what to ask each to find out whether it has an identity.

    That is a token for the resource manager, which every identity gets in its own cloud.
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
    """Say to a source of the machine what a token is for.

    The account is not among it: who wishes one by name was compared with the identity before.
    """
    plain = Wish(wish.scopes, wish.tenant_id, wish.cloud, None, wish.claims, wish.enable_cae)
    return _as_configured(plain, source, environment)


def _as_configured(wish: Wish, source: str, environment: Environment) -> Wish:
    """Add what is configured, where it is about this source.

    The Azure CLI can be signed in anywhere, so it has to agree. A managed identity is where its
    machine is: a tenant for people says nothing of it, nor does a cloud that nobody has chosen.
    """
    tenant_id, cloud = wish.tenant_id, wish.cloud
    configured = environment.tenant_id
    if source == "azure-cli" and configured is not None and is_one_tenant(configured):
        tenant_id = tenant_id or configured
    if source == "azure-cli" or environment.cloud != _USUAL:
        cloud = cloud or environment.cloud
    return replace(wish, tenant_id=tenant_id, cloud=cloud)
