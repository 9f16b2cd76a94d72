"""On import in a kernel: let answers in, and tell pages that this kernel can take tokens.

A restarted kernel may then have the tokens that its notebook had, without asking anybody. They are
kept as they come: `import jupyter_azure_auth` loads neither azure-core nor what asks for tokens.
"""

from __future__ import annotations

import logging
import os
from typing import Final

from .cache import TokenCache
from .connection import Connection
from .iopub import running_kernel

log = logging.getLogger(__name__)

tokens: Final = TokenCache()
"""All tokens of this process: a push may come before any credential is made."""

_connections: Final[list[Connection]] = []


def attach() -> Connection | None:
    """Connect to the kernel this process is, once; None where it is none.

    Nothing is asked of anybody, and nothing is raised: this runs on import, and a kernel that is
    not IPython's can lack anything. In the child of a fork the connection is the parent's.
    """
    if not _connections:
        try:
            connection = _connect()
        except Exception:
            log.info("This kernel cannot be connected to JupyterLab's sign-in.", exc_info=True)
            return None
        if connection is None:
            return None
        _connections.append(connection)
    return _connections[0]


def _connect() -> Connection | None:
    kernel = running_kernel()
    if kernel is None or kernel.session.pid != os.getpid():
        return None
    connection = Connection(kernel, tokens)
    if connection.trouble() is None:
        connection.channel.attach()
    return connection
