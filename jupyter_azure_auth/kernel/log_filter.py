"""Keeps our answers out of ipykernel's debug log, which contains every control message."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping


class ControlMessageFilter(logging.Filter):
    """Drops records of comm messages, except those for other packages.

    Includes messages on closed comms: a page can answer on a comm that has since been closed.
    """

    def __init__(self, is_foreign_comm: Callable[[object], bool]) -> None:
        super().__init__()
        self._is_foreign_comm = is_foreign_comm

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record may be written."""
        # logging unpacks a tuple that contains a single mapping.
        values = (record.args,) if isinstance(record.args, Mapping) else record.args or ()
        return not any(self._may_be_ours(value) for value in values)

    def _may_be_ours(self, value: object) -> bool:
        content = value.get("content", value) if isinstance(value, Mapping) else None
        if not isinstance(content, Mapping) or "comm_id" not in content:
            return False
        return not self._is_foreign_comm(content["comm_id"])
