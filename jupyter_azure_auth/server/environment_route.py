"""``POST <base>/azure-auth/environment``: the configuration that a page needs for a sign-in."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jupyter_azure_auth.server.choice import offered_here
from jupyter_azure_auth.server.gate import GatedHandler
from jupyter_azure_auth.server.shared import sharing_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.environment import Environment


class EnvironmentRoute(GatedHandler):
    """Returns the configuration that was read at start; uses neither disk nor network."""

    def initialize(self, environment: Environment) -> None:
        """Store the configuration, which all requests share."""
        self._environment = environment

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - takes no fields
        """Return version 1 of the answer: a field for each trait, null if it is unset.

        ``shared`` is whether this server has several users, ``sources`` are those allowed, and
        ``public_client`` is the app whose name Microsoft shows.
        """
        told = asdict(self._environment)
        own = told.pop("public_client_id") is not None
        sharing = sharing_of(self.settings)
        # Only the server extension uses it; ``session`` says where a sign-in is stored.
        del told["persistence"]
        return {
            "version": 1,
            **told,
            "shared": sharing.is_shared(),
            "sources": offered_here(self._environment, several_people=sharing.is_machine_shared()),
            "public_client": "own" if own else "azure-cli",
        }
