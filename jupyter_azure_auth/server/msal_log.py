"""Keeps MSAL out of the server's log.

At DEBUG it writes the code and the verifier of every sign-in (``msal.token_cache``, 1.39), and the
sentences of refusals, which name people. What matters of it is said by us.
"""

from __future__ import annotations

import logging
from typing import Final

THREADS: Final = "azure-auth"
"""Prefix of the names of threads on which we call MSAL."""


def silence_msal() -> None:
    """Drop what it logs on our threads; what others in this process do with it, logs as before.

    To be called when MSAL is loaded: a filter of a logger does not hold for those below it.
    """
    for name in tuple(logging.root.manager.loggerDict):
        if name.split(".")[0] == "msal":
            logging.getLogger(name).addFilter(_is_not_ours)


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not (record.threadName or "").startswith(THREADS)
