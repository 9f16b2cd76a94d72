"""``POST <base>/azure-auth/config``: the configuration that a page needs for a sign-in."""

from __future__ import annotations

from dataclasses import asdict
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
        public = asdict(self._config)
        has_own_client = public.pop("public_client_id") is not None
        sharing = sharing_of(self.settings)
        # Only the server extension uses them; other routes say what they lead to.
        del public["persistence"], public["identity_endpoint"]
        return {
            "version": 1,
            **public,
            "shared": sharing.is_shared(),
            "sources": offered_sources(self._config, multi_user=sharing.is_ambient_shared()),
            "public_client": "own" if has_own_client else "azure-cli",
        }
