"""The one place of a process where tokens are kept and asked for, for all credentials in it."""

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
"""Seconds that a cell waits for the renewal of a token that is still good."""


class Pin:
    """Whose tokens a credential has had. It takes no other's, until the user is another one.

    Nor do its copies, in this process and in others.
    """

    __slots__ = ("epoch", "identity", "origin")

    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.origin: Origin = "page"
        self.epoch = 0

    def hold(self, identity: Identity, origin: Origin, epoch: int) -> None:
        """Take no other's tokens than of this identity from now on."""
        self.identity, self.origin, self.epoch = identity, origin, epoch

    def reset(self, epoch: int) -> None:
        """Forget it if the user has signed out since."""
        if self.epoch != epoch:
            self.identity, self.epoch = None, epoch


class Broker:
    """Cache, requests under way, and the kernel if this is one."""

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
        """Get a token, from the cache if it is good enough.

        :param pin: of the credential that asks; moves from nobody to whose token it is.
        :param timeout: seconds that the user has, once a page is there.
        """
        pin.reset(self.cache.epoch)
        entry = self.cache.find(request.key, pin.identity)
        needed = need(entry, anew=request.anew, at=self.cache.now())
        if entry is not None and needed is Need.RENEWAL:
            entry = yield from self._renewed(request, pin, entry)
            # Its last seconds may have passed while a page that reloads was asked for another.
            needed = need(entry, anew=False, at=self.cache.now())
        if entry is None or needed is Need.TOKEN:
            outcome = yield from self._living(request, pin, timeout)
            if isinstance(outcome, Refusal):
                return outcome
            entry = outcome
        pin.identity, pin.origin = entry.issued.identity, entry.issued.origin
        return entry

    def _living(self, request: Request, pin: Pin, timeout: float) -> Waiting[Entry | Refusal]:
        """Get a token that has not ended.

        A page whose clock is behind takes an ended token for a good one; only ``force`` makes it
        get another.
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
        # Gone again if the user signed out this very moment: it was given before that.
        return self.cache.find(request.key, token.identity) or Entry(token, self.cache.now())

    def _renewed(self, request: Request, pin: Pin, entry: Entry) -> Waiting[Entry]:
        # Before asking, so that others who come meanwhile do not wait at all.
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
        else:  # only a user who has signed in since can change it
            outcome = yield from self._fly(
                request.silent(), pin, seconds=RENEWAL_PATIENCE, renewal=True
            )
            outcome = outcome if isinstance(outcome, Issued) else refused
        self._refusals.note(asked, outcome)
        pin.reset(self.cache.epoch)  # the user may have signed out while it waited
        if isinstance(outcome, Refusal) or pin.identity in (None, outcome.identity):
            return outcome
        # Whoever it was is not there any more: a new credential must not find his tokens.
        self.forget(pin)
        return Refusal("other_identity")

    def forget(self, pin: Pin) -> None:
        """Drop the tokens of a credential, and the comms over which new ones could be pushed."""
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
        # Not by the kernel's own identity: it is known a moment before its token is kept, and who
        # asks in between would be alone with a request of their own.
        return self._flights.wait(
            (request, errand.only, pin.identity, renewal),
            lambda: self._begin(errand, pin.identity, renewal=renewal),
            seconds=seconds,
            user_seconds=user_seconds,
        )

    def _errand(self, request: Request, pin: Pin) -> Errand:
        """Say whose token it has to be: what a credential has had is not changed by falling back.

        Of the own server, which may hold a machine's identity too, a kernel gets no other's either.
        """
        only: Origin | None = None
        if pin.identity is not None and pin.origin not in ("page", "server"):
            only = pin.origin
        elif pin.identity is not None and self.kernel is None:
            # Where there is neither page nor server, the machine itself may be who it was.
            only = machine_source(pin.identity)
        before = None if self.kernel is None else self.kernel.channel.identity
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
        # An account is a person's, never a machine's, and a machine can be asked for no sign-in.
        here = request.account is None and not request.prompt and pinned is None
        if self.kernel is None:
            nobody = "no_kernel" if pinned is None else "identity_elsewhere"
            if pinned is None and _is_child_of_kernel():
                nobody = "child_process"
            return local_flow(nobody) if here else _refuse(nobody)
        # The server cannot have its user sign in; a page can.
        server = not request.prompt
        if renewal:
            return renewal_flow(RENEWAL_PATIENCE, server=server)
        channel = self.kernel.channel
        return page_flow(
            answered_before=channel.answered,
            served_before=channel.served,
            here=here,
            server=server,
            now=self._now,
        )

    def after_fork(self) -> None:
        """Begin anew in a child: locks may be held by threads that it does not have."""
        self.cache.renew_lock()
        self._flights = Flights(now=self._now)


def _is_child_of_kernel() -> bool:
    # The variable is of the process that a kernel's is started by, and its children have it too.
    return multiprocessing.parent_process() is not None and "JPY_PARENT_PID" in os.environ


def _refuse(code: str) -> Flow:
    yield from ()
    return Refusal(code)


process_broker: Final = Broker(tokens, attach())

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=process_broker.after_fork)
