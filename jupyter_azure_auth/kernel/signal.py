"""A bell that threads and event loops can wait for alike, and the two ways to wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Final, NamedTuple, TypeVar, cast

SLICE: Final = 0.1
"""Seconds of one uninterrupted wait: on Windows a Ctrl-C is noticed only between two."""

Result = TypeVar("Result")


class Signal:
    """Rung by whoever brings news; stays rung until somebody has looked at them."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._listeners: dict[object, Callable[[], None]] = {}

    def ring(self) -> None:
        """Wake every waiter. Safe from any thread, returns at once."""
        self._event.set()
        for listener in tuple(self._listeners.values()):
            listener()

    def reset(self) -> None:
        """Say that all news up to now have been seen."""
        self._event.clear()

    def wait(self, seconds: float) -> None:
        """Block this thread, interruptibly, until it rings or the time is over."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            if self._event.wait(min(SLICE, rest)):
                return

    async def wait_async(self, seconds: float) -> None:
        """Do the same to a task only."""
        loop = asyncio.get_running_loop()
        rung: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            try:
                loop.call_soon_threadsafe(rung.cancel)
            except RuntimeError:
                """The loop was closed since, and the task with it."""

        ticket = object()
        self._listeners[ticket] = wake
        try:
            if not self._event.is_set():
                # `wait_for` may swallow a cancellation that comes with the result (bpo-37658).
                await asyncio.wait([rung], timeout=seconds)
        finally:
            del self._listeners[ticket]


class Wait(NamedTuple):
    """What a flow yields: go on when this rings, or after so many seconds."""

    signal: Signal
    seconds: float


Waiting = Generator[Wait, None, Result]


def run(flow: Waiting[Result]) -> Result:
    """Drive a flow to its end. Whatever interrupts the wait, a Ctrl-C too, closes it at once."""
    with closing(flow):
        try:
            while True:
                step = next(flow)
                step.signal.wait(step.seconds)
        except StopIteration as end:
            return cast("Result", end.value)


async def run_async(flow: Waiting[Result]) -> Result:
    """:func:`run` for an event loop: the only lines of it that exist twice."""
    with closing(flow):
        try:
            while True:
                step = next(flow)
                await step.signal.wait_async(step.seconds)
        except StopIteration as end:
            return cast("Result", end.value)
