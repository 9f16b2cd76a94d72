"""The ambient identity of this machine: looked up in the background, then used until it is gone."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jupyter_azure_auth._error_catalog import FIXABLE, REQUEST_SPECIFIC, TRANSIENT
from jupyter_azure_auth._models import AMBIENT_SOURCES, TokenRequest
from jupyter_azure_auth.ambient.reasons import Unavailable, UnavailableError, unexpected
from jupyter_azure_auth.server.ambient_errors import auth_error_of
from jupyter_azure_auth.server.ambient_requests import ambient_candidates, ambient_request_of
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.models import IssuedToken
from jupyter_azure_auth.server.serial_worker import SerialWorker
from jupyter_azure_auth.server.source_selection import why_skipped
from jupyter_azure_auth.server.token_cache import TokenCache

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from jupyter_azure_auth._models import AccessToken, Account, SourceName
    from jupyter_azure_auth.ambient.sources import AmbientSource
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.source_selection import SelectionContext

R = TypeVar("R")

SOURCE_TIMEOUT_S: Final = 120
"""Seconds to wait for one source; each has shorter timeouts of its own."""


LOOKUP_RETRY_DELAYS_S: Final = (10.0, 20.0, 40.0, 60.0)
"""Seconds between lookups of an absent host; short at first, for one that is only slow."""


@dataclass(repr=False, eq=False)
class AmbientSignIn:
    """The identity that kernels use without an interactive sign-in."""

    source: SourceName
    account: Account
    signed_in_at: int
    """When it was found, in epoch seconds."""
    tokens: TokenCache


class AmbientIdentity:
    """Looks up the ambient identity on first use, on request, and again if a host was absent."""

    def __init__(
        self, config: AzureAuthConfig, on_change: Callable[[], None], root: Path = Path("/")
    ) -> None:
        """Create an identity that is not looked up yet.

        :param on_change: called when the identity was found, replaced or lost.
        """
        self._config = config
        self._on_change = on_change
        self._root = root
        # One thread per source: if a call hangs, further calls to that source would only hang too.
        self._workers = {name: SerialWorker(name) for name in AMBIENT_SOURCES}
        self._lookup: asyncio.Task[None] | None = None
        self._found: AmbientSignIn | None = None
        self._reasons: dict[str, Unavailable] = {}
        self._candidates: list[tuple[AmbientSource, TokenRequest]] = []
        self._retry_lookup: asyncio.Task[None] | None = None
        self._retries = 0
        self._retry_at: float | None = None
        """None: no lookup before the user asks for one."""

    @property
    def identity(self) -> AmbientSignIn | None:
        """The identity found, until it is gone or the user asks to look it up again."""
        return self._found

    @property
    def is_looking_up(self) -> bool:
        """Whether a lookup is in progress."""
        return self._lookup is not None and not self._lookup.done()

    def start_lookup(
        self, context: SelectionContext, *, refresh: bool = False
    ) -> asyncio.Task[None]:
        """Start a lookup unless one has been done.

        :param refresh: whether to repeat a lookup that has ended, with or without a result.
        :returns: the lookup to wait for. A later lookup of absent hosts is not part of it.
        """
        if self._lookup is None or (refresh and self._lookup.done()):
            self._lookup = asyncio.create_task(self._ask_all(context))
        elif self._retry_at is not None and time.monotonic() >= self._retry_at:
            self._retry_at = None
            self._retry_lookup = asyncio.create_task(self._ask_absent(context))
        return self._lookup

    def candidates(self, context: SelectionContext, used: str | None) -> list[Mapping[str, Any]]:
        """Return the sources in order, with the outcome of each.

        :param used: the name of the source in use, ambient or interactive.
        """
        return [self._candidate(name, context, used) for name in AMBIENT_SOURCES]

    def _candidate(
        self, name: SourceName, context: SelectionContext, used: str | None
    ) -> Mapping[str, Any]:
        forbidden = why_skipped(name, context)
        reason = Unavailable(name, forbidden) if forbidden else self._reasons.get(name)
        outcome = "skipped" if reason is None else "unavailable"
        fixable = reason is not None and reason.code in FIXABLE
        return {
            "source": name,
            # A used source with a reason: its token could not be renewed.
            "outcome": "selected" if name == used else outcome,
            "reason": None if reason is None else reason.sentence,
            **({"fixable": True} if fixable else {}),
        }

    async def _ask_all(self, context: SelectionContext) -> None:
        self._reasons.clear()
        self._retries, self._retry_at = 0, None
        environ = dict(os.environ)
        # This reads a file, so it runs on a thread: a hanging disk must not block the server.
        sources = await self._on(
            AMBIENT_SOURCES[0],
            lambda: ambient_candidates(environ, self._root, self._config),
        )
        self._candidates = sources or []
        if not await self._ask_each(context, self._candidates):
            self._clear()

    async def _ask_absent(self, context: SelectionContext) -> None:
        """Ask the absent sources again, unless an identity has been found since the full lookup."""
        await self._ask_each(context, [one for one in self._candidates if self._is_absent(one[0])])

    def _is_absent(self, source: AmbientSource) -> bool:
        reason = self._reasons.get(source.name)
        return reason is not None and reason.code in TRANSIENT

    async def _ask_each(
        self, context: SelectionContext, sources: list[tuple[AmbientSource, TokenRequest]]
    ) -> bool:
        """Ask the sources until one has a token; return whether one has."""
        lookup = self._lookup
        for source, request in sources:
            if why_skipped(source.name, context) is not None:
                continue
            outcome = await self._ask(source, request)
            if lookup is not self._lookup:
                return False  # The user has started another lookup.
            if not isinstance(outcome, Unavailable):
                self._adopt(source, request, outcome)
                return True
            self._reasons[source.name] = outcome
        if any(self._is_absent(source) for source, _ in self._candidates):
            pause = LOOKUP_RETRY_DELAYS_S[min(self._retries, len(LOOKUP_RETRY_DELAYS_S) - 1)]
            self._retries += 1
            self._retry_at = time.monotonic() + pause
        return False

    async def _ask(self, source: AmbientSource, request: TokenRequest) -> AccessToken | Unavailable:
        answer = await self._on(source.name, lambda: _ask(source, request))
        return Unavailable(source.name, "no_answer", source.name) if answer is None else answer

    async def _on(self, name: SourceName, call: Callable[[], R]) -> R | None:
        """Return the result of a call; None if it takes longer than the timeout."""
        future = self._workers[name].call(call)
        await asyncio.wait({future}, timeout=SOURCE_TIMEOUT_S)
        return future.result() if future.done() else None

    def _adopt(self, source: AmbientSource, request: TokenRequest, token: AccessToken) -> None:
        before = self._found
        if before is not None and before.account.id == token.account.id:
            return
        account = token.account
        cache = TokenCache(account.tenant_id, self._token_fetcher(source, account), self._clear)
        cache.put(TokenRequest(request.scopes, request.tenant_id), _issued(token))
        self._clear()
        self._found = AmbientSignIn(source.name, account, int(time.time()), cache)
        self._on_change()

    def _token_fetcher(
        self, source: AmbientSource, account: Account
    ) -> Callable[..., Awaitable[IssuedToken]]:
        async def fetch(request: TokenRequest) -> IssuedToken:
            outcome = await self._ask(
                source, ambient_request_of(request, source.name, self._config)
            )
            if isinstance(outcome, Unavailable):
                if outcome.code not in REQUEST_SPECIFIC:
                    self._reasons[source.name] = outcome
                raise auth_error_of(outcome)
            if outcome.account.id != account.id:
                # A different user has signed in to the CLI, or the machine's identity was replaced.
                self._reasons[source.name] = Unavailable(source.name, "other_identity")
                raise AuthError("sign_in_required", ends_sign_in=True)
            self._reasons.pop(source.name, None)
            return _issued(outcome)

        return fetch

    def _clear(self, _: AuthError | None = None) -> None:
        """Drop the identity. No other takes its place until the user asks for a lookup."""
        if self._found is not None:
            self._found.tokens.close(AuthError("sign_in_required"))
            self._found = None
            self._on_change()


def _ask(source: AmbientSource, request: TokenRequest) -> AccessToken | Unavailable:
    """Return a token or the reason why there is none; runs on the source's thread."""
    try:
        return source.why_unavailable(request) or source.token(request)
    except UnavailableError as error:
        return error.unavailable
    except Exception as error:  # noqa: BLE001 (the next source must be asked, whatever it is)
        return unexpected(source.name, error)


def _issued(token: AccessToken) -> IssuedToken:
    return IssuedToken(
        token=token.token,
        token_type=token.token_type,
        expires_on=token.expires_on,
        refresh_on=token.refresh_on,
        account=token.account,
    )
