"""People who signed in by hand at this server, and what they left for its next start."""

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
    """A person who is signed in."""

    client: MsalClient
    account: Account
    made_on: int
    """Seconds since the epoch."""
    source: str
    tokens: Tokens
    owner: Owner | None = None
    """Whose sign-in it is; None before and after."""
    id: str = field(default_factory=lambda: secrets.token_hex(_ID_BYTES))

    def to_record(self) -> Record:
        """Say what is kept of it. Blocks while MSAL is at work."""
        return Record(self.id, self.source, self.made_on, self.account, self.client.session())


class People:
    """Who is signed in, by owner."""

    def __init__(
        self, environment: Environment, keeping: Keeping, changed: Callable[[Owner], None]
    ) -> None:
        """Take where sign-ins are kept, and whom to tell that there is another answer."""
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
        """Say who is signed in."""
        return self._people.get(owner)

    def ended(self, owner: Owner) -> Problem | None:
        """Say which refusal ended the sign-in, so that nobody is until somebody acts."""
        return Problem("sign_in_required", self._ended[owner]) if owner in self._ended else None

    def restored(self, owner: Owner) -> asyncio.Task[None]:
        """Look, once, whether an earlier run of the server has left a sign-in.

        :returns: what to wait for; it ends in seconds, whatever happens.
        """
        if owner not in self._restored:
            restore = asyncio.create_task(self._restore(owner))
            self._restores[owner] = restore
            self._restored[owner] = asyncio.create_task(settled(restore))
        return self._restored[owner]

    def may_return(self, owner: Owner) -> bool:
        """Tell whether it is not known yet if a sign-in is kept, and the user has not acted."""
        restore = self._restores.get(owner)
        return owner not in self._acted and (restore is None or not restore.done())

    def offers(self, owner: Owner) -> Sequence[Offer]:
        """List whom other servers of this owner keep, while nobody has signed in or out here."""
        idle = owner not in self._people and owner not in self._acted
        return self._offers.get(owner, []) if idle else []

    async def accept(self, owner: Owner, key: str) -> bool:
        """Sign in here, too, who is signed in at another server of this owner.

        :param key: of one of :meth:`offers`.
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
        """Begin a sign-in at the authority; nobody is signed in by that.

        :raises Problem: the authority cannot be reached, or there is none of this name.
        """
        return await self._on_thread(owner, _begin, self._environment, wish)

    async def redeem(
        self, owner: Owner, begun: Begun, answer: Mapping[str, str], source: str
    ) -> SignedIn:
        """Finish it; nobody is signed in before :meth:`enter`.

        :raises Problem: it came to nothing.
        """
        issued = await self._on_thread(owner, begun.client.redeem, begun.flow, answer)
        return self.admit(begun.client, issued, begun.scopes, source)

    def admit(
        self, client: MsalClient, issued: Issued, scopes: tuple[str, ...], source: str
    ) -> SignedIn:
        """Take whom the authority knows; nobody is signed in before :meth:`enter`.

        :param scopes: sorted; what the first token is for, if it is for anything.
        """
        person = self._person(client, issued.account, int(time.time()), source)
        if scopes:
            person.tokens.put(TokenWish(scopes, issued.account.tenant_id), issued)
        return person

    async def drop(self, owner: Owner, person: SignedIn) -> None:
        """Keep nothing of a person whom nobody waits for any more: no token, no refresh token."""
        person.tokens.end(Problem("sign_in_required"))
        await self._on_thread(owner, person.client.forget)

    def enter(self, owner: Owner, person: SignedIn) -> None:
        """Sign somebody in, in place of whoever was, and keep it."""
        self._end(owner, Problem("sign_in_required"))
        person.owner = owner
        self._people[owner] = person
        self._changed(owner)
        self._keeping.write(owner, person.to_record)

    async def may_be(self, owner: Owner, account_id: str) -> bool:
        """Tell whether this account is signed in, or what is kept may be its sign-in."""
        await asyncio.wait({self.restored(owner)})
        person = self._people.get(owner)
        return person is None or person.account.id == account_id

    async def leave(self, owner: Owner) -> None:
        """Sign out. What is under way for this sign-in comes to nothing, and nothing is kept."""
        self._end(owner, Problem("sign_in_required"))
        self._changed(owner)
        await self._keeping.erase(owner)

    async def keep(self, owner: Owner, *, keep: bool) -> None:
        """Keep the sign-in for the next start of the server, or no longer."""
        person = self._people.get(owner)
        if not keep:
            await self._keeping.erase(owner)
        elif person is not None:
            await settled(self._keeping.write(owner, person.to_record))

    def forgive(self, owner: Owner) -> None:
        """Let others have a turn after a refusal: the user wants that."""
        if owner in self._ended:
            self._keeping.forget_ended(owner)
            del self._ended[owner]
            self._changed(owner)

    async def _on_thread(
        self, owner: Owner, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Call what MSAL does on one of a few threads."""
        return await self._threads.call(owner, lambda: call(*args, **kwargs))

    async def _restore(self, owner: Owner) -> None:
        number = await self._keeping.ended(owner)
        if number is not None and owner not in self._acted:
            self._ended[owner] = aadsts_number(number)
            self._changed(owner)
        record = await self._keeping.restore(owner)
        person = None if record is None else await self._person_of(owner, record)
        # Who has signed in or out meanwhile meant that.
        if owner in self._acted:
            return
        if record is None or person is None:
            # Nothing waits for that: it is nobody's sign-in before somebody wants it.
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
        """Go on with what was kept; None if this server may not, or cannot."""
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
                # The authority gives another refresh token each time.
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
    # MSAL takes 0.2 s to load, which nobody has to wait for who never signs in this way.
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient(environment).begin(wish)


def _go_on(environment: Environment, session: Mapping[str, Any]) -> MsalClient | None:
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient.going_on(environment, session)
