"""The tokens of one identity: those it has, and how it gets new ones.

The same for a person and for a machine. All on the event loop; what asks for a token may take long.
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
"""Seconds to wait for the renewal of a token that is still good."""

RETRY: Final = 30
"""Seconds between two attempts to renew such a token."""


@dataclass(repr=False)
class _Held:
    """A token, which request it came by, and when to think about it again."""

    issued: Issued
    turn: int
    retry: float = float("-inf")


class Tokens:
    """What one identity was given. Prints nothing of it."""

    def __init__(
        self,
        home_tenant: str,
        ask: Callable[[TokenWish], Awaitable[Issued]],
        refused: Callable[[Problem], None],
    ) -> None:
        """Take where tokens come from.

        :param home_tenant: of whoever wishes no other.
        :param ask: gets a token that nobody has had yet; raises a :class:`.Problem`.
        :param refused: is told of a problem that ends the identity; to call :meth:`end` is its
            business.
        """
        self._home_tenant = home_tenant
        self._ask = ask
        self._refused = refused
        self._held: dict[TokenKey, _Held] = {}
        self._under_way: dict[object, asyncio.Task[Issued]] = {}
        self._turns = count()
        self._ended: Problem | None = None

    def put(self, wish: TokenWish, issued: Issued) -> None:
        """Keep a token that came another way."""
        self._held[self._key(wish)] = _Held(issued, next(self._turns))

    def end(self, problem: Problem) -> None:
        """Hand out nothing any more; what is under way comes to this."""
        self._held.clear()
        self._ended = problem

    async def get(self, wish: TokenWish) -> Issued:
        """Hand out a token, renewed where it has to be.

        :raises Problem: there is none.
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
        """Say where its token is kept: with and without CAE apart, claims replace."""
        tenant = (wish.tenant_id or self._home_tenant).casefold()
        return (wish.scopes, tenant, wish.enable_cae)

    def _refuse_if_ended(self) -> None:
        if self._ended is not None:
            raise Problem(self._ended.code, self._ended.detail)

    def _renewal(self, wish: TokenWish) -> asyncio.Task[Issued]:
        """Ask once for all who wish the same at the same time."""
        key = (self._key(wish), wish.claims, wish.force)
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._renew(wish))
            self._under_way[key] = task

            def over(done: asyncio.Task[Issued]) -> None:
                del self._under_way[key]
                # Whoever asked may have gone; then nobody else looks at it.
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
        # One that ends no later is no renewal: the pause until the next attempt goes on.
        renews = anew or held is None or outlives(issued.ends, held.issued.ends)
        if held is None or (held.turn < turn and renews):
            self._held[self._key(wish)] = _Held(issued, turn)
        return issued
