"""Whether this system has a keychain that azure-identity can keep a sign-in in."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@cache
def has_keychain() -> bool:
    """Try it, once: on Linux only a running secret service tells.

    Without one nothing is kept: azure-identity would write plain text, which nobody has asked for.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    from msal_extensions import build_encrypted_persistence  # noqa: PLC0415 (as azure-identity)

    try:
        with TemporaryDirectory() as folder:
            build_encrypted_persistence(str(Path(folder) / "probe"))
    except Exception:  # noqa: BLE001 (no library, no service, a locked one: all mean no)
        return False
    return True
