"""Messages to everybody who listens to this kernel: nothing secret goes this way."""

from __future__ import annotations

import sys
from collections import deque
from typing import Any, Final

REMEMBERED: Final = 64
"""Closed comms that stay known to the kernel; see :class:`ClosedComm`."""


class ClosedComm:
    """What is left of a comm, for ipykernel's list of them.

    A page without our extension closes our comm, on the shell channel, when the cell is over and we
    have closed it too. An id ipykernel does not know makes it print "No such comm" into the
    notebook (comm 0.2.3), so ours stay in its list for a while.
    """

    def __init__(self, comm_id: str, target_name: str) -> None:
        self.comm_id = comm_id
        self.target_name = target_name

    def handle_msg(self, _msg: object) -> None:
        """Ignore it: answers come on control."""

    def handle_close(self, _msg: object) -> None:
        """Ignore it: the request goes on, somebody else may answer."""


class IOPub:
    """A kernel's way to all its clients, from any thread."""

    def __init__(self, kernel: Any) -> None:
        self._kernel = kernel
        self._known: deque[ClosedComm] = deque()

    def parent(self) -> dict[str, Any]:
        """Find the message that whoever calls this works for: its session tells pages theirs."""
        parent: dict[str, Any] = self._kernel.get_parent("shell") or {}
        return parent

    def open_comm(
        self, comm_id: str, target: str, data: dict[str, Any], parent: dict[str, Any]
    ) -> None:
        """Open a comm. Not through the `comm` package, which takes the parent of the moment."""
        self._know(ClosedComm(comm_id, target))
        content = {"comm_id": comm_id, "target_name": target, "target_module": None, "data": data}
        self._send("comm_open", content, parent, f"comm-{comm_id}")

    def close_comm(self, comm_id: str, parent: dict[str, Any]) -> None:
        """Say that nobody needs to answer on it any more."""
        self._send("comm_close", {"comm_id": comm_id, "data": {}}, parent, f"comm-{comm_id}")

    def is_others(self, comm_id: object) -> bool:
        """Return whether another package has that comm open in this kernel."""
        if not isinstance(comm_id, str):  # of a client that sends nonsense
            return False
        comm = self._kernel.comm_manager.comms.get(comm_id)
        return comm is not None and not isinstance(comm, ClosedComm)

    def display(
        self, bundle: dict[str, Any], display_id: str, parent: dict[str, Any], *, update: bool
    ) -> None:
        """Show something in the cell that `parent` came from, or change what is shown there."""
        kind = "update_display_data" if update else "display_data"
        content = {**bundle, "transient": {"display_id": display_id}}
        self._send(kind, content, parent, "display_data")

    def _know(self, comm: ClosedComm) -> None:
        manager = self._kernel.comm_manager
        manager.register_comm(comm)
        self._known.append(comm)
        while len(self._known) > REMEMBERED:
            manager.comms.pop(self._known.popleft().comm_id, None)

    def _send(self, kind: str, content: dict[str, Any], parent: dict[str, Any], topic: str) -> None:
        kernel = self._kernel
        kernel.session.send(kernel.iopub_socket, kind, content, parent=parent, ident=topic.encode())


def running_kernel() -> Any:
    """Find the kernel this process is, without importing one; None elsewhere.

    An in-process kernel (qtconsole) has no control thread, hence no way for an answer.
    """
    module = sys.modules.get("ipykernel.kernelbase")
    if module is None or not module.Kernel.initialized():
        return None
    kernel = module.Kernel.instance()
    return kernel if getattr(kernel, "control_thread", None) is not None else None
