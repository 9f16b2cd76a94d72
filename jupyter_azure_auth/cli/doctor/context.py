"""What several checks need, looked up once, on first use."""

from __future__ import annotations

import http.client
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jupyter_azure_auth.cli.local_http import ServerResponse, post
from jupyter_azure_auth.cli.running_servers import best_match, running_servers

from .azure_hosts import HostAnswer, authority_of, manager_host_of, probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.cli.running_servers import RunningServer

LOOKUP_TIMEOUT_S: Final = 10.0
"""Seconds to wait until the server has looked for identities of its machine."""

LOOKUP_POLL_S: Final = 0.3


class Config(NamedTuple):
    """The configuration that a sign-in uses."""

    client_id: str | None = None
    tenant_id: str | None = None
    cloud: str = "AzureCloud"
    redirect_uri: str | None = None
    authority: str | None = None
    authority_metadata: Mapping[str, Any] | None = None
    sources: tuple[str, ...] = ()


class Context:
    """The process, its server, and Azure as they are now."""

    def __init__(
        self, environ: Mapping[str, str], url: str | None = None, timeout: float = 5
    ) -> None:
        """Create a context that has looked nothing up yet.

        :param environ: environment variables of this process.
        :param url: Jupyter's address in the browser; None for the one that the server shows.
        :param timeout: seconds that each other party has to answer.
        """
        self.environ = environ
        self.timeout = timeout
        self._url = url

    @cached_property
    def servers(self) -> list[RunningServer]:
        """The running servers of this user."""
        return running_servers(self.environ)

    @property
    def server(self) -> RunningServer | None:
        """The server that is checked."""
        return best_match(self.servers, self._url)

    @cached_property
    def url(self) -> str | None:
        """Jupyter's address in the browser; None if it is not known. Ends in a slash."""
        url = self._url or (self.server.url if self.server is not None else "")
        return f"{url.rstrip('/')}/" if url else None

    @cached_property
    def config_answer(self) -> ServerResponse | None:
        """The server's answer when it is asked for its configuration; None if there is none."""
        return self._ask("config")

    @property
    def is_answered(self) -> bool:
        """Whether the server's extension answers."""
        return self.config_answer is not None and self.config_answer.fields.get("version") == 1

    @cached_property
    def config(self) -> Config:
        """The configuration of the server, or the defaults."""
        if not self.is_answered or self.config_answer is None:
            return Config()
        fields = self.config_answer.fields
        named = {name: fields[name] for name in Config._fields if fields.get(name) is not None}
        return Config(**{**named, "sources": tuple(fields.get("sources") or ())})

    @cached_property
    def session(self) -> Mapping[str, Any] | None:
        """The server's identity and the candidates; None if the server does not say."""
        if not self.is_answered:
            return None
        deadline = time.monotonic() + LOOKUP_TIMEOUT_S
        while True:
            answer = self._ask("session")
            fields = answer.fields if answer is not None else {}
            if "account" not in fields:
                return None
            if not fields.get("searching") or time.monotonic() > deadline:
                return fields
            time.sleep(LOOKUP_POLL_S)

    @cached_property
    def authority(self) -> HostAnswer:
        """What the authority answers."""
        return probe(authority_of(self.config), self.environ, self.timeout)

    @cached_property
    def manager(self) -> HostAnswer:
        """What the cloud's resource manager answers."""
        address = f"https://{manager_host_of(self.config)}/"
        return probe(address, self.environ, self.timeout)

    def _ask(self, route: str) -> ServerResponse | None:
        if self.server is None or self.server.address is None:
            return None
        try:
            return post(self.server.address, route, {}, self.timeout)
        except (OSError, http.client.HTTPException):
            return None
