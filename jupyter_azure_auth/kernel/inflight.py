"""In-flight requests: callers that need the same token share one request (singleflight).

No waiter owns a request: the waiter that wakes first advances its flow, on its own thread or event
loop. So an interrupted cell ends nothing while another one waits, and a blocking call on an event
loop's thread does not wait for a task of that loop.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from .protocol import IssuedToken, Pending
from .request_flow import (
    AskParentServer,
    Event,
    Listen,
    Notice,
    Outcome,
    SendRequest,
    Show,
    Step,
    TryAmbient,
)
from .wakeup import Wait, Waiting, Wakeup

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable

NEVER = float("inf")

Result = TypeVar("Result")


class RequestEffects(Protocol):
    """Performs the steps of a flow without blocking. Answers go to the request's `on_event`."""

    def send_request(self) -> None:
        """Open one more comm."""

    def try_ambient(self) -> None:
        """Start looking for an ambient identity."""

    def ask_parent_server(self) -> None:
        """Start a request to the parent server, unless one is in flight."""

    def show(self, notice: Notice | None, user: str, /) -> None:
        """Show in the cell what it waits for, and the user who must act."""

    def finish(self, token: IssuedToken | None, /) -> None:
        """Store the token, if there is one, and close what was opened. Called exactly once."""


class InFlightRequest(Generic[Result]):
    """One request and its waiters."""

    def __init__(
        self, flow: Generator[Step, Event, Result], *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.outcome: Result | None = None
        self.is_finished = False
        """True without an outcome if the last waiter left or a waiter was interrupted."""
        self.prompted_at = NEVER
        """When a page first answered; the user's timeout starts then."""
        self.waiters = 0
        self.wakeup = Wakeup()
        self.effects: RequestEffects | None = None
        self._flow = flow
        self._now = now
        self._events: deque[Event] = deque()
        self._due: float | None = None
        self._lock = threading.Lock()

    def on_event(self, event: Event) -> None:
        """Queue an answer. Thread-safe, returns at once."""
        self._events.append(event)
        self.wakeup.set()

    def step(self) -> float:
        """Perform the steps that are due.

        :returns: seconds after which a waiter must call this again if the signal is not set before.
        """
        with self._lock:
            self.wakeup.clear()
            try:
                while not self.is_finished:
                    event = self._events.popleft() if self._events else None
                    rest = 0.0 if self._due is None else self._due - self._now()
                    if event is None and rest > 0:
                        return rest
                    self._resume(event)
            except StopIteration as end:
                self.outcome = end.value
                self._finish()
            except BaseException:  # a Ctrl-C here ends the flow; another waiter starts a new one
                self._finish()
                raise
        return 0.0

    def _resume(self, event: Event) -> None:
        if isinstance(event, Pending) and self.prompted_at == NEVER:
            self.prompted_at = self._now()
        first = self._due is None
        step = next(self._flow) if first else self._flow.send(event)
        while isinstance(step, Show | AskParentServer):  # these complete at once and get no answer
            self._perform(step)
            step = self._flow.send(None)
        self._due = self._now() + self._perform(step)

    def _perform(self, step: Step) -> float:
        effects = self.effects
        if effects is None:
            raise AssertionError("the effects must be set before the request starts")
        match step:
            case SendRequest(seconds):
                effects.send_request()
            case TryAmbient(seconds):
                effects.try_ambient()
            case AskParentServer():
                seconds = 0.0
                effects.ask_parent_server()
            case Listen(seconds):
                pass
            case Show(notice, user):
                seconds = 0.0
                effects.show(notice, user)
        return seconds

    def wait(self) -> Waiting[Result]:
        """Wait for the outcome as the only waiter."""
        try:
            while True:
                seconds = self.step()
                if self.outcome is not None:
                    return self.outcome
                yield Wait(self.wakeup, seconds)
        finally:
            self.cancel()

    def cancel(self) -> None:
        """End the request, because its last waiter has left."""
        with self._lock:
            self._finish()

    def _finish(self) -> None:
        if self.is_finished:
            return
        self._flow.close()
        try:
            if self.effects is not None:
                self.effects.finish(self.outcome if isinstance(self.outcome, IssuedToken) else None)
        finally:
            # Last: a caller that finds the request finished must find its token in the cache.
            self.is_finished = True
            self.wakeup.set()


class InFlightRequests:
    """All in-flight requests of this process."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._requests: dict[Hashable, InFlightRequest[Outcome]] = {}
        self._lock = threading.Lock()
        self._now = now

    def wait(
        self,
        key: Hashable,
        start: Callable[[], InFlightRequest[Outcome]],
        *,
        seconds: float = NEVER,
        user_seconds: float = NEVER,
    ) -> Waiting[Outcome | None]:
        """Join or start the request with a key, and wait for its outcome.

        :param key: equal for requests that can share an outcome.
        :param seconds: total seconds to wait.
        :param user_seconds: seconds to wait after a page has answered.
        :returns: the outcome, or None after a timeout; the request continues for other waiters.
        """
        end = self._now() + seconds
        while True:
            request = self._join(key, start)
            try:
                while True:
                    seconds_left = request.step()
                    if request.outcome is not None:
                        return request.outcome
                    if request.is_finished:
                        break
                    rest = min(end, request.prompted_at + user_seconds) - self._now()
                    if rest <= 0:
                        return None
                    yield Wait(request.wakeup, min(seconds_left, rest))
            finally:
                self._leave(key, request)

    def _join(
        self, key: Hashable, start: Callable[[], InFlightRequest[Outcome]]
    ) -> InFlightRequest[Outcome]:
        with self._lock:
            request = self._requests.get(key)
            if request is None or request.is_finished:
                request = self._requests[key] = start()
            request.waiters += 1
            return request

    def _leave(self, key: Hashable, request: InFlightRequest[Outcome]) -> None:
        with self._lock:
            request.waiters -= 1
            last = request.waiters == 0
            if (last or request.is_finished) and self._requests.get(key) is request:
                del self._requests[key]
        if last:
            request.cancel()
        elif not request.is_finished:
            request.wakeup.set()  # wakes another waiter, which must now advance the request
