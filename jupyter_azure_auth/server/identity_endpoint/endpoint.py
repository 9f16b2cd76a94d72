"""The identity endpoint: whether it is on, the secrets of processes, and their tokens."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.ambient.imds import AVAILABLE, ImdsProbe
from jupyter_azure_auth.az_folder import create_az_folder, remove_az_folder
from jupyter_azure_auth.endpoint_variables import AZ_VARIABLE, ENDPOINT_VARIABLES
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.identity_endpoint.contract import (
    EndpointError,
    account_to_wire,
    token_to_wire,
)
from jupyter_azure_auth.server.identity_endpoint.listener import Listener
from jupyter_azure_auth.server.identity_endpoint.obstacles import TEXTS, find_obstacle
from jupyter_azure_auth.server.requests import read_token_request
from jupyter_azure_auth.server.routes.base import APIError
from jupyter_azure_auth.server.serial_worker import SerialWorker
from jupyter_azure_auth.server.user_key import SINGLE_USER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.identity_endpoint.contract import EndpointRequest
    from jupyter_azure_auth.server.identity_endpoint.obstacles import Obstacle
    from jupyter_azure_auth.server.identity_endpoint.switch import Switch
    from jupyter_azure_auth.server.process_access.token_service import KernelTokenService
    from jupyter_azure_auth.server.user_key import UserKey

log = logging.getLogger(__name__)

MAX_TERMINALS: Final = 100
"""Terminals that have a secret at the same time; the oldest loses it."""

_TERMINAL: Final = "terminal "

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
        config: AzureAuthConfig,
        switch: Switch,
        private_folder: Callable[[], Path | None] = lambda: None,
    ) -> None:
        """Create an endpoint that is on if it was when this server last ran.

        :param token_service: issues the tokens.
        :param is_shared: returns whether this server has several users.
        :param config: says whether it is offered, and for which cloud.
        :param switch: remembers over a restart whether it is on.
        :param private_folder: returns a folder that only this user has access to, if there is one.
        """
        self._token_service = token_service
        self._is_shared = is_shared
        self._setting = config.identity_endpoint
        self._cloud = config.cloud
        self._private_folder = private_folder
        self._switch = switch
        # One after another, so that the last turn is the one that is remembered.
        self._writer = SerialWorker("switch")
        self.owner: Callable[[], UserKey | None] = lambda: SINGLE_USER
        """Returns the key of the user whose processes run below this server."""
        decided = switch.is_on() if self._setting == "offer" else None
        self._wanted = self._setting == "always" or decided is True
        self._is_undecided = self._setting == "offer" and decided is None
        self._turns = 0
        """How often the switch was turned; a later change overrides one that is still waiting."""
        self.on_change: Callable[[], Awaitable[None]] | None = None
        """Called after it was turned on or off."""
        self._listener: Listener | None = None
        self._az_folder: Path | None = None
        self._secrets: dict[str, str] = {}
        """The secret of each process, by its kernel's id or another name."""
        self._requests: dict[EndpointRequest, asyncio.Task[dict[str, str]]] = {}
        self._probe = ImdsProbe(os.environ)

    @property
    def is_on(self) -> bool:
        """Whether processes that start now get the variables, unless there is an obstacle."""
        return self._wanted

    @property
    def is_undecided(self) -> bool:
        """Whether the user can decide but has not yet, so that pages offer it."""
        return self._is_undecided

    async def find_obstacle(self) -> Obstacle | None:
        """Return why processes cannot get the variables, or None. Probes for metadata services."""
        found = await asyncio.to_thread(self._probe)
        return find_obstacle(
            os.environ,
            setting=self._setting,
            is_shared=self._is_shared(),
            has_metadata_service=found == AVAILABLE,
        )

    async def turn_on(self) -> Obstacle | None:
        """Turn the endpoint on unless there is an obstacle, which is returned."""
        self._turns = turn = self._turns + 1
        obstacle = await self.find_obstacle()
        if turn == self._turns:
            self._wanted = obstacle is None
            await self._keep()
        return obstacle

    async def turn_off(self) -> None:
        """Refuse all processes from now on, including those that have the variables."""
        self._turns += 1
        self._wanted = self._setting == "always"
        if not self._wanted:
            self.close()
        await self._keep()

    async def _keep(self) -> None:
        self._is_undecided = False
        if self._setting == "offer":
            wanted = self._wanted
            await self._writer.call(lambda: self._switch.turn(on=wanted))
        if self.on_change is not None:
            await self.on_change()

    def close(self) -> None:
        """Stop listening, and forget all secrets."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._secrets.clear()
        if self._az_folder is not None:
            remove_az_folder(self._az_folder)
            self._az_folder = None

    async def variables(self, process: str) -> Mapping[str, str]:
        """Return the environment variables of a process that starts now; none while it is off.

        :param process: id of a kernel, or another name; each one has its own secret.
        """
        if not self._wanted:
            return {}
        obstacle = await self.find_obstacle()
        if obstacle is not None or not self.is_on:  # it was turned off in the meantime
            return {}
        if self._listener is None:
            try:
                self._listener = Listener(self._issue, self._cloud)
            except OSError as problem:  # a kernel must start without it, too
                log.warning("The identity endpoint has no port: %s", problem.strerror)
                return {}
            self._az_folder = self._create_az_folder()
        secret = self._secrets.setdefault(process, secrets.token_urlsafe(32))
        url = self._listener.url
        folder = {} if self._az_folder is None else {AZ_VARIABLE: str(self._az_folder)}
        return {**dict(zip(ENDPOINT_VARIABLES, (url, secret, url), strict=True)), **folder}

    async def terminal_variables(self) -> Mapping[str, str]:
        """Return the variables of a terminal, with a secret of its own, until a sign-out."""
        terminals = [name for name in self._secrets if name.startswith(_TERMINAL)]
        for name in terminals[: max(0, len(terminals) - MAX_TERMINALS + 1)]:
            self.revoke(name)
        return await self.variables(f"{_TERMINAL}{secrets.token_hex(8)}")

    def revoke_terminals(self) -> None:
        """Refuse all terminals, because the user has signed out."""
        for name in [name for name in self._secrets if name.startswith(_TERMINAL)]:
            self.revoke(name)

    def _create_az_folder(self) -> Path | None:
        folder = self._private_folder()
        with suppress(OSError):  # programs that need `az` are told that there is none
            return None if folder is None else create_az_folder(folder)
        return None

    def revoke(self, process: str) -> None:
        """Refuse a process from now on."""
        self._secrets.pop(process, None)

    async def _issue(self, request: EndpointRequest) -> dict[str, str]:
        process = self._find_process(request.secret)
        task = self._requests.get(request)
        if task is None:
            task = self._requests[request] = asyncio.create_task(self._get_token(request, process))
            task.add_done_callback(lambda _: self._requests.pop(request, None))
        try:
            # Shielded, because other callers wait for it and the next call finds its token cached.
            answer = await asyncio.wait_for(asyncio.shield(task), ANSWER_TIMEOUT_S)
        except asyncio.TimeoutError:
            raise EndpointError("Azure did not answer in time. Try again.") from None
        self._find_process(request.secret)  # again: it may have been refused in the meantime
        return answer

    def _find_process(self, secret: str) -> str:
        """Return whose secret this is.

        :raises EndpointError: no process has it, or it is no longer valid.
        """
        given = secret.encode()
        for process, known in self._secrets.items():
            if secrets.compare_digest(given, known.encode()):
                return process
        raise EndpointError(
            "The secret is no longer valid. Restart the kernel, or run in this terminal: "
            'eval "$(jupyter azure-auth env)"',
            "forbidden",
        )

    async def _get_token(self, request: EndpointRequest, process: str) -> dict[str, str]:
        fields = {"scopes": [request.scope], "tenant_id": request.tenant_id, "require_user": True}
        try:
            token_request = read_token_request(fields)
        except APIError as refusal:
            raise EndpointError(
                "The resource, scope or tenant of the request is malformed.", refusal.code
            ) from None
        try:
            owner = self.owner()
            if owner is None:
                raise EndpointError(TEXTS["shared_server"], "multi_user_server")
            await self._token_service.permissions.check(owner, process)
            issued = await self._token_service.issue_to_kernel(owner, token_request, None)
            # Again: the user may have revoked it in the meantime.
            await self._token_service.permissions.check(owner, process)
        except APIError as refusal:
            raise EndpointError(str(refusal.log_message), refusal.code) from None
        except AuthError as problem:
            self._token_service.offer_sign_in(token_request, problem.code)
            raise EndpointError(_sentence(problem), problem.code) from None
        account = account_to_wire(issued, self._cloud) if request.names_account else {}
        return {**token_to_wire(issued, request.scope), **account}


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
