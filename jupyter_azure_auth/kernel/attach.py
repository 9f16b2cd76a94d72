"""Connects a kernel on import: accepts answers, and tells pages that it can receive tokens.

Pages may then push the tokens of a notebook to its restarted kernel, without asking the user. They
are stored as received: `import jupyter_azure_auth` imports neither azure-core nor the modules that
request tokens.
"""

from __future__ import annotations

import logging
import os
from typing import Final

from .cache import TokenCache
from .connection import Connection
from .explain_403 import explain_refusals
from .holder import tell_at_cells
from .iopub import running_kernel
from .parent_server.discovery import may_have_page

log = logging.getLogger(__name__)

tokens: Final = TokenCache()
"""All tokens of this process. Created on import: a push may come before the first credential."""

_connections: Final[list[Connection]] = []


def attach() -> Connection | None:
    """Return the connection to the kernel in this process, or None if there is no kernel.

    Also None if no page can have this kernel, because papermill or another program started it: a
    comm would only make that program complain. Nothing is requested and nothing is raised: this
    runs on import, and a kernel other than IPython's can lack any attribute.
    """
    if not _connections:
        try:
            connection = _connect()
        except Exception:
            log.info("Could not connect this kernel to JupyterLab's Azure sign-in.", exc_info=True)
            return None
        if connection is None:
            return None
        _connections.append(connection)
    return _connections[0]


def _connect() -> Connection | None:
    kernel = running_kernel()
    if kernel is None or kernel.session.pid != os.getpid():
        return None
    explain_refusals(kernel)
    if not may_have_page(os.environ):
        return None
    connection = Connection(kernel, tokens)
    if connection.transport_problem() is None:
        connection.channel.attach()
        tell_at_cells(kernel, connection.channel)
    return connection


if hasattr(os, "register_at_fork"):  # not on Windows
    # The connection is the parent's: the pages' answers do not reach a forked child.
    os.register_at_fork(after_in_child=_connections.clear)
