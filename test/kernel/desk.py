"""A fake kernel with a fake clock: tests script a page and the parent server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth.kernel.broker import Broker, Pin
from jupyter_azure_auth.kernel.cache import Entry, TokenCache
from jupyter_azure_auth.kernel.channel import Channel
from jupyter_azure_auth.kernel.crew import KernelCrew
from jupyter_azure_auth.kernel.flow import NotFromServer
from jupyter_azure_auth.kernel.protocol import Issued, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from jupyter_azure_auth.kernel.connection import Connection
    from jupyter_azure_auth.kernel.protocol import Refusal
    from jupyter_azure_auth.kernel.signal import Wait

STORAGE = Request(("https://storage.azure.com/.default",))


class Recorder:
    """Records the messages of a kernel."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.closed: list[str] = []
        self.shown: list[str] = []

    def parent(self) -> dict[str, Any]:
        return {}

    def open_comm(self, comm_id: str, target: str, data: dict[str, Any], parent: object) -> None:
        assert target == "jupyter-azure-auth"
        self.opened.append((comm_id, data))

    def close_comm(self, comm_id: str, parent: object) -> None:
        self.closed.append(comm_id)

    def display(self, bundle: Any, display_id: str, parent: object, *, update: bool) -> None:
        self.shown.append(bundle["data"]["text/plain"])


class Desk:
    """A broker on a clock that advances only during waits, and the scripted actions of a page."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.events: list[tuple[float, Callable[[], object]]] = []
        self.out = self.iopub = Recorder()
        self.code: str | None = None
        self.server: Issued | NotFromServer = NotFromServer("not_offered")
        """The parent server's answer."""
        self.asked_server: list[tuple[float, str | None]] = []
        """Time and account of each request to the parent server."""
        cache = TokenCache(lambda: Moment(self.clock(), self.seconds))
        self.channel = Channel(self.out, cache)
        kernel = cast("Connection", self)
        self.broker = Broker(cache, kernel, now=lambda: self.seconds)
        self.start = time.time()
        self.page_ahead = 0
        """Seconds by which the page's clock is ahead of the kernel's."""

    def trouble(self) -> str | None:
        return self.code

    def clock(self) -> float:
        return self.start + self.seconds

    def at(self, seconds: float, event: Callable[[], object]) -> None:
        self.events = sorted([*self.events, (seconds, event)], key=lambda row: row[0])

    def answer(self, number: int = -1, **fields: Any) -> None:
        comm_id, data = self.out.opened[number]
        answer = {"request_id": data["request_id"], **fields}
        assert self.channel.receive(comm_id, answer)

    def give(
        self,
        token: str,
        *,
        number: int = -1,
        life: int = 3600,
        who: str = "ada",
        **more: object,
    ) -> None:
        account = {"id": who, "username": who, "tenant_id": "tid"}
        end = int(self.clock()) + self.page_ahead + life
        known = {"token_type": "Bearer", "expires_on": end, "account": account, **more}
        self.answer(number, kind="token", token=token, **known)

    def pass_time(self, step: Wait) -> None:
        """Advance the clock until the wait is over or an action is due."""
        end = self.seconds + step.seconds
        while self.events and self.events[0][0] <= end and not step.signal._event.is_set():
            self.seconds, event = self.events.pop(0)
            event()
        if not step.signal._event.is_set():
            self.seconds = end

    def ask(self, request: Request = STORAGE, pin: Pin | None = None, timeout: float = 300) -> str:
        """Request a token as a cell does; return the token or the code of the refusal."""
        flow = self.begin(request, pin, timeout)
        try:
            while True:
                self.pass_time(next(flow))
        except StopIteration as end:
            return result(end.value)

    def begin(
        self, request: Request = STORAGE, pin: Pin | None = None, timeout: float = 300
    ) -> Generator[Wait, None, Entry | Refusal]:
        return self.broker.obtain(request, pin or Pin(), timeout)


def result(outcome: Entry | Refusal) -> str:
    return outcome.issued.token if isinstance(outcome, Entry) else outcome.code


def open_desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()

    def ask_server(crew: KernelCrew) -> None:
        """Run without a thread, so that the answer arrives on the fake clock."""
        desk.asked_server.append((desk.seconds, crew._account))
        crew._deliver(crew._kept(desk.server, crew._cache.epoch))

    monkeypatch.setattr(KernelCrew, "ask_server", ask_server)
    return desk
