"""Caches and requests the tokens of all credentials in a process."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.machine.granted import machine_source

from .attach import attach, tokens
from .cache import Entry, Need, TokenCache, need
from .cell_refusals import CellRefusals, cell_need
from .crew import Errand, KernelCrew, LocalCrew
from .flight import Flight, Flights
from .flow import Flow, Outcome, local_flow, page_flow, renewal_flow
from .protocol import Identity, Issued, Origin, Refusal, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from .connection import Connection
    from .signal import Waiting

RENEWAL_PATIENCE = 2.0
"""Seconds that a cell waits for the renewal of a token that is still valid."""


class Pin:
    """Binds a credential to the account of its first token, until the user changes accounts.

    Copies of the credential, in this process and in others, are bound, too.
    """

    __slots__ = ("epoch", "identity", "origin")

    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.origin: Origin = "page"
        self.epoch = 0

    def hold(self, identity: Identity, origin: Origin, epoch: int) -> None:
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
    ) -> None:
        self.cache = cache
        self.kernel = kernel
        self._now = now
        self._flights = Flights(now=now)
        self._refusals = CellRefusals()

    def obtain(self, request: Request, pin: Pin, timeout: float) -> Waiting[Entry | Refusal]:
        """Return a token, from the cache if it is not due for renewal.

        :param pin: binding of the credential; an empty one is bound to the account of the token.
        :param timeout: seconds that the user has to act, once a page has answered.
        """
        pin.reset(self.cache.epoch)
        entry = self.cache.find(request.key, pin.identity)
        if entry is not None and not request.accepts(entry.issued.identity):
            entry = None
        needed = need(entry, anew=request.anew, at=self.cache.now())
        if entry is not None and needed is Need.RENEWAL:
            entry = yield from self._renewed(request, pin, entry)
            # It may have expired while a reloading page was asked for its renewal.
            needed = need(entry, anew=False, at=self.cache.now())
        if entry is None or needed is Need.TOKEN:
            outcome = yield from self._living(request, pin, timeout)
            if isinstance(outcome, Refusal):
                return outcome
            entry = outcome
        pin.identity, pin.origin = entry.issued.identity, entry.issued.origin
        return entry

    def _living(self, request: Request, pin: Pin, timeout: float) -> Waiting[Entry | Refusal]:
        """Return a token that has not expired.

        A page with a slow clock takes an expired token for a valid one; only ``force`` makes it get
        another one.
        """
        for attempt in (request, replace(request, force=True)):
            outcome = yield from self._wait(attempt, pin, timeout)
            if isinstance(outcome, Refusal):
                return outcome
            entry = self._entry(attempt, outcome)
            if not entry.ends.reached(self.cache.now()):
                return entry
        return Refusal("token_ended")

    def _entry(self, request: Request, token: Issued) -> Entry:
        # The cache is empty if the user has signed out just now; the token was issued before that.
        return self.cache.find(request.key, token.identity) or Entry(token, self.cache.now())

    def _renewed(self, request: Request, pin: Pin, entry: Entry) -> Waiting[Entry]:
        # Before the request, so that callers that come during it do not wait at all.
        entry.tried(self.cache.now())
        pin.identity, pin.origin = entry.issued.identity, entry.issued.origin
        outcome = yield from self._fly(
            request.silent(), pin, seconds=RENEWAL_PATIENCE, renewal=True
        )
        if isinstance(outcome, Issued) and outcome.identity == pin.identity:
            return self._entry(request, outcome)
        return entry

    def _wait(self, request: Request, pin: Pin, timeout: float) -> Waiting[Outcome]:
        asked = cell_need(self.kernel, request)
        refused = self._refusals.find(asked)
        if refused is None:
            outcome = yield from self._fly(request, pin, user_seconds=timeout)
            outcome = outcome or Refusal("timed_out")
        else:  # only a sign-in since then can change it
            outcome = yield from self._fly(
                request.silent(), pin, seconds=RENEWAL_PATIENCE, renewal=True
            )
            outcome = outcome if isinstance(outcome, Issued) else refused
        self._refusals.note(asked, outcome)
        pin.reset(self.cache.epoch)  # the user may have signed out during the request
        if isinstance(outcome, Refusal) or pin.identity in (None, outcome.identity):
            return outcome
        # The account changed, so drop the old account's tokens before a new credential finds them.
        self.forget(pin)
        return Refusal("other_identity")

    def forget(self, pin: Pin) -> None:
        """Drop a credential's tokens, and the comms over which new ones could be pushed."""
        if pin.identity is not None:
            self.cache.forget(pin.identity)
            if self.kernel is not None:
                self.kernel.channel.forget(pin.identity)

    def _fly(
        self,
        request: Request,
        pin: Pin,
        *,
        seconds: float = float("inf"),
        user_seconds: float = float("inf"),
        renewal: bool = False,
    ) -> Waiting[Outcome | None]:
        errand = self._errand(request, pin)
        # The kernel's identity is no part of the key: it is known shortly before its token is
        # cached, and a caller in between would start a separate request.
        return self._flights.wait(
            (request, errand.only, pin.identity, renewal),
            lambda: self._begin(errand, pin.identity, renewal=renewal),
            seconds=seconds,
            user_seconds=user_seconds,
        )

    def _errand(self, request: Request, pin: Pin) -> Errand:
        """Return which source and account are allowed: a fallback never changes the identity.

        This holds for the parent server, too, which may have an ambient identity besides a user's.
        """
        only: Origin | None = None
        if pin.identity is not None and pin.origin not in ("page", "server"):
            only = pin.origin
        elif pin.identity is not None and self.kernel is None:
            # Without page and server, the identity may be an ambient one of this machine.
            only = machine_source(pin.identity)
        before = None if self.kernel is None else self.kernel.channel.identity
        if before is not None and not request.accepts(before):
            before = None
        account = pin.identity or request.account or before
        return Errand(request, only, account)

    def _begin(self, errand: Errand, pinned: Identity | None, *, renewal: bool) -> Flight:
        kernel = self.kernel
        trouble = None if kernel is None else kernel.trouble()
        flow = self._flow(errand, pinned, trouble, renewal=renewal)
        flight = Flight(flow, now=self._now)
        flight.crew = (
            LocalCrew(errand, flight.deliver, self.cache)
            if kernel is None or trouble is not None
            else KernelCrew(kernel, errand, flight.deliver, self.cache)
        )
        return flight

    def _flow(
        self, errand: Errand, pinned: Identity | None, trouble: str | None, *, renewal: bool
    ) -> Flow:
        request = errand.request
        if errand.only is not None:
            return local_flow("identity_gone")
        if trouble is not None:
            return _refuse(trouble)
        # An account is always a user's, and an ambient identity cannot sign in interactively.
        is_of_user = request.account is not None or request.prompt or request.require_user
        here = not is_of_user and pinned is None
        if self.kernel is None:
            nobody = "user_required" if request.require_user else "no_kernel"
            if pinned is not None:
                nobody = "identity_elsewhere"
            elif _is_child_of_kernel():
                nobody = "child_process"
            return local_flow(nobody) if here else _refuse(nobody)
        # Only a page can have the user sign in; the server cannot.
        server = not request.prompt
        if renewal:
            return renewal_flow(RENEWAL_PATIENCE, server=server)
        channel = self.kernel.channel
        return page_flow(
            answered_before=channel.answered,
            served_before=channel.served,
            here=here,
            nobody="user_required" if request.require_user else "no_page",
            server=server,
            now=self._now,
        )

    def after_fork(self) -> None:
        """Reset the locks in a forked child: threads that it lacks may hold the old ones."""
        self.cache.renew_lock()
        self._flights = Flights(now=self._now)


def _is_child_of_kernel() -> bool:
    # Jupyter sets the variable when it starts a kernel, and the kernel's children inherit it.
    return multiprocessing.parent_process() is not None and "JPY_PARENT_PID" in os.environ


def _refuse(code: str) -> Flow:
    yield from ()
    return Refusal(code)


process_broker: Final = Broker(tokens, attach())

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=process_broker.after_fork)
