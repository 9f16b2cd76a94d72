"""Keeps our answers out of ipykernel's debug log, which gets every control message."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping


class ControlMessageFilter(logging.Filter):
    """Drops records of comm messages that are not another package's.

    Not only those on comms that are open: a page can answer one that has been closed since.
    """

    def __init__(self, is_others: Callable[[object], bool]) -> None:
        super().__init__()
        self._is_others = is_others

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record may be written."""
        # logging takes a single mapping out of its tuple.
        values = (record.args,) if isinstance(record.args, Mapping) else record.args or ()
        return not any(self._may_be_ours(value) for value in values)

    def _may_be_ours(self, value: object) -> bool:
        content = value.get("content", value) if isinstance(value, Mapping) else None
        if not isinstance(content, Mapping) or "comm_id" not in content:
            return False
        return not self._is_others(content["comm_id"])
