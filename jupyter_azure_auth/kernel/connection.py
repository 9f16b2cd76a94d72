"""The kernel in this process, as the rest of the package uses it. Does not import azure-core."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .comm_channel import CommChannel
from .control import handle_comms
from .iopub import IOPub
from .log_filter import ControlMessageFilter
from .transport import transport_problem

if TYPE_CHECKING:
    from .cache import TokenCache
    from .parent_server.client import KernelRef


class Connection:
    """A kernel and our channel to its pages."""

    def __init__(self, kernel: Any, cache: TokenCache) -> None:
        self._kernel = kernel
        self.iopub = IOPub(kernel)
        self.channel = CommChannel(self.iopub, cache)
        self._log_filter = ControlMessageFilter(self.iopub.is_foreign_comm)
        kernel.log.addFilter(self._log_filter)
        kernel.session.observe(lambda _change: self.transport_problem(), "debug")
        handle_comms(kernel, self.channel)

    def kernel_ref(self) -> KernelRef:
        """Return the id of this kernel, and the comm on which a page can reach it later."""
        from .parent_server.client import KernelRef  # noqa: PLC0415 (most kernels never need it)

        comm_id, request_id = self.channel.attach_comm()
        # The server names the connection file after the kernel's id.
        name = Path(getattr(self._kernel.parent, "connection_file", "") or "").stem
        return KernelRef(name.removeprefix("kernel-") or "unknown", comm_id, request_id)

    def transport_problem(self) -> str | None:
        """Return the code of what forbids tokens in this kernel, or None.

        Closes the comms if something does, so that no token can arrive.
        """
        if self.channel.pid != os.getpid():  # a forked child is not a kernel
            return "no_kernel"
        self._kernel.log.addFilter(self._log_filter)  # a cell can replace the log, too
        code = transport_problem(self._kernel, os.environ)
        if code is not None:
            self.channel.close_all()
        return code
