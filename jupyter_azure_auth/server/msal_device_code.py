"""A device code of MSAL for Python, as far as it is used.

To be used on threads whose names keep MSAL out of the log: all of it can block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth.server.authority import is_device_page
from jupyter_azure_auth.server.problems import Problem, understand_sign_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.issued import Issued
    from jupyter_azure_auth.server.msal_client import MsalClient

_WAITING: Final = frozenset({"authorization_pending", "slow_down"})

_OVER: Final[Mapping[str, str]] = {
    "expired_token": "timed_out",
    "code_expired": "timed_out",
    "authorization_declined": "cancelled",
}

_POLICIES: Final = frozenset({"AADSTS53003", "AADSTS530003", "AADSTS530033"})
"""Blocked; for a device that is not managed; and for a device code, whatever the device."""

_USER_CODE: Final = re.compile(r"[A-Za-z0-9-]{4,20}")


@dataclass(frozen=True, repr=False)
class DeviceCode:
    """A code that waits for its user. Prints nothing of itself."""

    client: MsalClient
    flow: dict[str, Any]
    scopes: tuple[str, ...]
    claims: str | None

    @property
    def user_code(self) -> str:
        """What the user types."""
        return str(self.flow["user_code"])

    @property
    def verification_uri(self) -> str:
        """Where."""
        return str(self.flow["verification_uri"])

    @property
    def expires_in(self) -> int:
        """Seconds, from the answer on."""
        return int(self.flow["expires_in"])

    @property
    def interval(self) -> int:
        """Seconds between two polls; MSAL adds to it when it is told to slow down."""
        return int(self.flow["interval"])

    def poll(self) -> Issued | None:
        """Ask once whether the user is done.

        :returns: None: not yet.
        :raises Problem: it came to nothing; ``unavailable``: ask again later.
        """
        return self.client.redeem_code(self.flow, self.claims)


def check_flow(flow: dict[str, Any], authority: str) -> None:
    """Let pass what can be shown and polled.

    :param flow: MSAL's. ``verification_uri_complete`` is never used: the user shall compare.
    :param authority: where it comes from.
    :raises Problem: it is a refusal, or leads somewhere else.
    """
    if "error" in flow:
        raise refusal_of(flow)
    page, code = flow.get("verification_uri"), flow.get("user_code")
    shown = isinstance(page, str) and isinstance(code, str) and _USER_CODE.fullmatch(code)
    if not shown or not is_device_page(str(page), authority):
        raise Problem("failed")
    # With none, MSAL asks again and again without a pause.
    flow["interval"] = max(1, int(flow["interval"]))


def refusal_of(result: Mapping[str, Any]) -> Problem:
    """Tell what a refusal means to somebody who signs in with a code."""
    over = _OVER.get(str(result.get("error")))
    if over is not None:
        return Problem(over)
    problem = understand_sign_in(result)
    if problem.detail in _POLICIES:
        return Problem("device_code_forbidden", problem.detail)
    return problem


def is_waiting(result: Mapping[str, Any]) -> bool:
    """Tell whether the user is not done."""
    return result.get("error") in _WAITING
