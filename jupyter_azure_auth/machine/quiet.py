"""Keeps answers of local sources out of logs, and so out of the notebook, where warnings end up."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def azure_identity_quiet() -> Iterator[None]:
    """Drop what azure-identity, and what it is built on, log on this thread.

    They warn with the whole text of an answer they cannot read (azure-identity 1.27), and that text
    can hold a token. What matters of it is said by us. Other threads log as before.
    """
    thread = threading.get_ident()

    def not_ours(record: logging.LogRecord) -> bool:
        return record.thread != thread

    # A filter of a logger does not hold for those below it, so each gets it.
    loggers = [
        logging.getLogger(name)
        for name in tuple(logging.root.manager.loggerDict)
        if name.startswith(("azure.", "msal", "urllib3"))
    ]
    for logger in loggers:
        logger.addFilter(not_ours)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(not_ours)
