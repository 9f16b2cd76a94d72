"""The token cache of one identity, and its renewal.

The same for users and ambient identities. For use on the event loop; a request may take long.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from jupyter_azure_auth._lifetime import RENEWAL_RETRY_S, RENEWAL_TIMEOUT_S, Moment, outlives
from jupyter_azure_auth.server.errors import AuthError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.models import IssuedToken

    TokenKey = tuple[tuple[str, ...], str | None, bool]


@dataclass(repr=False)
class _CachedToken:
    """A token, the number of the request that got it, and the earliest time of the next attempt."""

    issued: IssuedToken
    sequence: int
    retry_at: float = float("-inf")


class TokenCache:
    """The tokens of one identity. Its repr contains none of them."""

    def __init__(
        self,
        home_tenant: str,
        fetch: Callable[[TokenRequest], Awaitable[IssuedToken]],
        on_invalid_grant: Callable[[AuthError], None],
    ) -> None:
        """Create an empty cache.

        :param home_tenant: the tenant of requests that name none.
        :param fetch: requests a new token; raises a :class:`.AuthError`.
        :param on_invalid_grant: called with a problem that ends the identity; must call
            :meth:`close`.
        """
        self._home_tenant = home_tenant
        self._fetch = fetch
        self._on_invalid_grant = on_invalid_grant
        self._cached: dict[TokenKey, _CachedToken] = {}
        self._in_flight: dict[object, asyncio.Task[IssuedToken]] = {}
        self._sequence = count()
        self._ended: AuthError | None = None

    def put(self, request: TokenRequest, issued: IssuedToken) -> None:
        """Add a token that was not requested here."""
        self._cached[self._key(request)] = _CachedToken(issued, next(self._sequence))

    def close(self, problem: AuthError) -> None:
        """Drop all tokens; later and in-flight requests fail with this problem."""
        self._cached.clear()
        self._ended = problem

    async def get(self, request: TokenRequest) -> IssuedToken:
        """Return a token, renewed if necessary.

        :raises AuthError: if there is none.
        """
        self._refuse_if_ended()
        key = self._key(request)
        bypass_cache = request.force or request.claims is not None
        held = None if bypass_cache else self._cached.get(key)
        now = Moment.now()
        if held is not None and held.issued.ends.reached(now):
            held = None
        if held is not None and (now.steady < held.retry_at or not held.issued.is_due(now)):
            return held.issued
        task = self._renewal(request)
        if held is None or held.issued.ends.reached(now.after(RENEWAL_TIMEOUT_S)):
            return await asyncio.shield(task)
        rest = held.issued.ends.seconds_from(now)
        held.retry_at = now.steady + min(RENEWAL_RETRY_S, rest - RENEWAL_TIMEOUT_S)
        await asyncio.wait({task}, timeout=RENEWAL_TIMEOUT_S)
        self._refuse_if_ended()
        return self._cached[key].issued

    def _key(self, request: TokenRequest) -> TokenKey:
        """Return the cache key: separate with and without CAE; claims replace a token."""
        tenant = (request.tenant_id or self._home_tenant).casefold()
        return (request.scopes, tenant, request.enable_cae)

    def _refuse_if_ended(self) -> None:
        if self._ended is not None:
            raise AuthError(self._ended.code, self._ended.detail)

    def _renewal(self, request: TokenRequest) -> asyncio.Task[IssuedToken]:
        """Return the in-flight request for this token, started if there is none."""
        key = (self._key(request), request.claims, request.force)
        task = self._in_flight.get(key)
        if task is None:
            task = asyncio.create_task(self._renew(request))
            self._in_flight[key] = task

            def finished(done: asyncio.Task[IssuedToken]) -> None:
                del self._in_flight[key]
                # The caller may be gone; marks the exception as retrieved.
                _ = done.cancelled() or done.exception()

            task.add_done_callback(finished)
        return task

    async def _renew(self, request: TokenRequest) -> IssuedToken:
        sequence = next(self._sequence)
        bypass_cache = request.force or request.claims is not None
        try:
            issued = await self._fetch(request)
        except AuthError as problem:
            if problem.ends_sign_in and self._ended is None:
                self._on_invalid_grant(problem)
            raise
        self._refuse_if_ended()
        held = self._cached.get(self._key(request))
        # A token that expires no later is no renewal: the pause before the next attempt stays.
        renews = bypass_cache or held is None or outlives(issued.ends, held.issued.ends)
        if held is None or (held.sequence < sequence and renews):
            self._cached[self._key(request)] = _CachedToken(issued, sequence)
        return issued
