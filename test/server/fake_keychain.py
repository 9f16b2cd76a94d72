"""A keychain for ``keyring``, as strict as that of Windows."""

from __future__ import annotations

import threading

from keyring.backend import KeyringBackend
from keyring.backends import SecretService
from keyring.errors import PasswordDeleteError

MAX_ENTRY_BYTES = 2560
"""Maximum bytes of an entry in UTF-16, CRED_MAX_CREDENTIAL_BLOB_SIZE."""


class FakeKeychain(SecretService.Keyring):
    """Keeps entries in memory; can be made to fail, to hang, and to stop halfway."""

    priority = 9

    def __init__(self) -> None:
        KeyringBackend.__init__(self)  # type: ignore[no-untyped-call]
        self.entries: dict[str, str] = {}
        self.problem: Exception | None = None
        self.writes_left: int | None = None
        self.failed = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._pass()
        return self.entries.get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._pass()
        assert len(password.encode("utf-16-le")) <= MAX_ENTRY_BYTES
        if self.writes_left == 0:
            self.failed.set()
            raise OSError("the power is gone")
        if self.writes_left is not None:
            self.writes_left -= 1
        self.entries[service] = password

    def delete_password(self, service: str, username: str) -> None:
        self._pass()
        if self.entries.pop(service, None) is None:
            raise PasswordDeleteError

    def _pass(self) -> None:
        self.gate.wait()
        if self.problem is not None:
            raise self.problem
