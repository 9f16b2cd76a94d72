"""The objects that users get: azure-core's, except that they show nobody their token.

A cell's last value is written into the notebook file, and variable inspectors look into
attributes. azure-core's two types print their token in both places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from azure.core.credentials import AccessToken, AccessTokenInfo

if TYPE_CHECKING:
    from typing_extensions import Self

from .cache import Entry, renewal_due


class _Hidden:
    """What both have in common: they are copied as themselves, and not pickled."""

    __slots__ = ()

    expires_on: int

    def __repr__(self) -> str:
        return f"<Azure token, hidden, expires_on={self.expires_on}>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 (IPython calls it)
        printer.text(repr(self))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(
            "An Azure token cannot be pickled: it would end up in files and other processes. "
            "Pass the credential instead; it asks for a token of its own."
        )


class JupyterAccessToken(_Hidden, AccessToken):
    """An :class:`~azure.core.credentials.AccessToken`: unpacks and compares as that."""

    __slots__ = ()


class JupyterAccessTokenInfo(_Hidden, AccessTokenInfo):
    """An :class:`~azure.core.credentials.AccessTokenInfo`, the values not in its ``__dict__``."""

    __slots__ = ("_issued",)

    def __init__(self, entry: Entry) -> None:
        # Not the base's: it would put the token where `vars` shows it.
        self._issued = entry.issued

    @property
    def token(self) -> str:  # type: ignore[override]
        """The token itself, for the ``Authorization`` header."""
        return self._issued.token

    @property
    def expires_on(self) -> int:  # type: ignore[override]
        """Its end, in seconds since the epoch."""
        return self._issued.expires_on

    @property
    def token_type(self) -> str:  # type: ignore[override]
        """Usually ``Bearer``."""
        return self._issued.token_type

    @property
    def refresh_on(self) -> int | None:  # type: ignore[override]
        """When to renew it, in seconds since the epoch; None: shortly before its end."""
        return self._issued.refresh_on


def mint(entry: Entry) -> None:
    """Make the objects of a fresh entry, so that a later hit makes none."""
    if entry.due:
        return
    entry.access = JupyterAccessToken(entry.issued.token, entry.issued.expires_on)
    entry.info = JupyterAccessTokenInfo(entry)
    entry.due, entry.due_steady = renewal_due(entry)
