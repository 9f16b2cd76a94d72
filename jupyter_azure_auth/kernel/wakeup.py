"""An event that both threads and event loops can wait for, and the functions that wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from typing import Final, NamedTuple, TypeVar, cast

from jupyter_azure_auth.errors import exception

from .parent_server.in_process import is_on_event_loop
from .protocol import Refusal

WAIT_SLICE_S: Final = 0.1
"""Seconds of one uninterrupted wait: on Windows, Ctrl-C takes effect only between two waits."""

Result = TypeVar("Result")


class Wakeup:
    """Set when an event is queued; stays set until a waiter has handled all events."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._listeners: dict[object, Callable[[], None]] = {}

    def set(self) -> None:
        """Wake every waiter. Thread-safe, returns at once."""
        self._event.set()
        for listener in tuple(self._listeners.values()):
            listener()

    def clear(self) -> None:
        """Clear the signal before its events are handled."""
        self._event.clear()

    def wait(self, seconds: float) -> None:
        """Block this thread until the signal is set or the time is over. Can be interrupted."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            if self._event.wait(min(WAIT_SLICE_S, rest)):
                return

    async def wait_async(self, seconds: float) -> None:
        """Suspend this task until the signal is set or the time is over."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            try:
                loop.call_soon_threadsafe(woken.cancel)
            except RuntimeError:
                """The loop has been closed, and the task with it."""

        ticket = object()
        self._listeners[ticket] = wake
        try:
            if not self._event.is_set():
                # `wait_for` may swallow a cancellation that comes with the result (bpo-37658).
                await asyncio.wait([woken], timeout=seconds)
        finally:
            del self._listeners[ticket]


class Wait(NamedTuple):
    """What a flow yields: resume it when the signal is set, or after ``seconds``."""

    wakeup: Wakeup
    seconds: float


Waiting = Generator[Wait, None, Result]


def run(flow: Waiting[Result]) -> Result:
    """Run a flow to its end. An exception during the wait, such as Ctrl-C, closes it at once.

    :raises ~azure.core.exceptions.ClientAuthenticationError: it must wait for an event loop that
        runs in this thread.
    """
    try:
        while True:
            step = next(flow)
            if is_on_event_loop():
                raise exception(Refusal("on_event_loop"))
            step.wakeup.wait(step.seconds)
    except StopIteration as end:
        return cast("Result", end.value)
    finally:
        flow.close()


async def run_async(flow: Waiting[Result]) -> Result:
    """Run a flow to its end in a task of an event loop."""
    try:
        while True:
            step = next(flow)
            await step.wakeup.wait_async(step.seconds)
    except StopIteration as end:
        return cast("Result", end.value)
    finally:
        flow.close()
