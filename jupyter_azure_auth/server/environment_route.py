"""``POST <base>/azure-auth/environment``: what the page needs to know to offer a sign-in."""

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
    """Tells the configuration that was read at start; touches neither disk nor network."""

    def initialize(self, environment: Environment) -> None:
        """Take what every request of this server shares."""
        self._environment = environment

    async def answer(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ARG002 - asks nothing
        """Answer version 1: a field for each trait, null where it is unset.

        ``shared`` tells whether this server has several users, ``sources`` are those allowed, and
        ``public_client`` tells whose name Microsoft shows.
        """
        told = asdict(self._environment)
        own = told.pop("public_client_id") is not None
        sharing = sharing_of(self.settings)
        # Of the server half alone; ``session`` says where a sign-in is.
        del told["persistence"]
        return {
            "version": 1,
            **told,
            "shared": sharing.is_shared(),
            "sources": offered_here(self._environment, several_people=sharing.is_machine_shared()),
            "public_client": "own" if own else "azure-cli",
        }
