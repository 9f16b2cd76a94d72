"""What this user's servers note about their sign-ins: small files, with no secret.

A keychain cannot list its entries, and may be locked when one has to go. So there is a file for
each sign-in that is kept, by which other servers of the same user find it, and one for each that
must go and could not be erased yet, so that the next start does not restore it. Where Azure has
ended one, a file says so: kernels must not act as the machine after a restart either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_ONLY_OWNER_FOLDER: Final = 0o700
_ONLY_OWNER: Final = 0o600
_ERASED: Final = "erased"
_ENDED: Final = "ended"


class Notes:
    """Files named after keys. Blocks, and raises :class:`OSError`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when it is needed."""
        self._folder = folder

    def note_kept(self, group: str, key: str) -> None:
        """Note that a sign-in is kept under this key, since now."""
        self._touch(f"{key}.{group}")
        self._remove(f"{key}.{_ERASED}")

    def note_erased(self, key: str) -> None:
        """Note that what is under this key must not come back."""
        self._touch(f"{key}.{_ERASED}")

    def is_erased(self, key: str) -> bool:
        """Tell whether what is under this key must not come back; unreadable is no answer."""
        try:
            (self._folder / f"{key}.{_ERASED}").stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def is_kept(self, group: str, key: str) -> bool:
        """Tell whether a sign-in was kept under this key, and not erased since."""
        return (self._folder / f"{key}.{group}").exists()

    def note_ended(self, key: str, number: str) -> None:
        """Note that Azure has ended the sign-in, and the number of its refusal."""
        self._touch(f"{key}.{_ENDED}").write_text(number, "ascii")

    def ended(self, key: str) -> str | None:
        """Return the number of the refusal that ended the sign-in; None if none has."""
        file = self._folder / f"{key}.{_ENDED}"
        return file.read_text("ascii", "replace") if file.exists() else None

    def forget_ended(self, key: str) -> None:
        """Note no refusal any more: the user has acted since."""
        self._remove(f"{key}.{_ENDED}")

    def forget(self, group: str, key: str) -> None:
        """Note of this key that there is nothing under it."""
        self._remove(f"{key}.{group}")
        self._remove(f"{key}.{_ERASED}")

    def kept(self, group: str) -> list[str]:
        """List the keys of a group, the one that was noted last first."""
        files = [(path.stat().st_mtime_ns, path.stem) for path in self._folder.glob(f"*.{group}")]
        return [key for _, key in sorted(files, reverse=True) if not self.is_erased(key)]

    def _touch(self, name: str) -> Path:
        self._folder.mkdir(_ONLY_OWNER_FOLDER, parents=True, exist_ok=True)
        file = self._folder / name
        file.touch(_ONLY_OWNER)
        return file

    def _remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
