"""Texts that several commands show."""

from __future__ import annotations

from jupyter_azure_auth._source_names import SOURCE_NAMES


def source_name(source: object) -> str:
    """Return the name of a source for display."""
    return SOURCE_NAMES.get(str(source), one_line(source))


def one_line(text: object) -> str:
    """Return a text of the server without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())
