"""The interface of the backends that store sign-ins."""

from __future__ import annotations

from typing import Literal, Protocol

BackendName = Literal["keychain", "file"]


class Backend(Protocol):
    """Stores one text under each key. Its methods can block, hang, and raise any exception."""

    @property
    def name(self) -> BackendName:
        """The name that users see."""

    def read(self, key: str) -> str | None:
        """Return the stored text; None if there is none, or it is incomplete."""

    def write(self, key: str, text: str) -> None:
        """Store an ASCII text, replacing any other."""

    def remove(self, key: str) -> None:
        """Remove the stored text; do nothing if there is none."""
