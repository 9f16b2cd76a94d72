"""Tells pages which account a kernel acts as, so that users who share it know.

All pages are told when a kernel that users share gets a token, or when a request was repeated, so
that another page may be asking its user. A page that was not told, or was opened later, is told
when its user first runs a cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from .protocol import holder_to_wire

if TYPE_CHECKING:
    from .comm_channel import CommChannel


class HolderPublisher(Protocol):
    """The methods of :class:`.iopub.IOPub` that a notice uses."""

    def parent(self) -> dict[str, Any]:
        """Return the message that this thread is handling."""

    def send_on_comm(self, comm_id: str, data: dict[str, Any], parent: dict[str, Any], /) -> None:
        """Send data on an open comm."""


class HolderNotice:
    """The account of a kernel's newest token, and the sessions that have been told."""

    def __init__(self, publisher: HolderPublisher) -> None:
        self._publisher = publisher
        self._data: dict[str, Any] = {}
        self._told: set[object] = set()
        self.comm_id = ""
        """The comm of that token; empty if there is none."""

    def record(self, comm_id: str, request_id: str, username: str, parent: dict[str, Any]) -> None:
        """Record a new token. The page that requested it, by ``parent``, knows about it."""
        self.comm_id, self._data = comm_id, holder_to_wire(request_id, username)
        self._told = {_session(parent)}

    def announce(self, parent: dict[str, Any]) -> None:
        """Tell all open pages about the token."""
        self._publisher.send_on_comm(self.comm_id, self._data, parent)

    def remind(self) -> None:
        """Tell the page whose cell begins, unless it has been told."""
        parent = self._publisher.parent()
        session = _session(parent)
        if session not in self._told:
            self._told.add(session)
            self._publisher.send_on_comm(self.comm_id, self._data, parent)


def _session(parent: dict[str, Any]) -> object:
    return parent.get("header", {}).get("session")


def tell_at_cells(kernel: Any, channel: CommChannel) -> None:
    """Tell the page of each cell from now on."""
    events = getattr(getattr(kernel, "shell", None), "events", None)
    if events is not None:  # only IPython's kernels have them
        events.register("pre_run_cell", lambda _info: channel.tell_holder())
