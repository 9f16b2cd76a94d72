"""The identities that kernels of a user use, and their tokens.

All state is read and changed on the event loop; only calls that can block run on threads.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.automatic import Automatic
from jupyter_azure_auth.server.choice import Facts, asks_machine, choose
from jupyter_azure_auth.server.kept.keeping import Keeping
from jupyter_azure_auth.server.people import People
from jupyter_azure_auth.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth.server.automatic import MachineIdentity
    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Issued
    from jupyter_azure_auth.server.kept.keeping import Offer
    from jupyter_azure_auth.server.kept.places import Store
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.people import SignedIn
    from jupyter_azure_auth.server.wishes import TokenWish

GLANCE: Final = 1.0
"""Seconds that a page waits for a stored sign-in, which is usually known at once."""

AGAIN: Final = 0.2
"""Seconds between checks for a sign-in, in a request that waits for the ambient lookup."""


class Identities:
    """The identities that this server has, for each user."""

    def __init__(
        self,
        environment: Environment,
        store: Store,
        several_people: Callable[[], bool],
    ) -> None:
        """Create identities without a sign-in.

        :param environment: the configuration.
        :param store: where sign-ins can be stored.
        :param several_people: returns whether several users share the ambient identities; called
            when it matters, because the answer can change.
        """
        self._environment = environment
        self._several_people = several_people
        # Higher than any of a server that ran before, so that pages notice the change.
        self._generation = int(time.time() * 1000)
        self._changes: Counter[Owner] = Counter()
        self._machine_changes = 0
        self._keeping = Keeping(environment, store, self._changed)
        self.people = People(environment, self._keeping, self._changed)
        self._automatic = Automatic(environment, self._machine_changed)

    async def session(self, owner: Owner, *, look_again: bool = False) -> Mapping[str, Any]:
        """Return the identity in use, or why there is none. Sends nothing to an authority.

        :param look_again: whether to repeat the ambient lookup and drop the last refusal.
        """
        restored = self.people.restored(owner)
        await asyncio.wait({restored}, timeout=GLANCE)
        if look_again:
            self.people.forgive(owner)
        # The page gets the outcome when it polls again, so that a host that hangs delays no answer.
        self._look(owner, again=look_again)
        identity, ended = self._chosen(owner), self.people.ended(owner)
        person, source = self.people.who(owner), None if identity is None else identity.source
        is_person = identity is person and person is not None
        facts = self._facts(owner)
        offers = self.people.offers(owner)
        return {
            "account": None if identity is None else vars(identity.account),
            "source": source,
            "automatic": identity is not None and not is_person,
            "made_on": None if identity is None else identity.made_on,
            "ended_by": None if ended is None else ended.detail,
            "kept": self._keeping.kept(owner) or "memory" if is_person else None,
            "keeps": self._keeping.keeps,
            **({"erasing": True} if self._keeping.erasing(owner) else {}),
            **({"restorable": [_told(offer) for offer in offers]} if offers else {}),
            "looking": (facts.may_return and not restored.done())
            or (asks_machine(facts) and self._automatic.looking),
            "considered": self._automatic.considered(facts, source),
            "generation": self._generation + self._changes[owner] + self._machine_changes,
        }

    async def token(self, owner: Owner, wish: TokenWish) -> Issued:
        """Return a token, renewed if necessary.

        :raises Problem: if there is none. ``unavailable`` and refusals of this resource only leave
            the sign-in as it is.
        """
        await asyncio.wait({self.people.restored(owner)})
        while self._automatic.identity is None and not wish.require_user:
            look = self._look(owner)
            if look is None or look.done():
                break
            # A user who signs in now must not wait for the ambient lookup.
            await asyncio.wait({look}, timeout=AGAIN)
        identity = self.people.who(owner) if wish.require_user else self._chosen(owner)
        if identity is None:
            raise self._why_nobody(owner)
        self._refuse_another(identity, wish)
        return replace(await identity.tokens.get(wish), source=identity.source)

    def _why_nobody(self, owner: Owner) -> Problem:
        if self.people.may_return(owner):
            return Problem("unavailable", reason="keychain")
        return self.people.ended(owner) or Problem("sign_in_required")

    def _refuse_another(self, identity: SignedIn | MachineIdentity, wish: TokenWish) -> None:
        """Raise if the request names a different account or cloud than this identity's."""
        by_hand = identity is not self._automatic.identity
        account = identity.account
        # A user name never matches an ambient identity, not even the Azure CLI's user.
        called = account.is_called if by_hand else account.id.__eq__
        if wish.account is not None and not called(wish.account):
            raise Problem("sign_in_required")
        if by_hand and wish.cloud is not None and wish.cloud != self._environment.cloud:
            raise Problem("unavailable")

    def _facts(self, owner: Owner) -> Facts:
        person = self.people.who(owner)
        return Facts(
            allowed=self._environment.sources,
            several_people=self._several_people(),
            prefer_machine=self._environment.prefer_machine,
            by_hand=None if person is None else person.source,
            refused=self.people.ended(owner) is not None,
            may_return=self.people.may_return(owner),
        )

    def _look(self, owner: Owner, *, again: bool = False) -> asyncio.Task[None] | None:
        """Start the ambient lookup if an ambient identity may be used."""
        facts = self._facts(owner)
        has_turn = self._environment.problem is None and asks_machine(facts)
        return self._automatic.look(facts, again=again) if has_turn else None

    def _chosen(self, owner: Owner) -> SignedIn | MachineIdentity | None:
        """Return the identity in use."""
        person, machine = self.people.who(owner), self._automatic.identity
        facts = self._facts(owner)
        if facts.prefer_machine and machine is None and self._automatic.looking:
            return None
        for source in choose([] if machine is None else [machine.source], facts):
            return machine if machine is not None and machine.source == source else person
        return None

    def _changed(self, owner: Owner) -> None:
        self._changes[owner] += 1

    def _machine_changed(self) -> None:
        self._machine_changes += 1


def _told(offer: Offer) -> Mapping[str, Any]:
    return {"id": offer.key, "account": vars(offer.account)}
