"""The keychain of the operating system, through ``keyring``.

A sign-in is larger than an entry can be on Windows, where the Credential Locker takes 2560 bytes of
UTF-16. It is therefore split into parts, and an index holds their names and the digest of the
whole. New parts are written first, beside those that the index still names, and the index last. If
a write is interrupted, either the index names complete parts, or its digest shows that they are
not.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from jupyter_azure_auth.server.persistence.backend import BackendName

log = logging.getLogger(__name__)

PART_LENGTH: Final = 1200
"""Characters of an entry: ASCII, each two bytes on Windows."""

MAX_PARTS: Final = 40
"""Maximum parts of a sign-in; a typical one has three."""

_OF_SYSTEMS: Final = frozenset(
    {
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    }
)
"""Classes of keyring, by name, because importing one requires its dependencies. Its priority is no
criterion: that of ``artifacts-keyring``, which stores nothing itself and so leads to plain files,
is 9.9."""

_NOTHING: Final = frozenset({"keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"})
"""The backends of keyring if there is no keychain; no reason to warn."""

_SERVICE: Final = "jupyter-azure-auth"
_SETS: Final = ("a", "b")


class Keychain:
    """Entries of one user, each as a separate service: Windows has one user for each service."""

    name: BackendName = "keychain"

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @property
    def title(self) -> str:
        """The name of keyring's backend."""
        return _name(type(self._backend))

    def read(self, key: str) -> str | None:
        """Return the text, joined from its parts; None if there is none, or it is incomplete."""
        index = self._index(key)
        text = self._join_parts(key, index)
        if text is None and index is not None:
            # Another server of this user may have been writing it.
            reread = self._index(key)
            text = self._join_parts(key, reread)
        return text

    def write(self, key: str, text: str) -> None:
        """Store a text.

        :raises ValueError: if it is too long.
        """
        parts = [text[start : start + PART_LENGTH] for start in range(0, len(text), PART_LENGTH)]
        if len(parts) > MAX_PARTS:
            raise ValueError("too long")
        old = self._index(key) or {}
        before, after = _SETS if old.get("set") == _SETS[0] else _SETS[::-1]
        self._remove_set(key, after)
        for number, part in enumerate(parts):
            self._set(f"{key}/{after}{number}", part)
        index = {"version": 1, "set": after, "parts": len(parts), "digest": _digest(text)}
        self._set(key, json.dumps(index))
        self._remove_set(key, before)

    def remove(self, key: str) -> None:
        """Remove the index, then the parts, which are meaningless without it."""
        index = self._index(key) or {}
        self._delete(key)
        for name in _SETS:
            self._remove_set(key, name, index.get("parts"))

    def _index(self, key: str) -> dict[str, Any] | None:
        try:
            index = json.loads(self._get(key) or "")
        except ValueError:
            return None
        return index if isinstance(index, dict) else None

    def _join_parts(self, key: str, index: dict[str, Any] | None) -> str | None:
        count = None if index is None else index.get("parts")
        if index is None or index.get("set") not in _SETS or not isinstance(count, int):
            return None
        names = (f"{key}/{index['set']}{number}" for number in range(min(count, MAX_PARTS)))
        text = "".join(self._get(name) or "" for name in names)
        return text if _digest(text) == index.get("digest") else None

    def _remove_set(self, key: str, name: str, known: object = 0) -> None:
        """Remove all consecutive parts, and at least as many as the index names."""
        for number in range(MAX_PARTS):
            there = self._delete(f"{key}/{name}{number}")
            if not there and not (isinstance(known, int) and number < known):
                return

    def _get(self, entry: str) -> str | None:
        return self._backend.get_password(f"{_SERVICE}/{entry}", _SERVICE)

    def _set(self, entry: str, text: str) -> None:
        self._backend.set_password(f"{_SERVICE}/{entry}", _SERVICE, text)

    def _delete(self, entry: str) -> bool:
        # Backends raise different exceptions for a missing entry.
        if self._get(entry) is None:
            return False
        try:
            self._backend.delete_password(f"{_SERVICE}/{entry}", _SERVICE)
        except Exception:
            # Another server of this user may have removed it since.
            if self._get(entry) is not None:
                raise
        return True


def find_keychain() -> Keychain | None:
    """Return the operating system's keychain among the backends that keyring finds or is told.

    Blocks, because keyring calls services of the desktop.

    :returns: None if there is none: any other backend of keyring may be a plain file.

    :raises Exception: any exception of keyring or a backend.
    """
    try:
        import keyring  # noqa: PLC0415 - not installed everywhere, and slow to import
    except ImportError:
        return None
    found = keyring.get_keyring()
    # keyring's chain writes to the first of its backends that does not fail, of any kind.
    chained = list(getattr(found, "backends", [])) or [found]
    for backend in chained:
        if is_system_keychain(backend):
            return Keychain(backend)
    names = [_name(type(backend)) for backend in chained]
    if not set(names) <= _NOTHING:
        log.warning(
            "Sign-ins to Azure are kept in memory only: %s is not the keychain of an operating "
            "system.",
            " or ".join(names),
        )
    return None


def is_system_keychain(backend: KeyringBackend) -> bool:
    """Whether a backend of keyring is, or derives from, a known keychain of an operating system."""
    return not _OF_SYSTEMS.isdisjoint(map(_name, type(backend).__mro__))


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
