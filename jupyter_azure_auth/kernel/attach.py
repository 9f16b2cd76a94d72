"""On import in a kernel: let answers in, and tell pages that this kernel can take tokens.

A restarted kernel may then have the tokens that its notebook had, without asking anybody. They are
kept as they come: `import jupyter_azure_auth` loads neither azure-core nor what asks for tokens.
"""

from __future__ import annotations

import os
from typing import Final

from .cache import TokenCache
from .connection import Connection
from .iopub import running_kernel

tokens: Final = TokenCache()
"""All tokens of this process: a push may come before any credential is made."""

_connections: Final[list[Connection]] = []


def attach() -> Connection | None:
    """Connect to the kernel this process is, once; None where it is none.

    Nothing is asked of anybody. In the child of a fork the connection is the parent's.
    """
    if _connections:
        return _connections[0]
    kernel = running_kernel()
    if kernel is None or kernel.session.pid != os.getpid():
        return None
    connection = Connection(kernel, tokens)
    _connections.append(connection)
    if connection.trouble() is None:
        connection.channel.attach()
    return connection
