"""Names of the sources for users, in the output of magics and commands."""

from __future__ import annotations

from typing import Final

SOURCE_NAMES: Final = {
    "popup": "browser sign-in for one tab",
    "loopback": "browser sign-in for all tabs",
    "device-code": "sign-in with a code",
    "managed-identity": "managed identity",
    "connect-to-azure": "Connect to Azure",
    "azure-cli": "Azure CLI",
}
