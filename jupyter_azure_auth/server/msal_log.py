"""Keeps MSAL out of the server's log.

At DEBUG it logs the code and the verifier of every sign-in (``msal.token_cache``, 1.39), and the
texts of refusals, which contain user names. This extension logs what matters itself.
"""

from __future__ import annotations

import logging
from typing import Final

THREADS: Final = "azure-auth"
"""Prefix of the names of the threads on which this extension calls MSAL."""


def silence_msal() -> None:
    """Drop the log records of this extension's threads, not of other users of MSAL.

    Must be called when MSAL is loaded, because the filter of a logger does not apply to its
    children.
    """
    for name in tuple(logging.root.manager.loggerDict):
        if name.split(".")[0] == "msal":
            logging.getLogger(name).addFilter(_is_not_ours)


def _is_not_ours(record: logging.LogRecord) -> bool:
    return not (record.threadName or "").startswith(THREADS)
