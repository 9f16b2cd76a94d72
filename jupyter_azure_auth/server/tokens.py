"""The token cache of one identity, and its renewal.

The same for users and ambient identities. For use on the event loop; a request may take long.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._lifetime import Moment, outlives
from jupyter_azure_auth.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from jupyter_azure_auth.server.issued import Issued
    from jupyter_azure_auth.server.wishes import TokenWish

    TokenKey = tuple[tuple[str, ...], str | None, bool]

PATIENCE: Final = 2
"""Seconds to wait for the renewal of a token that is still valid."""

RETRY: Final = 30
"""Seconds between two attempts to renew such a token."""


@dataclass(repr=False)
class _Held:
    """A token, the number of the request that got it, and the earliest time of the next attempt."""

    issued: Issued
    turn: int
    retry: float = float("-inf")


class Tokens:
    """The tokens of one identity. Its repr contains none of them."""

    def __init__(
        self,
        home_tenant: str,
        ask: Callable[[TokenWish], Awaitable[Issued]],
        refused: Callable[[Problem], None],
    ) -> None:
        """Create an empty cache.

        :param home_tenant: the tenant of requests that name none.
        :param ask: requests a new token; raises a :class:`.Problem`.
        :param refused: called with a problem that ends the identity; must call :meth:`end`.
        """
        self._home_tenant = home_tenant
        self._ask = ask
        self._refused = refused
        self._held: dict[TokenKey, _Held] = {}
        self._under_way: dict[object, asyncio.Task[Issued]] = {}
        self._turns = count()
        self._ended: Problem | None = None

    def put(self, wish: TokenWish, issued: Issued) -> None:
        """Add a token that was not requested here."""
        self._held[self._key(wish)] = _Held(issued, next(self._turns))

    def end(self, problem: Problem) -> None:
        """Drop all tokens; later and in-flight requests fail with this problem."""
        self._held.clear()
        self._ended = problem

    async def get(self, wish: TokenWish) -> Issued:
        """Return a token, renewed if necessary.

        :raises Problem: if there is none.
        """
        self._refuse_if_ended()
        key = self._key(wish)
        anew = wish.force or wish.claims is not None
        held = None if anew else self._held.get(key)
        now = Moment.now()
        if held is not None and held.issued.ends.reached(now):
            held = None
        if held is not None and (now.steady < held.retry or not held.issued.is_due(now)):
            return held.issued
        task = self._renewal(wish)
        if held is None or held.issued.ends.reached(now.after(PATIENCE)):
            return await asyncio.shield(task)
        rest = held.issued.ends.seconds_from(now)
        held.retry = now.steady + min(RETRY, rest - PATIENCE)
        await asyncio.wait({task}, timeout=PATIENCE)
        self._refuse_if_ended()
        return self._held[key].issued

    def _key(self, wish: TokenWish) -> TokenKey:
        """Return the cache key: separate with and without CAE; claims replace a token."""
        tenant = (wish.tenant_id or self._home_tenant).casefold()
        return (wish.scopes, tenant, wish.enable_cae)

    def _refuse_if_ended(self) -> None:
        if self._ended is not None:
            raise Problem(self._ended.code, self._ended.detail)

    def _renewal(self, wish: TokenWish) -> asyncio.Task[Issued]:
        """Return the in-flight request for this token, started if there is none."""
        key = (self._key(wish), wish.claims, wish.force)
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._renew(wish))
            self._under_way[key] = task

            def over(done: asyncio.Task[Issued]) -> None:
                del self._under_way[key]
                # The caller may be gone; marks the exception as retrieved.
                _ = done.cancelled() or done.exception()

            task.add_done_callback(over)
        return task

    async def _renew(self, wish: TokenWish) -> Issued:
        turn = next(self._turns)
        anew = wish.force or wish.claims is not None
        try:
            issued = await self._ask(wish)
        except Problem as problem:
            if problem.ends and self._ended is None:
                self._refused(problem)
            raise
        self._refuse_if_ended()
        held = self._held.get(self._key(wish))
        # A token that expires no later is no renewal: the pause before the next attempt stays.
        renews = anew or held is None or outlives(issued.ends, held.issued.ends)
        if held is None or (held.turn < turn and renews):
            self._held[self._key(wish)] = _Held(issued, turn)
        return issued
