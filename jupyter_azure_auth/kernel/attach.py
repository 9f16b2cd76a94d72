"""On import in a kernel: let answers in, and tell pages that this kernel can take tokens."""

from __future__ import annotations

import os

from .broker import process_broker
from .control import handle_comms
from .iopub import running_kernel


def attach() -> None:
    """Do it once; nothing happens outside a kernel, and nothing is asked of anybody."""
    broker = process_broker()
    kernel = running_kernel()
    if broker.kernel is not None or kernel is None or kernel.session.pid != os.getpid():
        return
    connection = broker.connect(kernel)
    handle_comms(kernel, connection.channel)
    if connection.trouble() is None:
        connection.channel.attach()
