"""Who kernels of an owner act as, and the tokens they were given.

All state is read and changed on the event loop; only what can block runs on threads.
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
"""Seconds that a page waits for what was kept, which is usually known at once."""

AGAIN: Final = 0.2
"""Seconds after which a request that waits for the machine looks whether somebody signed in."""


class Identities:
    """The identities that this server has, for each owner."""

    def __init__(
        self,
        environment: Environment,
        store: Store,
        several_people: Callable[[], bool],
    ) -> None:
        """Take what was configured, and what is only known when it is needed.

        :param store: where sign-ins can be kept.
        :param several_people: whether the machine's identities may be other people's too.
        """
        self._environment = environment
        self._several_people = several_people
        # Later than any of a server that ran before, so that pages notice.
        self._generation = int(time.time() * 1000)
        self._changes: Counter[Owner] = Counter()
        self._machine_changes = 0
        self._keeping = Keeping(environment, store, self._changed)
        self.people = People(environment, self._keeping, self._changed)
        self._automatic = Automatic(environment, self._machine_changed)

    async def session(self, owner: Owner, *, look_again: bool = False) -> Mapping[str, Any]:
        """Tell who is signed in, or why nobody is; asks no authority, and waits for nobody."""
        restored = self.people.restored(owner)
        await asyncio.wait({restored}, timeout=GLANCE)
        if look_again:
            self.people.forgive(owner)
        # What it comes to is told when the page asks again: a host that hangs delays no answer.
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
        """Hand out a token, renewed where it has to be.

        :raises Problem: there is none; ``unavailable`` and what only this resource refuses leave
            the sign-in as it is.
        """
        await asyncio.wait({self.people.restored(owner)})
        while self._automatic.identity is None:
            look = self._look(owner)
            if look is None or look.done():
                break
            # Whoever signs in meanwhile is not kept waiting for the machine.
            await asyncio.wait({look}, timeout=AGAIN)
        identity = self._chosen(owner)
        if identity is None:
            raise self._why_nobody(owner)
        self._refuse_another(identity, wish)
        return replace(await identity.tokens.get(wish), source=identity.source)

    def _why_nobody(self, owner: Owner) -> Problem:
        if self.people.may_return(owner):
            return Problem("unavailable", reason="keychain")
        return self.people.ended(owner) or Problem("sign_in_required")

    def _refuse_another(self, identity: SignedIn | MachineIdentity, wish: TokenWish) -> None:
        """Let pass who wishes this identity, or whichever there is."""
        by_hand = identity is not self._automatic.identity
        account = identity.account
        # A person who is asked for by name is never the machine, or `az` of whoever that is.
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
        """Have the machine's identity looked for, if it has a turn."""
        facts = self._facts(owner)
        has_turn = self._environment.problem is None and asks_machine(facts)
        return self._automatic.look(facts, again=again) if has_turn else None

    def _chosen(self, owner: Owner) -> SignedIn | MachineIdentity | None:
        """Say who counts."""
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
