"""In-flight requests: callers that need the same token share one request (singleflight).

No waiter owns a request: the waiter that wakes first advances its flow, on its own thread or event
loop. So an interrupted cell ends nothing while another one waits, and a blocking call on an event
loop's thread does not wait for a task of that loop.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

from .flow import Ask, AskHere, AskServer, Flow, Listen, News, Notice, Outcome, Show, Step
from .protocol import Issued, Pending
from .signal import Signal, Wait, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

NEVER = float("inf")


class Crew(Protocol):
    """Performs the steps of a flow without blocking. Answers go to the request's `deliver`."""

    def ask(self) -> None:
        """Open one more comm."""

    def ask_here(self) -> None:
        """Start looking for an ambient identity."""

    def ask_server(self) -> None:
        """Start a request to the parent server, unless one is in flight."""

    def show(self, notice: Notice | None, /) -> None:
        """Show in the cell what it waits for."""

    def land(self, token: Issued | None, /) -> None:
        """Store the token, if there is one, and close what was opened. Called exactly once."""


class Flight:
    """One request and its waiters."""

    def __init__(self, flow: Flow, *, now: Callable[[], float] = time.monotonic) -> None:
        self.outcome: Outcome | None = None
        self.over = False
        """True without an outcome if the last waiter left or a waiter was interrupted."""
        self.user_since = NEVER
        """When a page first answered; the user's timeout starts then."""
        self.waiters = 0
        self.signal = Signal()
        self.crew: Crew | None = None
        self._flow = flow
        self._now = now
        self._news: deque[News] = deque()
        self._due: float | None = None
        self._lock = threading.Lock()

    def deliver(self, news: News) -> None:
        """Queue an answer. Thread-safe, returns at once."""
        self._news.append(news)
        self.signal.ring()

    def advance(self) -> float:
        """Perform the steps that are due.

        :returns: seconds after which a waiter must call this again if the signal is not set before.
        """
        with self._lock:
            self.signal.reset()
            try:
                while not self.over:
                    news = self._news.popleft() if self._news else None
                    rest = 0.0 if self._due is None else self._due - self._now()
                    if news is None and rest > 0:
                        return rest
                    self._resume(news)
            except StopIteration as end:
                self.outcome = end.value
                self._end()
            except BaseException:  # a Ctrl-C here ends the flow; another waiter starts a new one
                self._end()
                raise
        return 0.0

    def _resume(self, news: News) -> None:
        if isinstance(news, Pending) and self.user_since == NEVER:
            self.user_since = self._now()
        first = self._due is None
        step = next(self._flow) if first else self._flow.send(news)
        while isinstance(step, Show | AskServer):  # these complete at once and get no answer
            self._perform(step)
            step = self._flow.send(None)
        self._due = self._now() + self._perform(step)

    def _perform(self, step: Step) -> float:
        crew = self.crew
        if crew is None:
            raise AssertionError("the effects must be set before the request starts")
        match step:
            case Ask(seconds):
                crew.ask()
            case AskHere(seconds):
                crew.ask_here()
            case AskServer():
                seconds = 0.0
                crew.ask_server()
            case Listen(seconds):
                pass
            case Show(notice):
                seconds = 0.0
                crew.show(notice)
        return seconds

    def abandon(self) -> None:
        """End the request, because its last waiter has left."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self.over:
            return
        self.over = True
        self._flow.close()
        if self.crew is not None:
            self.crew.land(self.outcome if isinstance(self.outcome, Issued) else None)
        self.signal.ring()


class Flights:
    """All in-flight requests of this process."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._flights: dict[Hashable, Flight] = {}
        self._lock = threading.Lock()
        self._now = now

    def wait(
        self,
        key: Hashable,
        begin: Callable[[], Flight],
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
            flight = self._join(key, begin)
            try:
                while True:
                    patience = flight.advance()
                    if flight.outcome is not None:
                        return flight.outcome
                    if flight.over:
                        break
                    rest = min(end, flight.user_since + user_seconds) - self._now()
                    if rest <= 0:
                        return None
                    yield Wait(flight.signal, min(patience, rest))
            finally:
                self._leave(key, flight)

    def _join(self, key: Hashable, begin: Callable[[], Flight]) -> Flight:
        with self._lock:
            flight = self._flights.get(key)
            if flight is None or flight.over:
                flight = self._flights[key] = begin()
            flight.waiters += 1
            return flight

    def _leave(self, key: Hashable, flight: Flight) -> None:
        with self._lock:
            flight.waiters -= 1
            last = flight.waiters == 0
            if (last or flight.over) and self._flights.get(key) is flight:
                del self._flights[key]
        if last:
            flight.abandon()
        elif not flight.over:
            flight.signal.ring()  # wakes another waiter, which must now advance the request
