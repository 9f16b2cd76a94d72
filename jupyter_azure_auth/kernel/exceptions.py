"""The exceptions of :mod:`jupyter_azure_auth.errors`. Importing this loads azure-identity."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    Kind = TypeVar("Kind", bound="AzureAuthError | AzureAuthUnavailableError")

HIDDEN: Final = ("azure.", "jupyter_azure_auth.")
"""Modules hidden in tracebacks: their frames explain nothing and take IPython a second to draw."""


class _CellError(Exception):
    """Base of both exceptions: pickling, and a traceback with the caller's frames only."""

    code: str

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        # Without the `__dict__` of the default, in which azure-core stores a traceback.
        plain = getattr(type(self), "_plain", type(self))
        return _restore, (plain, self.args[0], self.code)

    def _render_traceback_(self) -> list[str]:
        """Return the lines that IPython shows as the traceback."""
        from IPython.core.getipython import get_ipython  # noqa: PLC0415 (it is the caller)

        shell: Any = get_ipython()
        traceback = _of_callers(self.__traceback__)
        lines: list[str] = shell.InteractiveTB.structured_traceback(type(self), self, traceback)
        return lines


class AzureAuthError(_CellError, ClientAuthenticationError):
    """A source refused the token: a ``ChainedTokenCredential`` stops.

    :ivar code: a key of :data:`jupyter_azure_auth.errors.ERRORS`.
    """

    def __init__(self, message: str, code: str = "failed") -> None:
        super().__init__(message)
        self.code = code


class AzureAuthUnavailableError(_CellError, CredentialUnavailableError):
    """No source can answer: a ``ChainedTokenCredential`` tries its next credential.

    :ivar code: a key of :data:`jupyter_azure_auth.errors.ERRORS`.
    """

    def __init__(self, message: str, code: str = "unavailable") -> None:
        super().__init__(message)
        self.code = code


_unretried: Final[dict[tuple[type, ...], Any]] = {}


def unretried(kind: type[Kind]) -> type[Kind]:
    """Return a subclass of the same name that no storage client in this process retries.

    A client of azure-storage-* makes four attempts within 80 s for every other exception of its
    credential. Only its own ``AzureSigningError`` ends a request at once (azure-storage-blob 12.22
    and later), and each of the packages has its own class of that name.
    """
    signing_errors = _signing_errors()
    if not signing_errors:
        return kind
    bases = (kind, *signing_errors)
    if bases not in _unretried:
        of_kind = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
        members = {**of_kind, "__doc__": kind.__doc__, "_plain": kind, "message": _message}
        _unretried[bases] = type(kind.__name__, bases, members)
    made: type[Kind] = _unretried[bases]
    return made


_message: Final = property(lambda self: self.args[0], lambda _self, _text: None)
"""Read-only: the clients append to an ``AzureSigningError``'s text that a key is invalid."""


def _signing_errors() -> list[type]:
    """Return the classes of all imported packages, because storage clients use each other."""
    modules = [
        module
        for name, module in tuple(sys.modules.items())
        if name.startswith("azure.storage.") and name.endswith("._shared.authentication")
    ]
    found = [getattr(module, "AzureSigningError", None) for module in modules]
    kinds = [
        kind
        for kind in dict.fromkeys(found)
        if isinstance(kind, type) and issubclass(kind, ClientAuthenticationError)
    ]
    # A class and its subclass cannot both be bases in this order (MRO); the subclass is enough.
    return [
        kind
        for kind in kinds
        if not any(other is not kind and issubclass(other, kind) for other in kinds)
    ]


def _restore(kind: type[Kind], message: str, code: str) -> Kind:
    return unretried(kind)(message, code)


def _of_callers(traceback: TracebackType | None) -> TracebackType | None:
    entries = []
    while traceback is not None:
        if not str(traceback.tb_frame.f_globals.get("__name__")).startswith(HIDDEN):
            entries.append(traceback)
        traceback = traceback.tb_next
    shown: TracebackType | None = None
    for entry in reversed(entries):
        shown = TracebackType(shown, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shown
