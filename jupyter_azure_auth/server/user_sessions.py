"""The interactive sign-ins of this server's users, and those stored for the next start."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.server.authority import home_tenant
from jupyter_azure_auth.server.errors import AuthError, aadsts_number
from jupyter_azure_auth.server.persistence.manager import wait_with_timeout
from jupyter_azure_auth.server.thread_pool import FairThreadPool
from jupyter_azure_auth.server.token_cache import TokenCache
from jupyter_azure_auth.server.user_key import SINGLE_USER
from jupyter_azure_auth.server.user_session import UserAccounts, UserSession

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jupyter_azure_auth._models import Account
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.msal_client import MsalClient, StartedSignIn
    from jupyter_azure_auth.server.persistence.manager import Offer, PersistenceManager
    from jupyter_azure_auth.server.persistence.record import Record
    from jupyter_azure_auth.server.requests import SignInRequest
    from jupyter_azure_auth.server.user_key import UserKey

P = ParamSpec("P")
R = TypeVar("R")


class UserSessions:
    """The sign-ins, by user."""

    def __init__(
        self,
        config: AzureAuthConfig,
        persistence: PersistenceManager,
        on_change: Callable[[UserKey], None],
    ) -> None:
        """Create it without sign-ins.

        :param config: the configuration.
        :param persistence: stores sign-ins.
        :param on_change: called when the answer of ``session`` has changed for a user.
        """
        self._config = config
        self._persistence = persistence
        self._on_change = on_change
        self.on_sign_out: Callable[[UserKey], None] = lambda _user_key: None
        """Called when the user has signed out or changed accounts."""
        self.on_forget: Callable[[UserKey], None] = lambda _user_key: None
        """Called when an account that was not the active one is signed out."""
        self._accounts: dict[UserKey, UserAccounts] = {}
        self._ended: dict[UserKey, str | None] = {}
        self._ended_accounts: dict[UserKey, str] = {}
        """Ids of the accounts whose tokens processes may still hold after a refusal."""
        self._user_acted: set[UserKey] = set()
        self._restores: dict[UserKey, asyncio.Task[None]] = {}
        self._restored: dict[UserKey, asyncio.Task[None]] = {}
        self._offers: dict[UserKey, list[Offer]] = {}
        self._lookups: set[asyncio.Task[None]] = set()
        self._threads = FairThreadPool("people")

    def get(self, user_key: UserKey) -> UserSession | None:
        """Return the active sign-in of a user; None if there is none."""
        return self._accounts_of(user_key).active

    def others(self, user_key: UserKey) -> Sequence[UserSession]:
        """Return the sign-ins that the user can switch to, most recently active first."""
        return self._accounts_of(user_key).others

    def find(self, user_key: UserKey, account: str) -> UserSession | None:
        """Return the sign-in that an account id or a user name means; None if there is none."""
        return self._accounts_of(user_key).find(account)

    def end_error(self, user_key: UserKey) -> AuthError | None:
        """Return the refusal that ended the sign-in; None if none, or the user has acted since."""
        return (
            AuthError("sign_in_required", self._ended[user_key])
            if user_key in self._ended
            else None
        )

    def restore_with_timeout(self, user_key: UserKey) -> asyncio.Task[None]:
        """Look, once, for a sign-in of an earlier run of the server.

        :returns: a task to wait for, which always ends within seconds.
        """
        if user_key not in self._restored:
            restore = asyncio.create_task(self._restore(user_key))
            self._restores[user_key] = restore
            self._restored[user_key] = asyncio.create_task(wait_with_timeout(restore))
        return self._restored[user_key]

    def may_be_restored(self, user_key: UserKey) -> bool:
        """Whether a stored sign-in may still be found, and the user has not acted."""
        restore = self._restores.get(user_key)
        return user_key not in self._user_acted and (restore is None or not restore.done())

    def offers(self, user_key: UserKey) -> Sequence[Offer]:
        """Return sign-ins of other servers of this user, as long as none was made or ended here."""
        idle = self.get(user_key) is None and user_key not in self._user_acted
        return self._offers.get(user_key, []) if idle else []

    async def restore_offer(self, user_key: UserKey, key: str) -> bool:
        """Sign in with the sign-in of another server of this user.

        :param key: the key of one of :meth:`offers`.
        :returns: whether that was still possible.
        """
        for offer in self.offers(user_key):
            record = await self._persistence.read(offer) if offer.key == key else None
            user_session = None if record is None else await self._resume_session(user_key, record)
            if user_session is not None and user_key not in self._user_acted:
                await self.sign_in(user_key, user_session)
                return True
        return False

    async def begin(self, user_key: UserKey, request: SignInRequest) -> StartedSignIn:
        """Begin a sign-in at the authority; signs in no user yet.

        :raises AuthError: if the authority cannot be reached, or does not exist.
        """
        return await self._run(user_key, _begin, self._config, request)

    async def redeem(
        self, user_key: UserKey, begun: StartedSignIn, answer: Mapping[str, str], source: str
    ) -> UserSession:
        """Redeem the authority's response; the user is not signed in before :meth:`sign_in`.

        :raises AuthError: if that fails.
        """
        issued = await self._run(user_key, begun.client.redeem, begun.flow, answer)
        return self.create(begun.client, issued, begun.scopes, source)

    def create(
        self, client: MsalClient, issued: IssuedToken, scopes: tuple[str, ...], source: str
    ) -> UserSession:
        """Return a sign-in from its first token; the user is not signed in before :meth:`sign_in`.

        :param scopes: the scopes of the first token, sorted; empty if it is for no resource.
        """
        user_session = self._create_session(client, issued.account, int(time.time()), source)
        if scopes:
            user_session.tokens.put(TokenRequest(scopes, issued.account.tenant_id), issued)
        return user_session

    async def discard(self, user_key: UserKey, user_session: UserSession) -> None:
        """Drop the tokens and the refresh token of a sign-in that was cancelled."""
        user_session.tokens.close(AuthError("sign_in_required"))
        await self._run(user_key, user_session.client.forget)

    async def sign_in(
        self, user_key: UserKey, user_session: UserSession, inactive: str | None = None
    ) -> None:
        """Sign a user in and store that; a sign-in with another account can be switched to.

        The user is signed in at once. Afterwards, no start of the server restores another account.

        :param inactive: id of an account that stays inactive: Azure had a question about it.
        """
        if user_session.account.id == inactive:
            renewed = self._accounts_of(user_key).renew_other(user_session)
            if renewed is not None:
                user_session.user_key = user_key
                self._close(user_key, renewed, AuthError("sign_in_required"))
                self._on_change(user_key)
                return
        active = self.get(user_key)
        before = self._ended_accounts.get(user_key) if active is None else active.account.id
        self._on_user_action(user_key)
        replaced = self._accounts_of(user_key).activate(user_session)
        user_session.user_key = user_key
        if replaced is not None:
            self._close(user_key, replaced, AuthError("sign_in_required"))
        if before is not None and before != user_session.account.id:
            self.on_sign_out(user_key)
        self._on_change(user_key)
        await self._persistence.replace(user_key, user_session.to_record)

    async def switch_to(self, user_key: UserKey, account_id: str) -> bool:
        """Make the sign-in of another account the active one, and store that instead, or none.

        :returns: whether this account is signed in.
        """
        accounts = self._accounts_of(user_key)
        chosen = next((one for one in accounts.all if one.account.id == account_id), None)
        if chosen is None:
            return False
        if chosen is not accounts.active:
            self._on_user_action(user_key)
            accounts.activate(chosen)
            self.on_sign_out(user_key)
            self._on_change(user_key)
            if chosen.persist:
                await self._persistence.replace(user_key, chosen.to_record)
            else:
                await self._persistence.erase(user_key)
        return True

    async def sign_out_of(self, user_key: UserKey, account_id: str) -> bool:
        """Sign out of one account alone.

        The caller has seen another identity in use. If this account is the active one by now, the
        one that was active before takes its place; none does where a machine is preferred.

        :returns: whether there was one, and other accounts.
        """
        accounts = self._accounts_of(user_key)
        chosen = next((one for one in accounts.all if one.account.id == account_id), None)
        was_active = chosen is accounts.active
        if chosen is None or (was_active and not accounts.others):
            return False
        accounts.remove(chosen)
        self._close(user_key, chosen, AuthError("sign_in_required"))
        self.on_forget(user_key)
        self._on_change(user_key)
        if was_active:
            self._on_user_action(user_key)
            if self._config.prefer_machine:
                await self._persistence.erase(user_key)
            else:
                # Even if the other account cannot be stored, this one's sign-in must be erased.
                self._persistence.remove(user_key)
                await self.switch_to(user_key, accounts.others[0].account.id)
        return True

    async def may_be_active(self, user_key: UserKey, account_id: str) -> bool:
        """Whether this account is the active one, or its sign-in may be stored."""
        await asyncio.wait({self.restore_with_timeout(user_key)})
        active = self.get(user_key)
        if active is None:
            return not self.others(user_key)
        return active.account.id == account_id

    async def sign_out(self, user_key: UserKey) -> None:
        """Sign out of all accounts. In-flight requests fail, and nothing stays stored."""
        self._on_user_action(user_key)
        for user_session in self._accounts_of(user_key).clear():
            self._close(user_key, user_session, AuthError("sign_in_required"))
        self.on_sign_out(user_key)
        self._on_change(user_key)
        await self._persistence.erase(user_key)

    async def set_persistence(self, user_key: UserKey, *, persist: bool) -> None:
        """Store the active sign-in for the next start of the server, or remove it from there."""
        user_session = self.get(user_key)
        if user_session is not None:
            user_session.persist = persist
        if not persist:
            await self._persistence.erase(user_key)
        elif user_session is not None:
            await wait_with_timeout(self._persistence.write(user_key, user_session.to_record))

    def clear_error(self, user_key: UserKey) -> None:
        """Forget a refusal, at the user's request, so that another identity may be used.

        Not while other accounts are signed in: the user decides whether one of them is used.
        """
        if user_key in self._ended and not self.others(user_key):
            self._persistence.unmark_ended(user_key)
            del self._ended[user_key]
            self._on_change(user_key)

    async def _run(
        self, user_key: UserKey, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a call of MSAL on one of a few threads."""
        return await self._threads.call(user_key, lambda: call(*args, **kwargs))

    async def _restore(self, user_key: UserKey) -> None:
        number = await self._persistence.ended_by(user_key)
        if number is not None and user_key not in self._user_acted:
            self._ended[user_key] = aadsts_number(number)
            self._on_change(user_key)
        record = await self._persistence.restore(user_key)
        user_session = None if record is None else await self._resume_session(user_key, record)
        # The user has signed in or out in the meantime, which takes precedence.
        if user_key in self._user_acted:
            return
        if record is None or user_session is None:
            # In the background: these are only offers until the user accepts one.
            lookup = asyncio.create_task(self._find_offers(user_key))
            self._lookups.add(lookup)
            lookup.add_done_callback(self._lookups.discard)
            return
        self._ended.pop(user_key, None)
        user_session.id, user_session.user_key = record.id, user_key
        self._accounts_of(user_key).activate(user_session)
        self._on_change(user_key)

    async def _find_offers(self, user_key: UserKey) -> None:
        offers = await self._persistence.others(user_key)
        self._offers[user_key] = [o for o in offers if o.source in self._config.offered]
        if self.offers(user_key):
            self._on_change(user_key)

    async def _resume_session(self, user_key: UserKey, record: Record) -> UserSession | None:
        """Return a sign-in from its stored form; None if this server may not or cannot use it."""
        if record.source not in self._config.offered:
            return None
        client = await self._run(user_key, _resume, self._config, record.session)
        if client is None:
            return None
        return self._create_session(client, record.account, record.signed_in_at, record.source)

    def _create_session(
        self, client: MsalClient, account: Account, signed_in_at: int, source: str
    ) -> UserSession:
        async def fetch(request: TokenRequest) -> IssuedToken:
            issued = await self._run(
                user_session.user_key or SINGLE_USER, client.renew, request, account
            )
            user_key = user_session.user_key
            if user_key is not None and self.get(user_key) is user_session:
                # The authority returns a new refresh token each time.
                self._persistence.update(user_key, user_session.to_record)
            return issued

        def on_invalid_grant(problem: AuthError) -> None:
            if user_session.user_key is not None:
                self._end(user_session.user_key, user_session, problem)

        cache = TokenCache(home_tenant(self._config, account), fetch, on_invalid_grant)
        user_session = UserSession(client, account, signed_in_at, source, cache)
        return user_session

    def _end(self, user_key: UserKey, user_session: UserSession, problem: AuthError) -> None:
        """End the sign-in that was refused. No other account takes the place of the active one."""
        is_active = self.get(user_key) is user_session
        self._accounts_of(user_key).remove(user_session)
        self._close(user_key, user_session, problem)
        if is_active:
            self._user_acted.add(user_key)
            self._ended[user_key] = problem.detail
            self._ended_accounts[user_key] = user_session.account.id
            self._persistence.mark_ended(user_key, problem.detail)
            self._persistence.remove(user_key)
        self._on_change(user_key)

    def _close(self, user_key: UserKey, user_session: UserSession, problem: AuthError) -> None:
        """Drop the tokens of a sign-in that is over."""
        user_session.user_key = None
        user_session.tokens.close(problem)
        self._threads.call(user_key, user_session.client.forget)

    def _on_user_action(self, user_key: UserKey) -> None:
        """Forget a refusal, and let no stored sign-in take the place of the user's choice."""
        self._user_acted.add(user_key)
        self._ended.pop(user_key, None)
        self._ended_accounts.pop(user_key, None)
        self._persistence.unmark_ended(user_key)

    def _accounts_of(self, user_key: UserKey) -> UserAccounts:
        return self._accounts.setdefault(user_key, UserAccounts())


def _begin(config: AzureAuthConfig, request: SignInRequest) -> Any:
    # MSAL takes 0.2 s to load; users of other sign-ins must not wait for it.
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient(config).begin(request)


def _resume(config: AzureAuthConfig, session: Mapping[str, Any]) -> MsalClient | None:
    from jupyter_azure_auth.server.msal_client import MsalClient  # noqa: PLC0415

    return MsalClient.resume(config, session)
