"""Check of the keychain in which the server stores sign-ins."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.cli.time_limit import within

from .finding import Finding, found

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.persistence.keychain import Keychain

    from .context import Context

_NO_ENTRY: Final = "doctor"
"""Name of an entry that does not exist; looking for it shows whether the keychain is locked."""


def check_keychain(context: Context) -> Finding:
    """Check that the keychain answers. A locked one may ask its user to unlock it."""
    if find_spec("keyring") is None:
        return found("keychain_no_keyring")
    if find_spec("jupyter_server") is None:
        return found("no_jupyter_server")
    # Imported first, because a slow import is not the keychain's fault.
    from jupyter_azure_auth.server.persistence.keychain import find_keychain  # noqa: PLC0415

    try:
        return within(context.timeout, lambda: _look(find_keychain))
    except TimeoutError:
        return found("keychain_silent")


def _look(find_keychain: Callable[[], Keychain | None]) -> Finding:
    name = "The keychain"
    try:
        keychain = find_keychain()
        if keychain is None:
            return found("keychain_none")
        name = keychain.title
        keychain.read(_NO_ENTRY)
    except Exception as error:  # noqa: BLE001 (backends raise any exception, with any text)
        locked = any(kind.__name__ == "KeyringLocked" for kind in type(error).__mro__)
        code = "keychain_locked" if locked else "keychain_failed"
        return found(code, name=name, error=type(error).__name__)
    return found("keychain_ok", name=name)
