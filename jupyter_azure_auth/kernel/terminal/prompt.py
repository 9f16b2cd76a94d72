"""Has the user sign in with azure-identity: in a browser, or with a code if there is none."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azure.identity import AuthenticationRecord


def authenticate(
    scope: str, options: dict[str, Any], **for_code: Any
) -> tuple[Any, AuthenticationRecord]:
    """Return azure-identity's credential after the sign-in, and its account.

    :param options: for both credentials.
    :param for_code: more options for the one that shows a code.
    :raises ~azure.core.exceptions.ClientAuthenticationError: the sign-in failed, or was not
        completed in time.
    """
    from azure.identity import (  # noqa: PLC0415 (120 ms)
        CredentialUnavailableError,
        DeviceCodeCredential,
        InteractiveBrowserCredential,
    )

    if has_browser():
        browser = InteractiveBrowserCredential(**options)
        try:
            return browser, browser.authenticate(scopes=[scope])
        except CredentialUnavailableError:
            """The browser could not be opened."""
    code = DeviceCodeCredential(**options, **for_code)
    return code, code.authenticate(scopes=[scope])


def has_browser() -> bool:
    """Whether a browser window can open. A text browser in this terminal does not count."""
    if sys.platform in ("win32", "darwin"):
        return True
    named = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME")
    return any(map(os.environ.get, named))
