"""The message to a kernel that runs already. With real kernels, it is in ``test/processes``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from jupyter_azure_auth.server.identity_endpoint import running_kernels


# Situation: running Python kernel | its cell does not end, or it has died | the user turns the
# identity endpoint on | the server stops waiting for its reply, and keeps no socket open | restart
# the kernel
async def test_limits_the_wait_for_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_kernels, "REPLY_TIMEOUT_S", 0.01)
    client = Mock()

    async def never(timeout: object) -> Any:
        await asyncio.Event().wait()

    client.get_shell_msg = never
    kernel = SimpleNamespace(client=lambda: client)
    await asyncio.wait_for(running_kernels._tell(kernel, "k"), 60)
    client.stop_channels.assert_called_once_with()


async def test_no_client_of_a_kernel_blocks_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of Jupyter's ``MappingKernelManager``, which an administrator can choose, would."""
    monkeypatch.setattr(running_kernels, "REPLY_TIMEOUT_S", 0.01)
    monkeypatch.setattr(BlockingKernelClient, "get_shell_msg", Mock(side_effect=AssertionError))
    kernel = KernelManager(connection_file=str(tmp_path / "kernel.json"))
    kernel.write_connection_file()
    await asyncio.wait_for(running_kernels._tell(kernel, "k"), 60)
