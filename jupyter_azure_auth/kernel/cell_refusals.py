"""Refusals that hold for the rest of a cell's execution: no SDK that retries may prompt again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.errors import TROUBLES

from .protocol import Issued, Refusal

if TYPE_CHECKING:
    from .connection import Connection
    from .flow import Outcome
    from .protocol import Request

    Need = tuple[str, tuple[str, ...], str | None, str | None, str | None]

REMEMBERED: Final = 64
"""Refusals that are kept: subshells run several cells at a time, and one cell can want a lot."""


class CellRefusals:
    """What was refused to which execution. A page may still give the token without its user."""

    def __init__(self) -> None:
        self._refusals: dict[Need, Refusal] = {}

    def find(self, need: Need | None) -> Refusal | None:
        """Return the refusal that holds, or None."""
        return None if need is None else self._refusals.get(need)

    def note(self, need: Need | None, outcome: Outcome) -> None:
        """Keep a no, until a token comes. What nobody could answer is none."""
        if need is None:
            return
        if isinstance(outcome, Issued):
            self._refusals.pop(need, None)
        elif not TROUBLES.get(outcome.code, TROUBLES["failed"]).unavailable:
            self._refusals[need] = outcome
            for oldest in list(self._refusals)[:-REMEMBERED]:
                self._refusals.pop(oldest, None)


def cell_need(kernel: Connection | None, request: Request) -> Need | None:
    """Return what the cell of this thread asks for, however; None outside of cells."""
    header = {} if kernel is None else kernel.iopub.parent().get("header", {})
    message_id = header.get("msg_id")
    if message_id is None or not request.interactive:
        return None
    # With or without claims, force and continuous access evaluation, the user is asked the same.
    return (message_id, request.scopes, request.tenant_id, request.cloud, request.account)
