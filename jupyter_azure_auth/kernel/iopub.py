"""Messages to all clients of this kernel. They must not contain secrets."""

from __future__ import annotations

import sys
from collections import deque
from typing import Any, Final

MAX_CLOSED_COMMS: Final = 64
"""Closed comms that stay known to the kernel; see :class:`ClosedComm`."""


class ClosedComm:
    """A placeholder in ipykernel's list of comms.

    A page without our extension closes our comm on the shell channel after the cell has ended, when
    we have closed it, too. For an unknown id ipykernel prints "No such comm" into the notebook
    (comm 0.2.3), so our comms stay in its list for a while.
    """

    def __init__(self, comm_id: str, target_name: str) -> None:
        self.comm_id = comm_id
        self.target_name = target_name

    def handle_msg(self, _msg: object) -> None:
        """Ignore the message: answers come on the control channel."""

    def handle_close(self, _msg: object) -> None:
        """Ignore the message: the request continues, because another page may answer."""


class IOPub:
    """Sends messages to all clients of a kernel. Thread-safe."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._closed_comms: deque[ClosedComm] = deque()

    def parent(self) -> dict[str, Any]:
        """Return the message that this thread is handling.

        Pages recognize their messages by the session in it.
        """
        parent: dict[str, Any] = self._kernel.get_parent("shell") or {}
        return parent

    def open_comm(
        self, comm_id: str, target: str, data: dict[str, Any], parent: dict[str, Any]
    ) -> None:
        """Open a comm. The `comm` package would use the parent message of the moment instead."""
        self._remember(ClosedComm(comm_id, target))
        content = {"comm_id": comm_id, "target_name": target, "target_module": None, "data": data}
        self._send("comm_open", content, parent, f"comm-{comm_id}")

    def close_comm(self, comm_id: str, parent: dict[str, Any]) -> None:
        """Close a comm, so that pages no longer answer on it."""
        self._send("comm_close", {"comm_id": comm_id, "data": {}}, parent, f"comm-{comm_id}")

    def send_on_comm(self, comm_id: str, data: dict[str, Any], parent: dict[str, Any]) -> None:
        """Tell pages something on an open comm."""
        self._send("comm_msg", {"comm_id": comm_id, "data": data}, parent, f"comm-{comm_id}")

    def is_foreign_comm(self, comm_id: object) -> bool:
        """Whether another package has this comm open in the kernel."""
        if not isinstance(comm_id, str):  # from a client that sends malformed messages
            return False
        comm = self._kernel.comm_manager.comms.get(comm_id)
        return comm is not None and not isinstance(comm, ClosedComm)

    def display(
        self, bundle: dict[str, Any], display_id: str, parent: dict[str, Any], *, update: bool
    ) -> None:
        """Show an output in the cell of the message `parent`, or update it."""
        kind = "update_display_data" if update else "display_data"
        content = {**bundle, "transient": {"display_id": display_id}}
        self._send(kind, content, parent, "display_data")

    def _remember(self, comm: ClosedComm) -> None:
        manager = self._kernel.comm_manager
        manager.register_comm(comm)
        self._closed_comms.append(comm)
        while len(self._closed_comms) > MAX_CLOSED_COMMS:
            manager.comms.pop(self._closed_comms.popleft().comm_id, None)

    def _send(self, kind: str, content: dict[str, Any], parent: dict[str, Any], topic: str) -> None:
        kernel = self._kernel
        kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=topic.encode())


def running_kernel() -> Any:
    """Return the kernel in this process without importing ipykernel, or None if there is none.

    Also None for an in-process kernel (qtconsole): without a control thread it gets no answers.
    """
    module = sys.modules.get("ipykernel.kernelbase")
    if module is None or not module.Kernel.initialized():
        return None
    kernel = module.Kernel.instance()
    return kernel if getattr(kernel, "control_thread", None) is not None else None
