"""Brings the variables of Python kernels that already run up to date.

The server has no access to their environment, so it has each of them ask for its own variables. The
request to the kernel contains no secret, because other clients of the kernel can see it.
"""

from __future__ import annotations

import asyncio
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final

from jupyter_client.asynchronous.client import AsyncKernelClient

from jupyter_azure_auth.server.identity_endpoint.kernels import is_local, update_launch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

_EXPRESSION: Final = (
    "__import__('jupyter_azure_auth.kernel.environment', fromlist=['']).update_environment({!r})"
)
"""Evaluated without a name in the user's namespace, an output, or an entry in the history."""


REPLY_TIMEOUT_S: Final = 24 * 3600
"""Seconds for a kernel's reply, which comes after the cell that it runs. Until then, a socket is
kept open."""


class RunningKernels:
    """Has running kernels update their variables. Used on the server's event loop only."""

    def __init__(
        self,
        manager: Any,
        variables: Callable[[str], Awaitable[Mapping[str, str]]],
    ) -> None:
        """Store the server's kernel manager.

        :param manager: of the server, a ``MappingKernelManager``.
        :param variables: a coroutine function that returns the variables of a kernel, by its id.
        """
        self._manager = manager
        self._variables = variables
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def update(self) -> None:
        """Start updating all kernels that run on this host. Waits for none of them."""
        kernels = {one: self._manager.get_kernel(one) for one in self._manager.list_kernel_ids()}
        for kernel_id, kernel in kernels.items():
            if not is_local(self._manager, kernel.kernel_name):
                continue
            # For a kernel that dies and is started again.
            update_launch(kernel, await self._variables(kernel_id))
            if kernel.has_kernel and self._is_python(kernel.kernel_name):
                self.forget(kernel_id)
                self._tasks[kernel_id] = asyncio.create_task(_tell(kernel, kernel_id))

    def forget(self, kernel_id: str) -> None:
        """Stop updating a kernel that has ended or is restarted."""
        task = self._tasks.pop(kernel_id, None)
        if task is not None:
            task.cancel()

    def _is_python(self, name: str) -> bool:
        spec: Any = self._manager.kernel_spec_manager.get_kernel_spec(name)
        return bool(spec.language == "python")


async def _tell(kernel: Any, kernel_id: str) -> None:
    """Have a kernel ask for its variables, after the cells that were sent to it before."""
    client = _client(kernel)
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    request = {
        "code": "",
        "silent": True,
        "store_history": False,
        "user_expressions": {"": _EXPRESSION.format(kernel_id)},
        "allow_stdin": False,
        "stop_on_error": False,
    }
    try:
        await asyncio.wait_for(_send_until_done(client, request), REPLY_TIMEOUT_S)
    except asyncio.TimeoutError:
        pass  # the kernel still handles the message after its cell, but nothing repeats it
    finally:
        client.stop_channels()


def _client(kernel: Any) -> Any:
    """Return a client of a kernel that does not block the event loop.

    Those of a ``MappingKernelManager``, which an administrator can choose, do.
    """
    client = kernel.client()
    if iscoroutinefunction(client.get_shell_msg):
        return client
    client = AsyncKernelClient(parent=kernel)
    client.load_connection_info(kernel.get_connection_info())
    return client


async def _send_until_done(client: Any, request: Mapping[str, Any]) -> None:
    status = "aborted"
    while status == "aborted":  # by the error of a cell before it
        client.shell_channel.send(client.session.msg("execute_request", request))
        reply = await client.get_shell_msg(timeout=None)
        status = reply["content"].get("status")
