"""The token requests that are sent to ambient sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_azure_auth._clouds import CLOUDS, DEFAULT_CLOUD
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth._validation import is_one_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jupyter_azure_auth.ambient.sources import AmbientSource
    from jupyter_azure_auth.server.config import AzureAuthConfig


def ambient_candidates(
    environ: Mapping[str, str], root: Path, config: AzureAuthConfig
) -> list[tuple[AmbientSource, TokenRequest]]:
    """Return the sources, best first, each with the request that shows whether it has an identity.

    The request is for a token for Resource Manager, which every identity gets in its own cloud.
    """
    # Imported with the first lookup and on its thread, so that the server's start does not wait.
    from jupyter_azure_auth.ambient.hosts import detect_host  # noqa: PLC0415
    from jupyter_azure_auth.ambient.sources import ambient_sources  # noqa: PLC0415

    sources = ambient_sources(environ, root, allowed=None, cloud=config.cloud)
    host_cloud = detect_host(environ, root).cloud
    found = []
    for source in sources:
        by_host = source.name != "azure-cli" and config.cloud == DEFAULT_CLOUD
        cloud = CLOUDS.get((by_host and host_cloud) or config.cloud, CLOUDS[DEFAULT_CLOUD])
        probe = TokenRequest((cloud.manager_scope,))
        found.append((source, _as_configured(probe, source.name, config)))
    return found


def ambient_request_of(request: TokenRequest, source: str, config: AzureAuthConfig) -> TokenRequest:
    """Return a token request for an ambient source.

    It has no account: a requested account was compared with the identity before.
    """
    return _as_configured(replace(request, account=None), source, config)


def _as_configured(request: TokenRequest, source: str, config: AzureAuthConfig) -> TokenRequest:
    """Return the request with the configured tenant and cloud, if they apply to this source.

    The Azure CLI can be signed in to any tenant and cloud, so both must match. A managed identity
    belongs to the tenant and cloud of its machine: a tenant configured for users does not apply to
    it, and neither does a cloud that was left at its default.
    """
    tenant_id, cloud = request.tenant_id, request.cloud
    configured = config.tenant_id
    if source == "azure-cli" and configured is not None and is_one_tenant(configured):
        tenant_id = tenant_id or configured
    if source == "azure-cli" or config.cloud != DEFAULT_CLOUD:
        cloud = cloud or config.cloud
    return replace(request, tenant_id=tenant_id, cloud=cloud)
