"""Caches and requests the tokens of all credentials in a process."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth._lifetime import RENEWAL_TIMEOUT_S
from jupyter_azure_auth._models import TokenRequest, ambient_source

from .attach import attach, tokens
from .cache import CachedToken, RefreshStatus, TokenCache, get_refresh_status
from .cell_refusals import CellRefusals, cell_request_key
from .effects import KernelEffects, RequestContext, ScriptEffects
from .inflight import InFlightRequest, InFlightRequests
from .parent_server.discovery import has_parent_server
from .parent_server.in_process import in_process_server
from .parent_server.refusals import not_signed_in_refusal
from .parent_server.sign_out_watch import SignOutWatch
from .protocol import Identity, IssuedToken, Origin, Refusal
from .request_flow import (
    Flow,
    Outcome,
    ambient_flow,
    page_flow,
    parent_server_flow,
    renewal_flow,
    terminal_flow,
)
from .terminal.sign_in import terminal_sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jupyter_azure_auth._lifetime import Moment
    from jupyter_azure_auth._models import SourceName

    from .connection import Connection
    from .wakeup import Waiting


class AccountBinding:
    """Binds a credential to the account of its first token, until the user changes accounts.

    Copies of the credential, in this process and in others, are bound as well.
    """

    __slots__ = ("epoch", "identity", "origin")

    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.origin: Origin = "page"
        self.epoch = 0

    def bind(self, identity: Identity, origin: Origin, epoch: int) -> None:
        """Accept tokens of this identity only from now on."""
        self.identity, self.origin, self.epoch = identity, origin, epoch

    def reset(self, epoch: int) -> None:
        """Remove the binding if the user has signed out since."""
        if self.epoch != epoch:
            self.identity, self.epoch = None, epoch


class Broker:
    """The token cache, the in-flight requests, and the kernel if this process has one."""

    def __init__(
        self,
        cache: TokenCache,
        kernel: Connection | None,
        *,
        now: Callable[[], float] = time.monotonic,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.cache = cache
        self.kernel = kernel
        self._now = now
        self._environ = environ
        self._sign_out_watch = SignOutWatch(environ, cache.now)
        self._in_flight = InFlightRequests(now=now)
        self._refusals = CellRefusals()

    def obtain(
        self, request: TokenRequest, binding: AccountBinding, timeout: float
    ) -> Waiting[CachedToken | Refusal]:
        """Return a token, from the cache if it is not due for renewal.

        :param binding: binding of the credential; an empty one is bound to the account of the
            token.
        :param timeout: seconds that the user has to act, once a page has answered.
        """
        self.forget_after_sign_out()
        epoch = self.cache.epoch
        binding.reset(epoch)
        entry = self._find(request, binding.identity)
        needed = get_refresh_status(entry, bypass_cache=request.bypass_cache, at=self.cache.now())
        if entry is not None and needed is RefreshStatus.REFRESH:
            entry = yield from self._renew(request, binding, entry)
            if self.cache.epoch != epoch:  # the user has signed out during the renewal
                binding.reset(self.cache.epoch)
                entry = None
            # It may have expired while waiting for a reloading page to renew it.
            needed = get_refresh_status(entry, bypass_cache=False, at=self.cache.now())
        if entry is None or needed is RefreshStatus.MISSING:
            outcome = yield from self._get_unexpired(request, binding, timeout)
            if isinstance(outcome, Refusal):
                return outcome
            entry = outcome
        binding.identity, binding.origin = entry.issued.identity, entry.issued.origin
        return entry

    def _find(self, request: TokenRequest, identity: Identity | None) -> CachedToken | None:
        entry = self.cache.find(request.key, identity)
        return entry if entry is not None and request.accepts(entry.issued.identity) else None

    def _cached(self, request: TokenRequest, identity: Identity | None) -> CachedToken | None:
        """Return a token that the request can have without asking for one."""
        entry = self._find(request, identity)
        status = get_refresh_status(entry, bypass_cache=request.bypass_cache, at=self.cache.now())
        return None if status is RefreshStatus.MISSING else entry

    def checked_until(self) -> Moment | None:
        """Return when :meth:`obtain` must check for a sign-out again; None for never."""
        return self._sign_out_watch.valid_until()

    def forget_after_sign_out(self) -> None:
        """Drop all tokens if the user has signed out at the parent server since the last call."""
        if self._sign_out_watch.has_signed_out():
            self._forget_user()

    def _forget_user(self) -> None:
        self.cache.forget_all()
        if self.kernel is not None:
            self.kernel.channel.forget_identity()

    def _get_unexpired(
        self, request: TokenRequest, binding: AccountBinding, timeout: float
    ) -> Waiting[CachedToken | Refusal]:
        """Return a token that has not expired.

        A page with a slow clock considers an expired token valid; only ``force`` makes it get
        another one.
        """
        for again in (False, True):
            attempt = replace(request, force=True) if again else request
            outcome = yield from self._wait(attempt, binding, timeout)
            if isinstance(outcome, Refusal):
                return outcome
            entry = self._cached_or_new(attempt, outcome)
            if not entry.expires.reached(self.cache.now()):
                return entry
        return Refusal("token_expired")

    def _cached_or_new(self, request: TokenRequest, token: IssuedToken) -> CachedToken:
        # The cache is empty if the user has signed out just now; the token was issued before that.
        return self.cache.find(request.key, token.identity) or CachedToken(token, self.cache.now())

    def _renew(
        self, request: TokenRequest, binding: AccountBinding, entry: CachedToken
    ) -> Waiting[CachedToken]:
        # Before the request, so that callers that come during it do not wait at all.
        entry.mark_attempted(self.cache.now())
        binding.identity, binding.origin = entry.issued.identity, entry.issued.origin
        outcome = yield from self._run_request(
            request.silent(), binding, seconds=RENEWAL_TIMEOUT_S, renewal=True
        )
        if isinstance(outcome, IssuedToken) and outcome.identity == binding.identity:
            return self._cached_or_new(request, outcome)
        return entry

    def _wait(
        self, request: TokenRequest, binding: AccountBinding, timeout: float
    ) -> Waiting[Outcome]:
        cell_key = cell_request_key(self.kernel, request)
        refused = self._refusals.find(cell_key)
        if refused is None:
            outcome = yield from self._run_request(request, binding, user_seconds=timeout)
            outcome = outcome or Refusal("timed_out")
        else:  # only a sign-in since then can change it
            outcome = yield from self._run_request(
                request.silent(), binding, seconds=RENEWAL_TIMEOUT_S, renewal=True
            )
            outcome = outcome if isinstance(outcome, IssuedToken) else refused
        self._refusals.record(cell_key, outcome)
        binding.reset(self.cache.epoch)  # the user may have signed out during the request
        if isinstance(outcome, Refusal) or binding.identity in (None, outcome.identity):
            return outcome
        # The account changed, so drop the old account's tokens before a new credential finds them.
        self.forget(binding)
        return Refusal("other_identity")

    def forget(self, binding: AccountBinding) -> None:
        """Drop a credential's tokens, and the comms over which new ones could be pushed."""
        if binding.identity is not None:
            self.cache.forget(binding.identity)
            if self.kernel is not None:
                self.kernel.channel.close_push_comms(binding.identity)

    def _run_request(
        self,
        request: TokenRequest,
        binding: AccountBinding,
        *,
        seconds: float = float("inf"),
        user_seconds: float = float("inf"),
        renewal: bool = False,
    ) -> Waiting[Outcome | None]:
        context = self._request_context(request, binding)
        # The kernel's identity is not part of the key: it is known shortly before its token is
        # cached, and a caller in between would start a separate request.
        return self._in_flight.wait(
            (request, context.only_source, binding.identity, renewal),
            lambda: self._start(context, binding.identity, renewal=renewal),
            seconds=seconds,
            user_seconds=user_seconds,
        )

    def _request_context(self, request: TokenRequest, binding: AccountBinding) -> RequestContext:
        """Return which source and account are allowed: a fallback never changes the identity.

        This also holds for the parent server, which may have an ambient identity besides a user's.
        """
        only_source: SourceName | None = None
        if binding.identity is not None:
            only_source = ambient_source(binding.origin)
            if only_source is None and self.kernel is None and not self._has_server():
                # Without page and server, the identity may be an ambient one of this machine.
                only_source = ambient_source(binding.identity)
        latest = None if self.kernel is None else self.kernel.channel.identity
        if latest is not None and not request.accepts(latest):
            latest = None
        account = binding.identity or request.account or latest
        return RequestContext(request, only_source, account)

    def _start(
        self, context: RequestContext, pinned: Identity | None, *, renewal: bool
    ) -> InFlightRequest[Outcome]:
        kernel = self.kernel
        # A request may have finished after this caller found nothing in the cache.
        entry = None if renewal else self._cached(context.request, pinned)
        flow = (
            self._flow(context, pinned, renewal=renewal) if entry is None else _return_cached(entry)
        )
        in_flight = InFlightRequest(flow, now=self._now)
        in_flight.effects = (
            ScriptEffects(context, in_flight.on_event, self.cache)
            if kernel is None
            else KernelEffects(kernel, context, in_flight.on_event, self.cache)
        )
        return in_flight

    def _flow(self, context: RequestContext, pinned: Identity | None, *, renewal: bool) -> Flow:
        request = context.request
        if context.only_source is not None:
            return ambient_flow("identity_gone")
        if terminal_sign_in() is not None and not request.prompt:
            return terminal_flow()
        # An account is always a user's, and an ambient identity cannot sign in interactively.
        is_of_user = request.account is not None or request.prompt or request.require_user
        allow_ambient = not is_of_user and pinned is None
        if self.kernel is None:
            return self._flow_without_page(request, pinned, allow_ambient=allow_ambient)
        # Only a page can have the user sign in; the server cannot.
        allow_server = not request.prompt
        if renewal:
            return renewal_flow(RENEWAL_TIMEOUT_S, allow_server=allow_server)
        channel = self.kernel.channel
        return page_flow(
            page_answered_before=channel.page_answered,
            server_answered_before=channel.server_answered,
            allow_ambient=allow_ambient,
            no_source="user_required" if request.require_user else "no_page",
            allow_server=allow_server,
            now=self._now,
        )

    def _flow_without_page(
        self, request: TokenRequest, pinned: Identity | None, *, allow_ambient: bool
    ) -> Flow:
        """Return the flow of a script, a worker, or a kernel that another program started."""
        if self._has_server() and not request.prompt:
            return parent_server_flow(not_signed_in_refusal(request.account, pinned), now=self._now)
        no_source = "user_required" if request.require_user else "no_kernel"
        if pinned is not None:
            no_source = "sign_in_unreachable"
        return ambient_flow(no_source) if allow_ambient else _refuse(no_source)

    def _has_server(self) -> bool:
        return has_parent_server(self._environ) or in_process_server() is not None

    def after_fork(self) -> None:
        """Reset the locks in a forked child: threads that it lacks may hold the old ones.

        The child is not a kernel, even if its parent is one.
        """
        self.kernel = None
        self.cache.renew_lock()
        self._in_flight = InFlightRequests(now=self._now)


def _return_cached(entry: CachedToken) -> Flow:
    yield from ()
    return entry.issued


def _refuse(code: str) -> Flow:
    yield from ()
    return Refusal(code)


process_broker: Final = Broker(tokens, attach())

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=process_broker.after_fork)
