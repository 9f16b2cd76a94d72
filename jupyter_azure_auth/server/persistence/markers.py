"""Markers of this user's servers about their sign-ins: small files without secrets.

A keychain cannot list its entries, and may be locked when one must be removed. So there is a file
for each stored sign-in, by which other servers of the same user find it, and one for each that must
be removed but could not be erased yet, so that the next start does not restore it. If Azure has
ended a sign-in, a file says so, because kernels must not use the ambient identity after a restart
either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_ONLY_OWNER_FOLDER: Final = 0o700
_ONLY_OWNER: Final = 0o600
_ERASED: Final = "erased"
_ENDED: Final = "ended"


class Markers:
    """Files named after keys. Blocks, and raises :class:`OSError`."""

    def __init__(self, folder: Path) -> None:
        """Store the folder, which is created on first use."""
        self._folder = folder

    def mark_persisted(self, group: str, key: str) -> None:
        """Record that a sign-in is stored under this key, as of now."""
        self._touch(f"{key}.{group}")
        self._remove(f"{key}.{_ERASED}")

    def mark_erased(self, key: str) -> None:
        """Record that the sign-in under this key must not be restored."""
        self._touch(f"{key}.{_ERASED}")

    def is_erased(self, key: str) -> bool:
        """Whether the sign-in under this key must not be restored.

        :raises OSError: if the marker cannot be read, which does not mean that there is none.
        """
        try:
            (self._folder / f"{key}.{_ERASED}").stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def is_persisted(self, group: str, key: str) -> bool:
        """Whether a sign-in was stored under this key, and not erased since."""
        return (self._folder / f"{key}.{group}").exists()

    def mark_ended(self, key: str, number: str) -> None:
        """Record that Azure has ended the sign-in, and the AADSTS code of its refusal."""
        self._touch(f"{key}.{_ENDED}").write_text(number, "ascii")

    def ended_by(self, key: str) -> str | None:
        """Return the AADSTS code of the refusal that ended the sign-in; None if none has."""
        file = self._folder / f"{key}.{_ENDED}"
        return file.read_text("ascii", "replace") if file.exists() else None

    def unmark_ended(self, key: str) -> None:
        """Remove the record of a refusal, because the user has acted since."""
        self._remove(f"{key}.{_ENDED}")

    def remove(self, group: str, key: str) -> None:
        """Record that nothing is stored under this key."""
        self._remove(f"{key}.{group}")
        self._remove(f"{key}.{_ERASED}")

    def persisted_keys(self, group: str) -> list[str]:
        """Return the keys of a group, latest first."""
        files = [(path.stat().st_mtime_ns, path.stem) for path in self._folder.glob(f"*.{group}")]
        return [key for _, key in sorted(files, reverse=True) if not self.is_erased(key)]

    def _touch(self, name: str) -> Path:
        self._folder.mkdir(_ONLY_OWNER_FOLDER, parents=True, exist_ok=True)
        file = self._folder / name
        file.touch(_ONLY_OWNER)
        return file

    def _remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
