"""Keeps responses of local sources out of logs and notebooks, in which warnings are shown."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def azure_identity_log_filter() -> Iterator[None]:
    """Drop log records of azure-identity and the packages below it on this thread.

    Their warnings contain the whole text of a response that they cannot parse (azure-identity
    1.27), which can include a token. We report the relevant part. Other threads log as usual.
    """
    thread = threading.get_ident()

    def not_ours(record: logging.LogRecord) -> bool:
        return record.thread != thread

    # A logger's filter does not apply to its child loggers, so each gets one.
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
