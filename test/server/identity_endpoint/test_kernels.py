"""What a kernel that starts is given, and what Jupyter's log says about it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from jupyter_azure_auth.server.identity_endpoint import kernels
from jupyter_azure_auth.server.services import _serve_kernels
from test.server.authority import CANARY

GIVEN = {"IDENTITY_HEADER": CANARY}


class Manager:
    """As in Jupyter Server 2.14.0, which logs the arguments of a kernel."""

    default_kernel_name = "python3"

    def __init__(self) -> None:
        self.kernel = SimpleNamespace(kernel_name="python3", _launch_args={"env": {"A": "1"}})
        self.started: dict[str, Any] = {}

    def __contains__(self, _: object) -> bool:
        return False

    def new_kernel_id(self, **_: object) -> str:
        return "k"

    def get_kernel(self, _: str) -> Any:
        return self.kernel

    async def start_kernel(self, **kwargs: Any) -> str:
        logging.getLogger().debug("Kernel args: %r", kwargs)
        self.started = kwargs
        return "k"

    async def restart_kernel(self, _: str) -> None:
        logging.getLogger().debug("Kernel args: %r", self.kernel._launch_args)

    def remove_kernel(self, _: str) -> None:
        """Do nothing."""


@pytest.mark.parametrize("ends", ["restart_kernel", "remove_kernel"])
async def test_does_not_wait_for_a_kernel_that_will_never_reply(
    monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    monkeypatch.setattr(kernels, "is_local", lambda *_: False)
    manager: Any = Manager()
    endpoint: Any = SimpleNamespace(variables=None, revoke=lambda _: None, on_change=None)
    _serve_kernels(manager, endpoint)
    waits = asyncio.create_task(asyncio.Event().wait())
    endpoint.on_change.__self__._tasks["k"] = waits
    ended = getattr(manager, ends)("k")
    if ended is not None:
        await ended
    await asyncio.wait({waits}, timeout=30)
    assert waits.cancelled()


async def test_no_log_of_jupyter_contains_the_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def variables(_: str) -> Mapping[str, str]:
        return GIVEN

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(kernels, "is_local", lambda *_: True)
    manager: Any = Manager()
    kernels.add_variables(manager, variables, lambda _: None, lambda _: None)
    await manager.start_kernel(kernel_name="python3")
    await manager.restart_kernel("k")
    assert caplog.text.count("Kernel args") == 2
    assert CANARY not in caplog.text
    for environ in (manager.started["env"], manager.kernel._launch_args["env"]):
        assert environ["IDENTITY_HEADER"] == environ.copy()["IDENTITY_HEADER"] == CANARY


# Situation: identity endpoint | is on, but the system can start no thread | a kernel starts, or is
# restarted | it starts, and has no new variables | restart the kernel later
async def test_a_kernel_starts_even_if_its_variables_cannot_be_determined(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def variables(_: str) -> Mapping[str, str]:
        raise RuntimeError(f"can't start new thread {CANARY}")

    monkeypatch.setattr(kernels, "is_local", lambda *_: True)
    manager: Any = Manager()
    kernels.add_variables(manager, variables, lambda _: None, lambda _: None)
    assert await manager.start_kernel(kernel_name="python3") == "k"
    assert manager.started == {"kernel_name": "python3"}
    await manager.restart_kernel("k")
    assert manager.kernel._launch_args == {"env": {"A": "1"}}
    assert caplog.text.count("RuntimeError") == 2
    assert CANARY not in caplog.text
