"""Where a sign-in can be kept."""

from __future__ import annotations

from typing import Literal, Protocol

PlaceName = Literal["keychain", "file"]


class Place(Protocol):
    """Keeps one text under each key. Blocks, may hang, and raises whatever it likes."""

    @property
    def name(self) -> PlaceName:
        """How users are told of it."""

    def read(self, key: str) -> str | None:
        """Say what is kept; None if nothing is, or not whole."""

    def write(self, key: str, text: str) -> None:
        """Keep a text in ASCII, in place of what was kept."""

    def remove(self, key: str) -> None:
        """Keep nothing any more; nothing happens if nothing is kept."""
