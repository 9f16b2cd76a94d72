"""This kernel, as the rest of the package sees it; nothing of it loads azure-core."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .channel import Channel
from .control import handle_comms
from .iopub import IOPub
from .transport import transport_trouble

if TYPE_CHECKING:
    from .cache import TokenCache


class Connection:
    """A kernel, and our channel through it."""

    def __init__(self, kernel: Any, cache: TokenCache) -> None:
        self._kernel = kernel
        self.iopub = IOPub(kernel)
        self.channel = Channel(self.iopub, cache)
        handle_comms(kernel, self.channel)

    def trouble(self) -> str | None:
        """Say why no token may come, as a code, and make sure that none does."""
        if self.channel.pid != os.getpid():
            return "child_process"
        code = transport_trouble(self._kernel, os.environ)
        if code is not None:
            self.channel.hang_up_all()
        return code
