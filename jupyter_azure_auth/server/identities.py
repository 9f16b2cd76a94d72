"""Who is signed in, by owner, and the tokens they were given.

All state is read and changed on the event loop; only what can block runs on a few threads.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from jupyter_azure_auth.server.msal_log import THREADS
from jupyter_azure_auth.server.problems import Problem
from jupyter_azure_auth.server.wishes import TokenWish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Account, Issued
    from jupyter_azure_auth.server.msal_client import Begun, MsalClient
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.wishes import SignInWish

    TokenKey = tuple[tuple[str, ...], str | None, bool]

PATIENCE: Final = 2
"""Seconds to wait for the renewal of a token that is still good."""

RETRY: Final = 30
"""Seconds between two attempts to renew such a token."""

_THREADS: Final = 4

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(repr=False)
class Held:
    """A token, which request it came by, and when to think about it again."""

    issued: Issued
    turn: int
    retry: float = 0


@dataclass(repr=False, eq=False)
class SignedIn:
    """A person who is signed in."""

    client: MsalClient
    account: Account
    made_on: int
    """Seconds since the epoch."""
    source: str
    tokens: dict[TokenKey, Held] = field(default_factory=dict)
    under_way: dict[object, asyncio.Task[Issued]] = field(default_factory=dict)

    def key(self, wish: TokenWish) -> TokenKey:
        """Say where its token is kept: with and without CAE apart, claims replace."""
        tenant = (wish.tenant_id or self.account.tenant_id).casefold()
        return (wish.scopes, tenant, wish.enable_cae)


class Identities:
    """The sign-ins that this server holds, in memory."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._people: dict[Owner, SignedIn] = {}
        self._ended: dict[Owner, str | None] = {}
        self._turns = count()
        # Later than any of a server that ran before, so that pages notice.
        self._generation = int(time.time() * 1000)
        self._changes: Counter[Owner] = Counter()
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix=THREADS)

    def who(self, owner: Owner) -> SignedIn | None:
        """Say who is signed in."""
        return self._people.get(owner)

    def ended_by(self, owner: Owner) -> str | None:
        """Say which refusal ended the sign-in, an AADSTS number."""
        return self._ended.get(owner)

    def generation(self, owner: Owner) -> int:
        """Say which answer it is that :meth:`who` and :meth:`ended_by` give; none comes twice."""
        return self._generation + self._changes[owner]

    async def begin(self, wish: SignInWish) -> Begun:
        """Begin a sign-in at the authority; nobody is signed in by that.

        :raises Problem: the authority cannot be reached, or there is none of this name.
        """
        return await self._on_thread(_begin, self._environment, wish)

    async def redeem(self, begun: Begun, answer: Mapping[str, str], source: str) -> SignedIn:
        """Finish it; nobody is signed in before :meth:`enter`.

        :raises Problem: it came to nothing.
        """
        issued = await self._on_thread(begun.client.redeem, begun.flow, answer)
        return self.admit(begun.client, issued, begun.scopes, source)

    def admit(
        self, client: MsalClient, issued: Issued, scopes: tuple[str, ...], source: str
    ) -> SignedIn:
        """Take whom the authority knows; nobody is signed in before :meth:`enter`.

        :param scopes: sorted; what the first token is for, if it is for anything.
        """
        person = SignedIn(client, issued.account, int(time.time()), source)
        if scopes:
            person.tokens[person.key(TokenWish(scopes))] = Held(issued, next(self._turns))
        return person

    def enter(self, owner: Owner, person: SignedIn) -> None:
        """Sign somebody in, in place of whoever was."""
        self.leave(owner)
        self._people[owner] = person
        self._changes[owner] += 1

    def leave(self, owner: Owner) -> None:
        """Sign out. What is under way for this sign-in comes to nothing."""
        self._ended.pop(owner, None)
        person = self._people.pop(owner, None)
        self._changes[owner] += 1
        if person is not None:
            person.tokens.clear()
            self._executor.submit(person.client.forget)

    async def token(self, owner: Owner, wish: TokenWish) -> Issued:
        """Hand out a token, renewed where it has to be.

        :raises Problem: there is none; ``unavailable`` and what only this resource refuses leave
            the sign-in as it is.
        """
        person = self._asked(owner, wish)
        key = person.key(wish)
        anew = wish.force or wish.claims is not None
        held = None if anew else person.tokens.get(key)
        now = time.time()
        if held is not None and (now < held.retry or not held.issued.is_due(now)):
            return held.issued
        task = self._renewal(owner, person, wish)
        if held is None or held.issued.expires_on <= now + PATIENCE:
            return await asyncio.shield(task)
        held.retry = min(now + RETRY, held.issued.expires_on - PATIENCE)
        await asyncio.wait({task}, timeout=PATIENCE)
        if self._people.get(owner) is not person:
            raise Problem("sign_in_required", self._ended.get(owner))
        return person.tokens[key].issued

    def _asked(self, owner: Owner, wish: TokenWish) -> SignedIn:
        person = self._people.get(owner)
        if person is None:
            raise Problem("sign_in_required", self._ended.get(owner))
        if wish.account is not None and not person.account.is_called(wish.account):
            raise Problem("sign_in_required")
        if wish.cloud is not None and wish.cloud != self._environment.cloud:
            raise Problem("unavailable")
        return person

    def _renewal(self, owner: Owner, person: SignedIn, wish: TokenWish) -> asyncio.Task[Issued]:
        """Ask once for all who wish the same at the same time."""
        key = (person.key(wish), wish.claims, wish.force)
        task = person.under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._renew(owner, person, wish))
            person.under_way[key] = task

            def over(done: asyncio.Task[Issued]) -> None:
                del person.under_way[key]
                # Whoever asked may have gone; then nobody else looks at it.
                _ = done.cancelled() or done.exception()

            task.add_done_callback(over)
        return task

    async def _renew(self, owner: Owner, person: SignedIn, wish: TokenWish) -> Issued:
        turn = next(self._turns)
        try:
            issued = await self._on_thread(person.client.renew, wish, person.account)
        except Problem as problem:
            if problem.ends and self._people.get(owner) is person:
                self.leave(owner)
                self._ended[owner] = problem.detail
            raise
        if self._people.get(owner) is not person:
            raise Problem("sign_in_required", self._ended.get(owner))
        held = person.tokens.get(person.key(wish))
        if held is None or held.turn < turn:
            person.tokens[person.key(wish)] = Held(issued, turn)
        return issued

    async def _on_thread(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: call(*args, **kwargs))


def _begin(environment: Environment, wish: SignInWish) -> Any:
    # MSAL takes 0.2 s to load, which nobody has to wait for who never signs in this way.
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient(environment).begin(wish)
