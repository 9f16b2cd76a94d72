"""A fake kernel with a fake clock: tests script a page and the parent server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from jupyter_azure_auth._lifetime import Moment
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.broker import AccountBinding, Broker
from jupyter_azure_auth.kernel.cache import CachedToken, TokenCache
from jupyter_azure_auth.kernel.comm_channel import CommChannel
from jupyter_azure_auth.kernel.effects import KernelEffects
from jupyter_azure_auth.kernel.protocol import IssuedToken
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from jupyter_azure_auth.kernel.connection import Connection
    from jupyter_azure_auth.kernel.protocol import Refusal
    from jupyter_azure_auth.kernel.wakeup import Wait

STORAGE = TokenRequest(("https://storage.azure.com/.default",))


class FakeIOPub:
    """Records the messages of a kernel."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.closed: list[str] = []
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.shown: list[str] = []

    def parent(self) -> dict[str, Any]:
        return {}

    def open_comm(self, comm_id: str, target: str, data: dict[str, Any], parent: object) -> None:
        assert target == "jupyter-azure-auth"
        self.opened.append((comm_id, data))

    def close_comm(self, comm_id: str, parent: object) -> None:
        self.closed.append(comm_id)

    def send_on_comm(self, comm_id: str, data: dict[str, Any], parent: object) -> None:
        self.told.append((comm_id, data))

    def display(self, bundle: Any, display_id: str, parent: object, *, update: bool) -> None:
        self.shown.append(bundle["data"]["text/plain"])


class FakeKernel:
    """A broker on a clock that advances only during waits, and the scripted actions of a page."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.events: list[tuple[float, Callable[[], object]]] = []
        self.publisher = self.iopub = FakeIOPub()
        self.code: str | None = None
        self.server: IssuedToken | ServerUnavailable = ServerUnavailable("not_offered")
        """The parent server's answer."""
        self.server_requests: list[tuple[float, str | None]] = []
        """Time and account of each request to the parent server."""
        self.server_tenants: list[str | None] = []
        """Their tenants."""
        cache = TokenCache(lambda: Moment(self.clock(), self.seconds))
        self.channel = CommChannel(self.publisher, cache)
        kernel = cast("Connection", self)
        self.broker = Broker(cache, kernel, now=lambda: self.seconds)
        self.start = time.time()
        self.page_ahead = 0
        """Seconds by which the page's clock is ahead of the kernel's."""

    def transport_problem(self) -> str | None:
        return self.code

    def clock(self) -> float:
        return self.start + self.seconds

    def at(self, seconds: float, event: Callable[[], object]) -> None:
        self.events = sorted([*self.events, (seconds, event)], key=lambda row: row[0])

    def answer(self, number: int = -1, **fields: Any) -> None:
        comm_id, data = self.publisher.opened[number]
        answer = {"request_id": data["request_id"], **fields}
        assert self.channel.receive(comm_id, answer)

    def give(
        self,
        token: str,
        *,
        number: int = -1,
        lifetime: int = 3600,
        username: str = "ada",
        **more: object,
    ) -> None:
        account = {"id": username, "username": username, "tenant_id": "tid"}
        end = int(self.clock()) + self.page_ahead + lifetime
        known = {"token_type": "Bearer", "expires_on": end, "account": account, **more}
        self.answer(number, kind="token", token=token, **known)

    def pass_time(self, step: Wait) -> None:
        """Advance the clock until the wait is over or an action is due."""
        end = self.seconds + step.seconds
        while self.events and self.events[0][0] <= end and not step.wakeup._event.is_set():
            self.seconds, event = self.events.pop(0)
            event()
        if not step.wakeup._event.is_set():
            self.seconds = end

    def ask(
        self,
        request: TokenRequest = STORAGE,
        binding: AccountBinding | None = None,
        timeout: float = 300,
    ) -> str:
        """Request a token as a cell does; return the token or the code of the refusal."""
        flow = self.request_token(request, binding, timeout)
        try:
            while True:
                self.pass_time(next(flow))
        except StopIteration as end:
            return result(end.value)

    def request_token(
        self,
        request: TokenRequest = STORAGE,
        binding: AccountBinding | None = None,
        timeout: float = 300,
    ) -> Generator[Wait, None, CachedToken | Refusal]:
        return self.broker.obtain(request, binding or AccountBinding(), timeout)


def result(outcome: CachedToken | Refusal) -> str:
    return outcome.issued.token if isinstance(outcome, CachedToken) else outcome.code


def open_fake_kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    fake_kernel = FakeKernel()

    def ask_server(effects: KernelEffects) -> None:
        """Run without a thread, so that the answer arrives on the fake clock."""
        fake_kernel.server_requests.append((fake_kernel.seconds, effects._account))
        fake_kernel.server_tenants.append(effects._server_request().tenant_id)
        effects._on_event(effects._cache_server_token(fake_kernel.server, effects._cache.epoch))

    monkeypatch.setattr(KernelEffects, "ask_parent_server", ask_server)
    return fake_kernel
