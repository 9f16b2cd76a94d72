"""Refusals that hold for the rest of a cell's execution, so that an SDK's retries do not prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.errors import ERRORS

from .protocol import IssuedToken, Refusal

if TYPE_CHECKING:
    from jupyter_azure_auth._models import TokenRequest

    from .connection import Connection
    from .request_flow import Outcome

    CellRequestKey = tuple[str, tuple[str, ...], str | None, str | None, str | None]

MAX_REFUSALS: Final = 64
"""Number of stored refusals: subshells run several cells at once, each with many requests."""


class CellRefusals:
    """Refusals by execution. A page may still provide the token without asking its user."""

    def __init__(self) -> None:
        self._refusals: dict[CellRequestKey, Refusal] = {}

    def find(self, key: CellRequestKey | None) -> Refusal | None:
        """Return the refusal that holds, or None."""
        return None if key is None else self._refusals.get(key)

    def record(self, key: CellRequestKey | None, outcome: Outcome) -> None:
        """Store a refusal until a token comes. An unavailable source is not a refusal."""
        if key is None:
            return
        if isinstance(outcome, IssuedToken):
            self._refusals.pop(key, None)
        elif not ERRORS.get(outcome.code, ERRORS["failed"]).unavailable:
            self._refusals[key] = outcome
            for oldest in list(self._refusals)[:-MAX_REFUSALS]:
                self._refusals.pop(oldest, None)


def cell_request_key(kernel: Connection | None, request: TokenRequest) -> CellRequestKey | None:
    """Return what the cell of this thread requests, or None outside of cells."""
    header = {} if kernel is None else kernel.iopub.parent().get("header", {})
    message_id = header.get("msg_id")
    if message_id is None or not request.interactive:
        return None
    # Without claims, force and continuous access evaluation: the prompt is the same.
    return (message_id, request.scopes, request.tenant_id, request.cloud, request.account)
