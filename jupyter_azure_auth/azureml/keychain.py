"""Whether this system has a keychain in which azure-identity can store a sign-in."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@cache
def has_keychain() -> bool:
    """Whether the keychain works. Tested once: on Linux it needs a running secret service.

    Without a keychain nothing is stored: azure-identity would write plain text instead.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    from msal_extensions import build_encrypted_persistence  # noqa: PLC0415 (as azure-identity)

    try:
        with TemporaryDirectory() as folder:
            build_encrypted_persistence(str(Path(folder) / "probe"))
    except Exception:  # noqa: BLE001 (no library, no service, or a locked one)
        return False
    return True
