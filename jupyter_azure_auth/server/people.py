"""The interactive sign-ins of this server's users, and those stored for the next start."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from jupyter_azure_auth.server.authority import home_tenant
from jupyter_azure_auth.server.kept.keeping import settled
from jupyter_azure_auth.server.kept.record import Record
from jupyter_azure_auth.server.owner import EVERYONE
from jupyter_azure_auth.server.problems import Problem, aadsts_number
from jupyter_azure_auth.server.threads import Threads
from jupyter_azure_auth.server.tokens import Tokens
from jupyter_azure_auth.server.wishes import TokenWish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Account, Issued
    from jupyter_azure_auth.server.kept.keeping import Keeping, Offer
    from jupyter_azure_auth.server.msal_client import Begun, MsalClient
    from jupyter_azure_auth.server.owner import Owner
    from jupyter_azure_auth.server.wishes import SignInWish

_ID_BYTES: Final = 16

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(repr=False, eq=False)
class SignedIn:
    """A user who is signed in."""

    client: MsalClient
    account: Account
    made_on: int
    """Epoch seconds."""
    source: str
    tokens: Tokens
    owner: Owner | None = None
    """The user that the sign-in belongs to; None before and after it is in use."""
    id: str = field(default_factory=lambda: secrets.token_hex(_ID_BYTES))

    def to_record(self) -> Record:
        """Return its stored form. Blocks while MSAL is busy."""
        return Record(self.id, self.source, self.made_on, self.account, self.client.session())


class People:
    """The sign-ins, by user."""

    def __init__(
        self, environment: Environment, keeping: Keeping, changed: Callable[[Owner], None]
    ) -> None:
        """Create it without sign-ins.

        :param environment: the configuration.
        :param keeping: stores sign-ins.
        :param changed: called when the answer of ``session`` has changed for a user.
        """
        self._environment = environment
        self._keeping = keeping
        self._changed = changed
        self._people: dict[Owner, SignedIn] = {}
        self._ended: dict[Owner, str | None] = {}
        self._acted: set[Owner] = set()
        self._restores: dict[Owner, asyncio.Task[None]] = {}
        self._restored: dict[Owner, asyncio.Task[None]] = {}
        self._offers: dict[Owner, list[Offer]] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self._threads = Threads("people")

    def who(self, owner: Owner) -> SignedIn | None:
        """Return the sign-in of a user; None if there is none."""
        return self._people.get(owner)

    def ended(self, owner: Owner) -> Problem | None:
        """Return the refusal that ended the sign-in; None if none, or the user has acted since."""
        return Problem("sign_in_required", self._ended[owner]) if owner in self._ended else None

    def restored(self, owner: Owner) -> asyncio.Task[None]:
        """Look, once, for a sign-in of an earlier run of the server.

        :returns: a task to wait for, which always ends within seconds.
        """
        if owner not in self._restored:
            restore = asyncio.create_task(self._restore(owner))
            self._restores[owner] = restore
            self._restored[owner] = asyncio.create_task(settled(restore))
        return self._restored[owner]

    def may_return(self, owner: Owner) -> bool:
        """Whether a stored sign-in may still be found, and the user has not acted."""
        restore = self._restores.get(owner)
        return owner not in self._acted and (restore is None or not restore.done())

    def offers(self, owner: Owner) -> Sequence[Offer]:
        """Return sign-ins of other servers of this user, as long as none was made or ended here."""
        idle = owner not in self._people and owner not in self._acted
        return self._offers.get(owner, []) if idle else []

    async def accept(self, owner: Owner, key: str) -> bool:
        """Sign in with the sign-in of another server of this user.

        :param key: the key of one of :meth:`offers`.
        :returns: whether that was still possible.
        """
        for offer in self.offers(owner):
            record = await self._keeping.read(offer) if offer.key == key else None
            person = None if record is None else await self._person_of(owner, record)
            if person is not None and owner not in self._acted:
                self.enter(owner, person)
                return True
        return False

    async def begin(self, owner: Owner, wish: SignInWish) -> Begun:
        """Begin a sign-in at the authority; signs in no user yet.

        :raises Problem: if the authority cannot be reached, or does not exist.
        """
        return await self._on_thread(owner, _begin, self._environment, wish)

    async def redeem(
        self, owner: Owner, begun: Begun, answer: Mapping[str, str], source: str
    ) -> SignedIn:
        """Redeem the authority's response; the user is not signed in before :meth:`enter`.

        :raises Problem: if that fails.
        """
        issued = await self._on_thread(owner, begun.client.redeem, begun.flow, answer)
        return self.admit(begun.client, issued, begun.scopes, source)

    def admit(
        self, client: MsalClient, issued: Issued, scopes: tuple[str, ...], source: str
    ) -> SignedIn:
        """Return a sign-in from its first token; the user is not signed in before :meth:`enter`.

        :param scopes: the scopes of the first token, sorted; empty if it is for no resource.
        """
        person = self._person(client, issued.account, int(time.time()), source)
        if scopes:
            person.tokens.put(TokenWish(scopes, issued.account.tenant_id), issued)
        return person

    async def drop(self, owner: Owner, person: SignedIn) -> None:
        """Drop the tokens and the refresh token of a sign-in that was cancelled."""
        person.tokens.end(Problem("sign_in_required"))
        await self._on_thread(owner, person.client.forget)

    def enter(self, owner: Owner, person: SignedIn) -> None:
        """Sign a user in, replacing any other sign-in, and store it."""
        self._end(owner, Problem("sign_in_required"))
        person.owner = owner
        self._people[owner] = person
        self._changed(owner)
        self._keeping.write(owner, person.to_record)

    async def may_be(self, owner: Owner, account_id: str) -> bool:
        """Whether this account is signed in, or its sign-in may be stored."""
        await asyncio.wait({self.restored(owner)})
        person = self._people.get(owner)
        return person is None or person.account.id == account_id

    async def leave(self, owner: Owner) -> None:
        """Sign out. In-flight requests of this sign-in fail, and nothing stays stored."""
        self._end(owner, Problem("sign_in_required"))
        self._changed(owner)
        await self._keeping.erase(owner)

    async def keep(self, owner: Owner, *, keep: bool) -> None:
        """Store the sign-in for the next start of the server, or remove it from there."""
        person = self._people.get(owner)
        if not keep:
            await self._keeping.erase(owner)
        elif person is not None:
            await settled(self._keeping.write(owner, person.to_record))

    def forgive(self, owner: Owner) -> None:
        """Forget a refusal, at the user's request, so that another identity may be used."""
        if owner in self._ended:
            self._keeping.forget_ended(owner)
            del self._ended[owner]
            self._changed(owner)

    async def _on_thread(
        self, owner: Owner, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a call of MSAL on one of a few threads."""
        return await self._threads.call(owner, lambda: call(*args, **kwargs))

    async def _restore(self, owner: Owner) -> None:
        number = await self._keeping.ended(owner)
        if number is not None and owner not in self._acted:
            self._ended[owner] = aadsts_number(number)
            self._changed(owner)
        record = await self._keeping.restore(owner)
        person = None if record is None else await self._person_of(owner, record)
        # The user has signed in or out in the meantime, which takes precedence.
        if owner in self._acted:
            return
        if record is None or person is None:
            # In the background: these are only offers until the user accepts one.
            look = asyncio.create_task(self._look_for_others(owner))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)
            return
        self._ended.pop(owner, None)
        person.id, person.owner = record.id, owner
        self._people[owner] = person
        self._changed(owner)

    async def _look_for_others(self, owner: Owner) -> None:
        offers = await self._keeping.others(owner)
        self._offers[owner] = [o for o in offers if o.source in self._environment.offered]
        if self.offers(owner):
            self._changed(owner)

    async def _person_of(self, owner: Owner, record: Record) -> SignedIn | None:
        """Return a sign-in from its stored form; None if this server may not or cannot use it."""
        if record.source not in self._environment.offered:
            return None
        client = await self._on_thread(owner, _go_on, self._environment, record.session)
        if client is None:
            return None
        return self._person(client, record.account, record.made_on, record.source)

    def _person(self, client: MsalClient, account: Account, made_on: int, source: str) -> SignedIn:
        async def ask(wish: TokenWish) -> Issued:
            issued = await self._on_thread(person.owner or EVERYONE, client.renew, wish, account)
            if person.owner is not None:
                # The authority returns a new refresh token each time.
                self._keeping.update(person.owner, person.to_record)
            return issued

        def refused(problem: Problem) -> None:
            owner = person.owner
            if owner is not None:
                self._end(owner, problem)
                self._ended[owner] = problem.detail
                self._keeping.note_ended(owner, problem.detail)
                self._changed(owner)
                self._keeping.remove(owner)

        tokens = Tokens(home_tenant(self._environment, account), ask, refused)
        person = SignedIn(client, account, made_on, source, tokens)
        return person

    def _end(self, owner: Owner, problem: Problem) -> None:
        self._acted.add(owner)
        self._ended.pop(owner, None)
        self._keeping.forget_ended(owner)
        person = self._people.pop(owner, None)
        if person is not None:
            person.owner = None
            person.tokens.end(problem)
            self._threads.call(owner, person.client.forget)


def _begin(environment: Environment, wish: SignInWish) -> Any:
    # MSAL takes 0.2 s to load; users of other sign-ins must not wait for it.
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient(environment).begin(wish)


def _go_on(environment: Environment, session: Mapping[str, Any]) -> MsalClient | None:
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient.going_on(environment, session)
