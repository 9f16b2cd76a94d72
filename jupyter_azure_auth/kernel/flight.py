"""Requests under way. Everybody who misses the same token waits for the same one.

Nobody leads: the flow of a flight is moved on by whichever waiter wakes first, on its own thread or
event loop. So an interrupted cell takes nothing with it while another still waits, and a blocking
call on an event loop's thread does not wait for a task of that loop.
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
    """Who does what a flow wants done, without blocking. Answers go to the flight's `deliver`."""

    def ask(self) -> None:
        """Open one more comm."""

    def ask_here(self) -> None:
        """Start looking for an identity of this machine."""

    def ask_server(self) -> None:
        """Start asking the own server, unless it is asked already."""

    def show(self, notice: Notice | None, /) -> None:
        """Say in the cell what it waits for."""

    def land(self, token: Issued | None, /) -> None:
        """Keep the token, if one came of it, and close what was opened. Called exactly once."""


class Flight:
    """One request, however many wait for it."""

    def __init__(self, flow: Flow, *, now: Callable[[], float] = time.monotonic) -> None:
        self.outcome: Outcome | None = None
        self.over = False
        """True without an outcome: its last waiter left, or was interrupted in the middle of it."""
        self.user_since = NEVER
        """When a page first said that it is there; from then on it is the user's time."""
        self.waiters = 0
        self.signal = Signal()
        self.crew: Crew | None = None
        self._flow = flow
        self._now = now
        self._news: deque[News] = deque()
        self._due: float | None = None
        self._lock = threading.Lock()

    def deliver(self, news: News) -> None:
        """Take an answer. Safe from any thread, returns at once."""
        self._news.append(news)
        self.signal.ring()

    def advance(self) -> float:
        """Do what is due.

        :returns: seconds after which somebody has to look again, if it does not ring before.
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
            except (
                BaseException
            ):  # a Ctrl-C in here has ended the flow: let another waiter begin anew
                self._end()
                raise
        return 0.0

    def _resume(self, news: News) -> None:
        if isinstance(news, Pending) and self.user_since == NEVER:
            self.user_since = self._now()
        first = self._due is None
        step = next(self._flow) if first else self._flow.send(news)
        while isinstance(step, Show | AskServer):  # done at once: no news are sent to these
            self._perform(step)
            step = self._flow.send(None)
        self._due = self._now() + self._perform(step)

    def _perform(self, step: Step) -> float:
        crew = self.crew
        if crew is None:
            raise AssertionError("a flight has its crew before it begins")
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
        """Stop: nobody waits any more."""
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
    """All requests under way in this process."""

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
        """Join the flight with that key, or begin it, and wait for what comes of it.

        :param key: everything that makes two requests the same.
        :param seconds: how long to wait in all.
        :param user_seconds: how long once a page is there.
        :returns: None when the time is over; the flight goes on for those who still wait.
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
            flight.signal.ring()  # whoever waits may now be the one to move it on
