"""The wrapper of a device code of MSAL for Python.

Use it only on threads with the name prefix that keeps MSAL out of the log; all of it can block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jupyter_azure_auth._entra import BLOCKED_DEVICE_CODES
from jupyter_azure_auth.server.authority import is_device_page
from jupyter_azure_auth.server.errors import AuthError, parse_sign_in_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_azure_auth.server.models import IssuedToken
    from jupyter_azure_auth.server.msal_client import MsalClient

_WAITING: Final = frozenset({"authorization_pending", "slow_down"})

_FINAL_ERRORS: Final[Mapping[str, str]] = {
    "expired_token": "timed_out",
    "code_expired": "timed_out",
    "authorization_declined": "cancelled",
}

_USER_CODE: Final = re.compile(r"[A-Za-z0-9-]{4,20}")


@dataclass(frozen=True, repr=False)
class DeviceCode:
    """A code that waits for its user. Its repr reveals none of it."""

    client: MsalClient
    flow: dict[str, Any]
    scopes: tuple[str, ...]
    claims: str | None

    @property
    def user_code(self) -> str:
        """The code that the user types."""
        return str(self.flow["user_code"])

    @property
    def verification_uri(self) -> str:
        """The address of the page to type it into."""
        return str(self.flow["verification_uri"])

    @property
    def expires_in(self) -> int:
        """The lifetime in seconds, from the response on."""
        return int(self.flow["expires_in"])

    @property
    def interval(self) -> int:
        """Seconds between two polls; MSAL increases it when the authority says ``slow_down``."""
        return int(self.flow["interval"])

    def poll(self) -> IssuedToken | None:
        """Ask once whether the user is done.

        :returns: the token; None if the user is not done yet.
        :raises AuthError: if the sign-in failed; after ``unavailable``, poll again later.
        """
        return self.client.redeem_code(self.flow, self.claims)


def check_flow(flow: dict[str, Any], authority: str) -> None:
    """Check that the code can be shown and polled.

    :param flow: MSAL's state. ``verification_uri_complete`` is never used, so that the user
        compares the code.
    :param authority: the authority that issued it.
    :raises AuthError: if it is a refusal, or its page does not belong to the authority.
    """
    if "error" in flow:
        raise device_code_error(flow)
    page, code = flow.get("verification_uri"), flow.get("user_code")
    shown = isinstance(page, str) and isinstance(code, str) and _USER_CODE.fullmatch(code)
    if not shown or not is_device_page(str(page), authority):
        raise AuthError("failed")
    # Without an interval, MSAL polls without a pause.
    flow["interval"] = max(1, int(flow["interval"]))


def device_code_error(result: Mapping[str, Any]) -> AuthError:
    """Return the problem of a refusal for a user who signs in with a code."""
    problem = parse_sign_in_error(result)
    final_code = _FINAL_ERRORS.get(str(result.get("error")))
    if final_code is not None:
        return AuthError(final_code, correlation_id=problem.correlation_id)
    if problem.detail in BLOCKED_DEVICE_CODES:
        return AuthError(
            "device_code_forbidden", problem.detail, correlation_id=problem.correlation_id
        )
    return problem


def is_waiting(result: Mapping[str, Any]) -> bool:
    """Whether the user is not done yet."""
    return result.get("error") in _WAITING
