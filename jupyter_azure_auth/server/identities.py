"""Who kernels of an owner act as, and the tokens they were given.

All state is read and changed on the event loop; only what can block runs on threads.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.kept.keeping import Keeping
from jupyter_azure_auth.server.people import People
from jupyter_azure_auth.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Issued
    from jupyter_azure_auth.server.kept.place import Place
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.people import SignedIn
    from jupyter_azure_auth.server.wishes import TokenWish

GLANCE: Final = 1.0
"""Seconds that a page waits for what is usually known at once; then it is told to ask again."""


class Identities:
    """The identities that this server has, for each owner."""

    def __init__(self, environment: Environment, find_place: Callable[[], Place | None]) -> None:
        """Take what was configured, and where sign-ins can be kept.

        :param find_place: blocks; called when it is first needed.
        """
        self._environment = environment
        # Later than any of a server that ran before, so that pages notice.
        self._generation = int(time.time() * 1000)
        self._changes: Counter[Owner] = Counter()
        self._keeping = Keeping(environment, find_place, self._changed)
        self.people = People(environment, self._keeping, self._changed)

    async def session(self, owner: Owner, *, look_again: bool = False) -> Mapping[str, Any]:
        """Tell who is signed in, or why nobody is; asks no authority."""
        if look_again:
            self.people.forgive(owner)
        restored = self.people.restored(owner)
        await asyncio.wait({restored}, timeout=GLANCE)
        person, ended = self.people.who(owner), self.people.ended(owner)
        return {
            "account": None if person is None else vars(person.account),
            "source": None if person is None else person.source,
            "automatic": False,
            "made_on": None if person is None else person.made_on,
            "ended_by": None if ended is None else ended.detail,
            "kept": None if person is None else self._keeping.kept(owner) or "memory",
            "keeps": self._keeping.keeps,
            "looking": person is None and not restored.done(),
            "considered": [],
            "generation": self._generation + self._changes[owner],
        }

    async def token(self, owner: Owner, wish: TokenWish) -> Issued:
        """Hand out a token, renewed where it has to be.

        :raises Problem: there is none; ``unavailable`` and what only this resource refuses leave
            the sign-in as it is.
        """
        await asyncio.wait({self.people.restored(owner)})
        person = self._asked(owner, wish)
        return replace(await person.tokens.get(wish), source=person.source)

    def _asked(self, owner: Owner, wish: TokenWish) -> SignedIn:
        person = self.people.who(owner)
        if person is None:
            raise self.people.ended(owner) or Problem("sign_in_required")
        if wish.account is not None and not person.account.is_called(wish.account):
            raise Problem("sign_in_required")
        if wish.cloud is not None and wish.cloud != self._environment.cloud:
            raise Problem("unavailable")
        return person

    def _changed(self, owner: Owner) -> None:
        self._changes[owner] += 1
