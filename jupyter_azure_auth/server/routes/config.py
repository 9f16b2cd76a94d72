"""``POST <base>/azure-auth/config``: the configuration that a page needs for a sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.routes.base import AuthenticatedJSONHandler
from jupyter_azure_auth.server.sharing import sharing_of
from jupyter_azure_auth.server.source_selection import offered_sources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.config import AzureAuthConfig


class ConfigRoute(AuthenticatedJSONHandler):
    """Returns the configuration that was read at start; uses neither disk nor network."""

    def initialize(self, config: AzureAuthConfig) -> None:
        """Store the configuration, which all requests share."""
        self._config = config

    async def handle(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return version 1 of the answer: a field for each trait, null if it is unset.

        ``shared`` is whether this server has several users, ``sources`` are those allowed, and
        ``public_client`` is the app whose name Microsoft shows.
        """
        config, sharing = self._config, sharing_of(self.settings)
        has_own_client = config.public_client_id is not None
        return {
            "version": 1,
            "client_id": config.client_id,
            "tenant_id": config.tenant_id,
            "cloud": config.cloud,
            "redirect_uri": config.redirect_uri,
            "authority": config.authority,
            "authority_metadata": config.authority_metadata,
            "allowed_resources": config.allowed_resources,
            "prefer_machine": config.prefer_machine,
            "problem": config.problem,
            "shared": sharing.is_shared(),
            "sources": offered_sources(config, multi_user=sharing.is_ambient_shared()),
            "public_client": "own" if has_own_client else "azure-cli",
        }
