"""Runs in a kernel: round trips to its page, for a bare comm ping and a token of the page."""

from __future__ import annotations

import json
import random
import threading
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ipykernel.kernelbase import Kernel

from jupyter_azure_auth import JupyterCredential

if TYPE_CHECKING:
    from collections.abc import Callable

PING = "bench-ping"
"""The comm target that `ping.ts` answers."""

EMPTY: dict[str, Any] = {}

ROUNDS = 40

SPACING = 0.15, 0.25
"""Seconds between two isolated round trips, longer than the 40 ms of a delayed ACK."""


class Ping:
    """The minimal round trip: out on iopub, back on control, without product code."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._waiting: dict[str, threading.Event] = {}
        self._previous = kernel.control_handlers["comm_msg"]

    def __enter__(self) -> Callable[[], float]:
        self._kernel.control_handlers["comm_msg"] = self._receive
        return self._ping

    def __exit__(self, *_: object) -> None:
        self._kernel.control_handlers["comm_msg"] = self._previous

    def _receive(self, stream: Any, ident: Any, message: dict[str, Any]) -> Any:
        event = self._waiting.pop(message["content"]["comm_id"], None)
        return self._previous(stream, ident, message) if event is None else event.set()

    def _ping(self) -> float:
        kernel, comm_id, answered = self._kernel, uuid4().hex, threading.Event()
        content = {"comm_id": comm_id, "target_name": PING, "target_module": None, "data": EMPTY}
        begun = perf_counter()
        self._waiting[comm_id] = answered
        parent = kernel.get_parent("shell")
        kernel.session.send(kernel.iopub_socket, "comm_open", content, parent=parent)
        if not answered.wait(10):
            raise TimeoutError("The page does not answer pings.")
        return perf_counter() - begun


def ask(scope: str) -> float:
    """Return the seconds of a request for a token that the page has, but this kernel has not."""
    # Closing the credential drops the token, so that the next one asks again.
    with JupyterCredential() as credential:
        begun = perf_counter()
        credential.get_token(scope)
        return perf_counter() - begun


def measure(scope: str) -> dict[str, dict[str, list[float]]]:
    """Alternate between the two, so that other load on the machine affects both."""
    samples: dict[str, dict[str, list[float]]] = {}
    with Ping(Kernel.instance()) as ping:
        turns: dict[str, Callable[[], float]] = {
            "ping": ping,
            "token": lambda: ask(scope),
        }
        for take in turns.values():
            take()
        isolated = samples["isolated"] = {name: [] for name in turns}
        for _ in range(ROUNDS):
            for name, take in turns.items():
                sleep(random.uniform(*SPACING))  # noqa: S311 (not a secret)
                isolated[name].append(take())
        following = samples["back to back"] = {}
        for name, take in turns.items():
            following[name] = [take() for _ in range(ROUNDS)]
    return samples


def measure_to(file: str, scope: str) -> None:
    """Write the result of :func:`measure`, seconds by kind, when it is complete."""
    part = Path(file).with_suffix(".part")
    part.write_text(json.dumps(measure(scope)))
    part.rename(file)


def measure_idle(file: str, scope: str) -> None:
    """Do that in a thread, after the calling cell has ended."""
    threading.Thread(target=measure_to, args=(file, scope)).start()
