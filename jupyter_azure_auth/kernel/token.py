"""The token objects that credentials return: azure-core's types with a hidden token.

The value of a cell's last expression is saved in the notebook, and variable inspectors show
attributes. azure-core's two types reveal the token in both places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azure.core.credentials import AccessToken, AccessTokenInfo

from jupyter_azure_auth._redacted import Redacted

if TYPE_CHECKING:
    from jupyter_azure_auth._lifetime import Moment

    from .cache import CachedToken


class _Redacted(Redacted):
    """Base of both types: a copy is the same object, and pickling fails."""

    __slots__ = ()

    expires_on: int

    def __repr__(self) -> str:
        return f"<Azure token, hidden, expires_on={self.expires_on}>"


class JupyterAccessToken(_Redacted, AccessToken):
    """An :class:`~azure.core.credentials.AccessToken`, which unpacks and compares like its base."""

    __slots__ = ()


class JupyterAccessTokenInfo(_Redacted, AccessTokenInfo):
    """An :class:`~azure.core.credentials.AccessTokenInfo` without values in its ``__dict__``."""

    __slots__ = ("_issued",)

    def __init__(self, entry: CachedToken) -> None:
        # Without the base's `__init__`, which would put the token where `vars` shows it.
        self._issued = entry.issued

    @property
    def token(self) -> str:  # type: ignore[override]
        """The token for the ``Authorization`` header."""
        return self._issued.token

    @property
    def expires_on(self) -> int:  # type: ignore[override]
        """Expiry in seconds since the epoch."""
        return self._issued.expires_on

    @property
    def token_type(self) -> str:  # type: ignore[override]
        """Type of the token, usually ``Bearer``."""
        return self._issued.token_type

    @property
    def refresh_on(self) -> int | None:  # type: ignore[override]
        """When to renew the token, in seconds since the epoch; None for shortly before expiry."""
        return self._issued.refresh_on


def build_azure_core_tokens(entry: CachedToken, checked_until: Moment | None) -> None:
    """Create the token objects of a new entry, so that later cache hits create none.

    :param checked_until: when a cache hit must check for a sign-out first; None for never.
    """
    if not entry.valid_until:
        entry.access = JupyterAccessToken(entry.issued.token, entry.issued.expires_on)
        entry.info = JupyterAccessTokenInfo(entry)
    entry.checked_until = checked_until
    entry.update_valid_until()
