"""The kernel in this process, as the rest of the package uses it. Does not import azure-core."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .channel import Channel
from .control import handle_comms
from .iopub import IOPub
from .log_filter import ControlMessageFilter
from .transport import transport_trouble

if TYPE_CHECKING:
    from .cache import TokenCache
    from .own_server import Caller


class Connection:
    """A kernel and our channel to its pages."""

    def __init__(self, kernel: Any, cache: TokenCache) -> None:
        self._kernel = kernel
        self.iopub = IOPub(kernel)
        self.channel = Channel(self.iopub, cache)
        self._log_filter = ControlMessageFilter(self.iopub.is_others)
        kernel.log.addFilter(self._log_filter)
        kernel.session.observe(lambda _change: self.trouble(), "debug")
        handle_comms(kernel, self.channel)

    def caller(self) -> Caller:
        """Return the id of this kernel, and the comm on which a page can reach it later."""
        from .own_server import Caller  # noqa: PLC0415 (most kernels never need it)

        comm_id, request_id = self.channel.address()
        # The server names the connection file after the kernel's id.
        name = Path(getattr(self._kernel.parent, "connection_file", "") or "").stem
        return Caller(name.removeprefix("kernel-") or "unknown", comm_id, request_id)

    def trouble(self) -> str | None:
        """Return the code of what forbids tokens in this kernel, or None.

        Closes the comms if something does, so that no token can arrive.
        """
        if self.channel.pid != os.getpid():
            return "child_process"
        self._kernel.log.addFilter(self._log_filter)  # a cell can replace the log, too
        code = transport_trouble(self._kernel, os.environ)
        if code is not None:
            self.channel.hang_up_all()
        return code
