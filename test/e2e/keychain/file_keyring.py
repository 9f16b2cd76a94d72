"""A keychain for ``keyring`` that a test can look into: a file which outlives the server."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backends import SecretService

FILE = Path(os.environ.get("KEYCHAIN_OF_THE_TEST", ""))


class Keyring(SecretService.Keyring):
    """In the place of the desktop's keychain, which a server of the tests does not have."""

    priority = 9

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        entries = self._read()
        del entries[f"{service} {username}"]
        self._write(entries)

    def _read(self) -> dict[str, str]:
        entries: dict[str, str] = json.loads(FILE.read_text()) if FILE.exists() else {}
        return entries

    def _write(self, entries: dict[str, str]) -> None:
        beside = FILE.with_suffix(".new")
        beside.write_text(json.dumps(entries))
        beside.replace(FILE)
