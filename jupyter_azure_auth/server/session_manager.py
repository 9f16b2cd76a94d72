"""The identities that kernels of a user use, and their tokens.

All state is read and changed on the event loop; only calls that can block run on threads.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.ambient_identity import AmbientIdentity
from jupyter_azure_auth.server.errors import AuthError
from jupyter_azure_auth.server.persistence.manager import PersistenceManager
from jupyter_azure_auth.server.source_selection import (
    SelectionContext,
    may_use_ambient,
    select_sources,
)
from jupyter_azure_auth.server.user_session import UserSession
from jupyter_azure_auth.server.user_sessions import UserSessions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth._models import TokenRequest
    from jupyter_azure_auth.server.ambient_identity import AmbientSignIn
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.persistence.manager import Offer
    from jupyter_azure_auth.server.persistence.select_backend import Store
    from jupyter_azure_auth.server.user_key import UserKey

RESTORE_WAIT_S: Final = 1.0
"""Seconds that a page waits for a stored sign-in, which is usually known at once."""

SIGN_IN_POLL_S: Final = 0.2
"""Seconds between checks for a sign-in, in a request that waits for the ambient lookup."""


class SessionManager:
    """The identities of this server, by user."""

    def __init__(
        self,
        config: AzureAuthConfig,
        store: Store,
        is_multi_user: Callable[[], bool],
    ) -> None:
        """Create identities without a sign-in.

        :param config: the configuration.
        :param store: where sign-ins can be stored.
        :param is_multi_user: returns whether several users share the ambient identities; called
            when it matters, because the answer can change.
        """
        self._config = config
        self._is_multi_user = is_multi_user
        # Higher than any of a server that ran before, so that pages notice the change.
        self._generation = int(time.time() * 1000)
        self._changes: Counter[UserKey] = Counter()
        self._ambient_changes = 0
        self._persistence = PersistenceManager(config, store, self._on_change)
        self.user_sessions = UserSessions(config, self._persistence, self._on_change)
        self._ambient = AmbientIdentity(config, self._on_ambient_change)

    @property
    def prefers_machine(self) -> bool:
        """Whether an ambient identity comes before a user's sign-in."""
        return self._config.prefer_machine

    def allows(self, request: TokenRequest) -> bool:
        """Whether the administrator allows tokens for the resource of this request."""
        return self._config.allows(request.scopes)

    async def session(self, user_key: UserKey, *, refresh: bool = False) -> Mapping[str, Any]:
        """Return the identity in use, or why there is none. Sends nothing to an authority.

        :param refresh: whether to repeat the ambient lookup and drop the last refusal.
        """
        restored = self.user_sessions.restore_with_timeout(user_key)
        await asyncio.wait({restored}, timeout=RESTORE_WAIT_S)
        if refresh:
            self.user_sessions.clear_error(user_key)
        # The page gets the outcome when it polls again, so that a hanging host delays no answer.
        self._start_lookup(user_key, refresh=refresh)
        identity, ended = self._selected(user_key), self.user_sessions.end_error(user_key)
        user_session, source = (
            self.user_sessions.get(user_key),
            None if identity is None else identity.source,
        )
        is_user = identity is user_session and user_session is not None
        context = self._selection_context(user_key)
        offers = self.user_sessions.offers(user_key)
        # While the machine is preferred, a request that names the user still gets the user's token.
        hidden = [] if is_user or user_session is None else [user_session]
        others = [*hidden, *self.user_sessions.others(user_key)]
        return {
            "account": None if identity is None else identity.account.to_wire(),
            "source": source,
            "ambient": identity is not None and not is_user,
            "signed_in_at": None if identity is None else identity.signed_in_at,
            **({"others": [one.account.to_wire() for one in others]} if others else {}),
            "ended_by": None if ended is None else ended.detail,
            "persisted_in": self._persistence.backend_of(user_key) or "memory" if is_user else None,
            "persistable_in": self._persistence.available_backend,
            **({"erasing": True} if self._persistence.is_erasing(user_key) else {}),
            **({"restorable": [_offer_to_wire(offer) for offer in offers]} if offers else {}),
            "searching": (context.may_be_restored and not restored.done())
            or (may_use_ambient(context) and self._ambient.is_looking_up),
            "candidates": self._ambient.candidates(context, source),
            "generation": self._generation + self._changes[user_key] + self._ambient_changes,
        }

    async def token(self, user_key: UserKey, request: TokenRequest) -> IssuedToken:
        """Return a token, renewed if necessary.

        :raises AuthError: if there is none. ``unavailable`` and refusals of this resource only
            leave the sign-in as it is.
        """
        await asyncio.wait({self.user_sessions.restore_with_timeout(user_key)})
        while self._ambient.identity is None and not request.require_user:
            lookup = self._start_lookup(user_key)
            if lookup is None or lookup.done():
                break
            # A user who signs in now must not wait for the ambient lookup.
            await asyncio.wait({lookup}, timeout=SIGN_IN_POLL_S)
        while True:
            identity = self._identity_for(user_key, request)
            if identity is None:
                raise self._missing_identity_error(user_key)
            self._check_identity(identity, request)
            try:
                issued = await identity.tokens.get(request)
            except AuthError:
                if not self._is_replaced(user_key, identity, request):
                    raise
            else:
                if not self._is_replaced(user_key, identity, request):
                    return replace(issued, source=identity.source)

    def _identity_for(
        self, user_key: UserKey, request: TokenRequest
    ) -> UserSession | AmbientSignIn | None:
        """Return the identity that the request names, otherwise the one in use."""
        if request.account is not None:
            named = self.user_sessions.find(user_key, request.account)
            if named is not None:
                return named
        if request.require_user:
            return self.user_sessions.get(user_key)
        return self._selected(user_key)

    def _is_replaced(
        self, user_key: UserKey, identity: UserSession | AmbientSignIn, request: TokenRequest
    ) -> bool:
        """Whether the request now concerns another sign-in: the user has switched or signed in."""
        now = self._identity_for(user_key, request)
        return now is not identity and all(isinstance(one, UserSession) for one in (identity, now))

    def _missing_identity_error(self, user_key: UserKey) -> AuthError:
        if self.user_sessions.may_be_restored(user_key):
            return AuthError("unavailable", reason="keychain")
        return self.user_sessions.end_error(user_key) or AuthError("sign_in_required")

    def _check_identity(self, identity: UserSession | AmbientSignIn, request: TokenRequest) -> None:
        """Raise if the request names a different account or cloud than this identity's."""
        interactive = identity is not self._ambient.identity
        account = identity.account
        # A user name never matches an ambient identity, not even the Azure CLI's user.
        matches = account.matches if interactive else account.id.__eq__
        if request.account is not None and not matches(request.account):
            raise AuthError("sign_in_required")
        if interactive and request.cloud is not None and request.cloud != self._config.cloud:
            raise AuthError("unavailable", reason="other_cloud")

    def _selection_context(self, user_key: UserKey) -> SelectionContext:
        user_session = self.user_sessions.get(user_key)
        return SelectionContext(
            allowed=self._config.sources,
            multi_user=self._is_multi_user(),
            prefer_machine=self._config.prefer_machine,
            interactive_source=None if user_session is None else user_session.source,
            sign_in_ended=self.user_sessions.end_error(user_key) is not None,
            may_be_restored=self.user_sessions.may_be_restored(user_key),
        )

    def _start_lookup(
        self, user_key: UserKey, *, refresh: bool = False
    ) -> asyncio.Task[None] | None:
        """Start the ambient lookup if an ambient identity may be used."""
        context = self._selection_context(user_key)
        has_turn = self._config.problem is None and may_use_ambient(context)
        return self._ambient.start_lookup(context, refresh=refresh) if has_turn else None

    def _selected(self, user_key: UserKey) -> UserSession | AmbientSignIn | None:
        """Return the identity in use."""
        user_session, ambient = self.user_sessions.get(user_key), self._ambient.identity
        context = self._selection_context(user_key)
        if context.prefer_machine and ambient is None and self._ambient.is_looking_up:
            return None
        for source in select_sources([] if ambient is None else [ambient.source], context):
            return ambient if ambient is not None and ambient.source == source else user_session
        return None

    def _on_change(self, user_key: UserKey) -> None:
        self._changes[user_key] += 1

    def _on_ambient_change(self) -> None:
        self._ambient_changes += 1


def _offer_to_wire(offer: Offer) -> Mapping[str, Any]:
    return {"id": offer.key, "account": offer.account.to_wire()}
