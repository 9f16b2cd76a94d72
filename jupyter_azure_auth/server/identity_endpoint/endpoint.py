"""The identity endpoint: whether it is on, the secrets of processes, and their tokens."""

from __future__ import annotations

import asyncio
import os
import secrets
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.ambient.imds import AVAILABLE, ImdsProbe
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.identity_endpoint.contract import EndpointError, token_to_wire
from jupyter_azure_auth.server.identity_endpoint.kernels import ENDPOINT_VARIABLES
from jupyter_azure_auth.server.identity_endpoint.listener import Listener
from jupyter_azure_auth.server.identity_endpoint.obstacles import TEXTS, find_obstacle
from jupyter_azure_auth.server.requests import read_token_request
from jupyter_azure_auth.server.routes.base import APIError
from jupyter_azure_auth.server.user_key import SINGLE_USER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.identity_endpoint.contract import EndpointRequest
    from jupyter_azure_auth.server.identity_endpoint.obstacles import Obstacle
    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService

ANSWER_TIMEOUT_S: Final = 5.0
"""Seconds after which a request is refused: SDKs give up after 10 s or so."""


class IdentityEndpoint:
    """Issues tokens of the signed-in user to processes that hold a secret.

    All methods are called on the server's event loop.
    """

    def __init__(
        self,
        token_service: KernelTokenService,
        is_shared: Callable[[], bool],
        setting: str,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        """Create an endpoint that is off.

        :param token_service: issues the tokens.
        :param is_shared: returns whether this server has several users.
        :param setting: ``c.AzureAuth.identity_endpoint``.
        :param environ: environment variables of the server.
        """
        self._token_service = token_service
        self._is_shared = is_shared
        self._setting = setting
        self._environ = environ
        self._wanted = setting == "always"
        self._listener: Listener | None = None
        self._secrets: dict[str, str] = {}
        """The secret of each process, by its kernel's id or another name."""
        self._requests: dict[EndpointRequest, asyncio.Task[dict[str, str]]] = {}
        self._probe = ImdsProbe(environ)

    @property
    def is_on(self) -> bool:
        """Whether processes that start now get the variables, unless there is an obstacle."""
        return self._wanted

    async def find_obstacle(self) -> Obstacle | None:
        """Return why processes cannot get the variables, or None. Probes for metadata services."""
        found = await asyncio.to_thread(self._probe)
        return find_obstacle(
            self._environ,
            setting=self._setting,
            is_shared=self._is_shared(),
            has_metadata_service=found == AVAILABLE,
        )

    async def turn_on(self) -> Obstacle | None:
        """Turn the endpoint on unless there is an obstacle, which is returned."""
        obstacle = await self.find_obstacle()
        self._wanted = obstacle is None
        return obstacle

    def turn_off(self) -> None:
        """Refuse all processes from now on, also those that have the variables."""
        self._wanted = self._setting == "always"
        if not self._wanted:
            self.close()

    def close(self) -> None:
        """Stop listening, and forget all secrets."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._secrets.clear()

    async def variables(self, process: str) -> Mapping[str, str]:
        """Return the environment variables of a process that starts now; none while it is off.

        :param process: id of a kernel, or another name; each one has its own secret.
        """
        if not self._wanted or await self.find_obstacle() is not None:
            return {}
        if self._listener is None:
            self._listener = Listener(self._issue)
        secret = self._secrets.setdefault(process, secrets.token_urlsafe(32))
        url = self._listener.url
        return dict(zip(ENDPOINT_VARIABLES, (url, secret, url), strict=True))

    def revoke(self, process: str) -> None:
        """Refuse a process from now on."""
        self._secrets.pop(process, None)

    async def _issue(self, request: EndpointRequest) -> dict[str, str]:
        given = request.secret.encode()
        if not any(secrets.compare_digest(given, one.encode()) for one in self._secrets.values()):
            raise EndpointError(
                "The secret is not valid any more. Restart the kernel or open a new terminal."
            )
        task = self._requests.get(request)
        if task is None:
            task = self._requests[request] = asyncio.create_task(self._get_token(request))
            task.add_done_callback(lambda _: self._requests.pop(request, None))
        try:
            # Shielded, because other callers wait for it and the next call finds its token cached.
            return await asyncio.wait_for(asyncio.shield(task), ANSWER_TIMEOUT_S)
        except asyncio.TimeoutError:
            raise EndpointError("Azure did not answer in time. Try again.") from None

    async def _get_token(self, request: EndpointRequest) -> dict[str, str]:
        try:
            token_request = read_token_request({"scopes": [request.scope], "require_user": True})
            issued = await self._token_service.issue_to_kernel(SINGLE_USER, token_request, None)
        except APIError as refusal:
            raise EndpointError(str(refusal.log_message)) from None
        except AuthError as problem:
            raise EndpointError(_sentence(problem)) from None
        return token_to_wire(issued, request.scope)


def _sentence(problem: AuthError) -> str:
    if problem.code == "sign_in_required":
        return (
            "You are not signed in to Azure on this Jupyter server. Open it, sign in from the "
            "Azure panel, and try again."
        )
    return f"{problem.sentence} Open the Azure panel of this Jupyter server."


def obstacle_text(obstacle: Obstacle | None) -> str | None:
    """Return what the panel says about an obstacle."""
    return None if obstacle is None else TEXTS[obstacle]
