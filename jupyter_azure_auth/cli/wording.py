"""Texts that several commands show."""

from __future__ import annotations

from typing import Final

SOURCES: Final = {
    "popup": "browser sign-in for one tab",
    "loopback": "browser sign-in for all tabs",
    "device-code": "sign-in with a code",
    "managed-identity": "managed identity",
    "connect-to-azure": "Connect to Azure",
    "azure-cli": "Azure CLI",
}


def source_name(source: object) -> str:
    """Return the name of a source for display."""
    return SOURCES.get(str(source), one_line(source))


def one_line(text: object) -> str:
    """Return a text of the server without line breaks and control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text or "")).split())
