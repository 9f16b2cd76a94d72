"""Values that contain a token and hide it in their ``repr``.

Libraries and ``str()`` get the whole value. The value of a cell, variable inspectors and tracebacks
show its ``repr``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from typing_extensions import Self


class Redacted:
    """Hides a value. It is copied as itself, and cannot be pickled."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<Azure token, hidden>"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001 (IPython calls it)
        printer.text(repr(self))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError(
            "An Azure token cannot be pickled: it would end up in files and other processes. "
            "Pass the credential instead, which gets its own token."
        )


class RedactedText(Redacted, str):
    """A ``str`` with a ``repr`` that hides its value. It cannot be pickled."""

    __slots__ = ()


class RedactedBytes(Redacted, bytes):
    """The same for ``bytes``."""

    __slots__ = ()
